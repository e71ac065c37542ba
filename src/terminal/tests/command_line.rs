//! `alcove-chat` as scripts run it: whole processes, on a server of a few lines. What the library does is tried elsewhere;
//! here it is what is typed, printed and survived.
#![expect(clippy::unwrap_used, reason = "a test may fail by it, its helpers included")]

#[path = "../testing/mod.rs"]
#[expect(dead_code, reason = "the library's tests use the rest")]
mod testing;

use std::{os::unix::process::ExitStatusExt, path::Path, process::Stdio};

use serde_json::Value;
use tempfile::TempDir;
use testing::{Fake, village};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// What a command said.
struct Said {
    lines: Vec<String>,
    errors: String,
    success: bool,
    signal: Option<i32>,
}

impl Said {
    fn objects(&self) -> Vec<Value> {
        self.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The first object that has this member.
    fn member(&self, name: &str) -> Value {
        let found = self.objects().into_iter().find_map(|object| object.get(name).cloned());
        found.unwrap_or_else(|| panic!("no {name} in {:?} {}", self.lines, self.errors))
    }
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alcove-chat"));
    command
        .arg("--home")
        .arg(home)
        .args(arguments)
        .env("ALCOVE_CHAT_PASSPHRASE", "a quiet place")
        .env("ALCOVE_CHAT_PASSWORD", "correct horse battery")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn run(home: &Path, arguments: &[&str], typed: &str, environment: &[(&str, &str)]) -> Said {
    let mut child = command(home, arguments).envs(environment.iter().copied()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that asks nothing has ended before it could be told anything.
    drop(stdin.write_all(typed.as_bytes()).await);
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said {
        lines: text(output.stdout).lines().map(str::to_owned).collect(),
        errors: text(output.stderr),
        success: output.status.success(),
        signal: output.status.signal(),
    }
}

/// A command that is spoken with while it runs.
struct Talk {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Talk {
    fn begin(home: &Path, arguments: &[&str]) -> Self {
        let mut child = command(home, arguments).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads on to an event of this name; what it says.
    async fn hear(&mut self, name: &str) -> Value {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            let object: Value = serde_json::from_str(&line).unwrap();
            if object["event"] == name {
                return Value::Null;
            }
            if let Some(event) = object["event"].get(name) {
                return event.clone();
            }
        }
        panic!("no {name}");
    }

    async fn say(&mut self, line: &str) {
        let typed = format!("{line}\n");
        self.child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).await.unwrap();
    }

    async fn succeeds(mut self) -> bool {
        while self.lines.next_line().await.unwrap().is_some() {}
        self.child.wait().await.unwrap().success()
    }
}

async fn join(server: &Fake, folder: &TempDir, name: &str) -> String {
    let link = format!("{}join/secret", server.address);
    let said = run(folder.path(), &["--json", "join", &link], &format!("{name}\n"), &[]).await;
    assert!(said.success, "{:?} {}", said.lines, said.errors);
    said.member("handle").as_str().unwrap().to_owned()
}

/// The texts that a device reads in a conversation.
async fn read(home: &Path, chat: &str) -> Vec<String> {
    let said = run(home, &["--json", "read", chat], "", &[]).await;
    let text = |object: &Value| Some(object.pointer("/message/content/Text/text")?.as_str()?.to_owned());
    said.objects().iter().filter_map(text).collect()
}

#[tokio::test]
async fn two_people_write_to_each_other_from_scripts() {
    let (server, _) = village::start().await;
    let [ada, bob] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (_, handle) = (join(&server, &ada, "ada").await, join(&server, &bob, "bob").await);
    let new = run(ada.path(), &["--json", "new", &handle, "--name", "Garden"], "", &[]).await;
    let chat = new.member("short").as_str().unwrap().to_owned();
    assert_eq!(new.member("encrypted"), true);
    assert!(run(ada.path(), &["send", "garden", "-"], "One\nTwo\n", &[]).await.success);
    assert_eq!(read(bob.path(), &chat).await, ["One\nTwo"]);
    assert!(run(bob.path(), &["send", &chat, "--", "-- yes"], "", &[]).await.success);
    assert_eq!(read(ada.path(), &chat).await, ["One\nTwo", "-- yes"]);
    let page = run(ada.path(), &["read", &chat], "", &[]).await.lines.join("\n");
    assert!(page.contains("@ada@127.0.0.1") && page.contains(": One\n    Two"), "{page}");
    assert!(
        page.contains("on its way to @bob@127.0.0.1") && page.contains("one.example did not answer"),
        "{page}"
    );
    let chats = run(bob.path(), &["chats"], "", &[]).await.lines.join("\n");
    assert!(chats.contains(&format!("[{chat}] Garden (@ada@127.0.0.1")), "{chats}");
}

/// The number of a text, as `read` shows it.
async fn number_of(home: &Path, chat: &str, wanted: &str) -> String {
    let said = run(home, &["--json", "read", chat], "", &[]).await;
    let is_wanted = |object: &&Value| object.pointer("/message/content/Text/text") == Some(&wanted.into());
    said.objects().iter().find(is_wanted).unwrap().pointer("/message/position").unwrap().to_string()
}

#[tokio::test]
async fn messages_are_answered_changed_and_taken_back_from_scripts() {
    let (server, _) = village::start().await;
    let [ada, bob] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (_, handle) = (join(&server, &ada, "ada").await, join(&server, &bob, "bob").await);
    let new = run(ada.path(), &["--json", "new", &handle], "", &[]).await;
    let chat = new.member("short").as_str().unwrap().to_owned();
    assert!(run(ada.path(), &["send", &chat, "At six?"], "", &[]).await.success);
    let number = number_of(bob.path(), &chat, "At six?").await;
    assert!(run(bob.path(), &["reply", &chat, &number, "Yes"], "", &[]).await.success);
    assert!(run(bob.path(), &["react", &chat, &number, "👍"], "", &[]).await.success);
    let refused = run(bob.path(), &["edit", &chat, &number, "At nine?"], "", &[]).await;
    assert!(!refused.success && refused.errors.contains("Only the one who wrote"), "{}", refused.errors);
    let number = number_of(ada.path(), &chat, "At six?").await;
    assert!(run(ada.path(), &["edit", &chat, &number, "At seven?"], "", &[]).await.success);
    let page = run(bob.path(), &["read", &chat], "", &[]).await.lines.join("\n");
    assert!(page.contains("At seven? (edited)") && page.contains("(to @ada@127.0.0.1"), "{page}");
    assert!(page.contains("    👍 @bob@127.0.0.1") && !page.contains("At six?"), "{page}");
    assert!(run(ada.path(), &["delete", &chat, &number], "", &[]).await.success);
    let page = run(bob.path(), &["read", &chat], "", &[]).await.lines.join("\n");
    assert!(page.contains("(deleted)") && !page.contains("seven"), "{page}");
    let gone = run(bob.path(), &["reply", &chat, "4711", "What?"], "", &[]).await;
    assert!(!gone.success && gone.errors.contains("no message #4711"), "{}", gone.errors);
}

/// P28's ground: digits typed into the old device, and a yes on the new one, which asks for it once it is approved.
#[tokio::test]
async fn a_second_device_is_approved_from_scripts() {
    let (server, _) = village::start().await;
    let [old, new] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let handle = join(&server, &old, "ada").await;
    let mut login = Talk::begin(new.path(), &["--json", "login", &handle, "--device", "desk"]);
    login.hear("ApprovalNeeded").await;
    let mut approve = Talk::begin(old.path(), &["--json", "devices", "approve", "desk"]);
    approve.say("yes").await;
    let digits = login.hear("PairingDigits").await;
    approve.hear("PairingDigitsWanted").await;
    approve.say(digits["digits"].as_str().unwrap()).await;
    login.hear("PairingConfirmationWanted").await;
    login.say("yes").await;
    login.hear("DeviceReady").await;
    assert!(login.succeeds().await && approve.succeeds().await);
}

/// Without digits: the code goes by hand from the new device to the old one, and the new one asks nothing.
#[tokio::test]
async fn a_second_device_is_approved_by_its_code() {
    let (server, _) = village::start().await;
    let [old, new] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let handle = join(&server, &old, "ada").await;
    let mut login = Talk::begin(new.path(), &["--json", "login", &handle, "--device", "desk"]);
    let code = login.hear("PairingCode").await["code"].as_str().unwrap().to_owned();
    let mut approve = Talk::begin(old.path(), &["--json", "devices", "approve", "--code", &code]);
    approve.say("yes").await;
    login.hear("DeviceReady").await;
    assert!(login.succeeds().await && approve.succeeds().await);
}

/// P15's ground: killed with the message on disk and nothing sent, the next command sends it, once.
#[tokio::test]
async fn a_killed_command_is_finished_by_the_next() {
    let (server, _) = village::start().await;
    let [ada, bob] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (_, handle) = (join(&server, &ada, "ada").await, join(&server, &bob, "bob").await);
    let new = run(ada.path(), &["--json", "new", &handle], "", &[]).await;
    let chat = new.member("short").as_str().unwrap().to_owned();
    assert!(run(ada.path(), &["chats"], "", &[]).await.success);
    for (point, text) in [("device:after-save", "saved"), ("device:after-send", "sent")] {
        let killed = run(ada.path(), &["send", &chat, text], "", &[("ALCOVE_FAIL_POINT", point)]).await;
        assert_eq!(killed.signal, Some(9), "{point}: {:?} {}", killed.lines, killed.errors);
        assert!(run(ada.path(), &["chats"], "", &[]).await.success);
    }
    assert_eq!(read(bob.path(), &chat).await, ["saved", "sent"]);
}

/// Signed out by a change of password elsewhere, the same folder signs in again; with a token that lives there is nothing
/// to do, and a folder belongs to one account.
#[tokio::test]
async fn a_folder_that_was_signed_out_signs_in_again() {
    let (server, weather) = village::start().await;
    let [ada, bob] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let handles = (join(&server, &ada, "ada").await, join(&server, &bob, "bob").await);
    let new = run(ada.path(), &["--json", "new", &handles.1], "", &[]).await;
    let chat = new.member("short").as_str().unwrap().to_owned();
    let again = run(ada.path(), &["login", &handles.0], "", &[]).await;
    assert!(!again.success && again.errors.contains("There is already a device in"), "{}", again.errors);
    weather.end_tokens();
    let out = run(ada.path(), &["send", &chat, "hello"], "", &[]).await;
    assert!(!out.success && out.errors.contains("Sign in again with `alcove-chat login`"), "{}", out.errors);
    let other = run(ada.path(), &["login", &handles.1], "", &[]).await;
    assert!(!other.success && other.errors.contains("There is already a device in"), "{}", other.errors);
    let again = run(ada.path(), &["login", &handles.0], "", &[]).await;
    assert!(again.success && again.lines.join("").contains("This device is ready"), "{}", again.errors);
    assert!(run(ada.path(), &["send", &chat, "back again"], "", &[]).await.success);
    assert!(run(bob.path(), &["login", &handles.1], "", &[]).await.success);
    assert_eq!(read(bob.path(), &chat).await, ["back again"]);
}

#[tokio::test]
async fn what_does_not_work_is_said_in_a_sentence() {
    let (server, weather) = village::start().await;
    let ada = tempfile::tempdir().unwrap();
    let none = run(ada.path(), &["chats"], "", &[]).await;
    assert!(!none.success && none.errors.contains("There is no device in"), "{}", none.errors);
    join(&server, &ada, "ada").await;
    let wrong = run(ada.path(), &["--json", "chats"], "", &[("ALCOVE_CHAT_PASSPHRASE", "a guess")]).await;
    assert_eq!((wrong.success, wrong.member("error")), (false, "wrong-passphrase".into()));
    let unknown = run(ada.path(), &["send", "nobody", "hello"], "", &[]).await;
    assert!(unknown.errors.contains("There is no conversation “nobody”"), "{}", unknown.errors);
    let link = run(ada.path(), &["join", "https://h.example/"], "", &[]).await;
    assert!(link.errors.contains("This is not an invitation"), "{}", link.errors);
    weather.set_down(true);
    let offline = run(ada.path(), &["chats"], "", &[]).await;
    assert!(offline.success && offline.lines[0].starts_with("Offline: 127.0.0.1"), "{:?}", offline.lines);
}
