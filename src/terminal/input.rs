//! Asking the person in front of the terminal: lines, secrets without echo, yes or no. When nobody sits there, the same
//! answers are read from standard input, one per line, and secrets from the environment.

use std::io::{self, BufRead, IsTerminal, Write};

use alcove_terminal::{Error, texts};
use zeroize::Zeroizing;

/// The environment variable with the account's password.
pub const PASSWORD: &str = "ALCOVE_CHAT_PASSWORD";
/// The environment variable with the passphrase of the device's file.
pub const PASSPHRASE: &str = "ALCOVE_CHAT_PASSPHRASE";

/// Whether a secret is typed once, to be checked, or twice, to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// It exists: somebody will say if it is wrong.
    Once,
    /// It is new: a slip of the finger would lock the person out.
    Twice,
}

/// Asks for a line.
pub fn line(prompt: &str) -> Result<String, Error> {
    if io::stdin().is_terminal() {
        ask(prompt)?;
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    if read == 0 {
        return Err(Error::Expected(texts::input_ended(prompt)));
    }
    Ok(line.trim().to_owned())
}

/// Asks for a secret: from the environment, else without echo, else from standard input.
pub fn secret(prompt: &str, variable: &str, typed: Typed) -> Result<Zeroizing<String>, Error> {
    if let Ok(secret) = std::env::var(variable) {
        return Ok(Zeroizing::new(secret));
    }
    if !io::stdin().is_terminal() {
        return line(prompt).map(Zeroizing::new);
    }
    loop {
        let first = Zeroizing::new(rpassword::prompt_password(format!("{prompt}: ")).map_err(unreadable)?);
        if typed == Typed::Once {
            return Ok(first);
        }
        let again = rpassword::prompt_password(format!("{}: ", texts::AGAIN)).map_err(unreadable)?;
        if *first == *Zeroizing::new(again) {
            return Ok(first);
        }
        ask(texts::NOT_THE_SAME)?;
    }
}

/// Asks a question that only a clear yes answers with yes.
pub fn confirm(question: &str) -> Result<bool, Error> {
    let answer = line(&format!("{question} [{}/{}]", texts::YES, texts::NO))?.to_lowercase();
    Ok(answer == texts::YES)
}

/// Prompts go to standard error, so that standard output holds nothing but answers.
fn ask(prompt: &str) -> Result<(), Error> {
    let mut screen = io::stderr().lock();
    write!(screen, "{prompt}: ").and_then(|()| screen.flush()).map_err(unreadable)
}

fn unreadable(error: io::Error) -> Error {
    Error::Expected(texts::input_failed(&error))
}
