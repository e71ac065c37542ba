//! Somebody who uses `alcove-chat` as a script would: a folder of their own, a password and a passphrase, and one child
//! process per command. What they see is read from the program's JSON, never from its store.

use std::{path::PathBuf, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{process::Command, time};

use super::server::Server;
use crate::{
    error::{Error, Result, While},
    process,
};

/// How long something may take to cross from one server to the other.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(200);

/// Somebody with one device.
#[derive(Debug)]
pub struct Person {
    /// As in `@name@server`.
    pub name: String,
    /// `@name@server`.
    pub handle: String,
    /// What opens the account.
    pub password: String,
    /// What opens the device's file; it never leaves the device.
    pub passphrase: String,
    /// The folder of the device.
    pub home: PathBuf,
    root: PathBuf,
}

impl Person {
    /// Takes up an invitation to `server` with a device in `home`.
    pub async fn join(name: &str, server: &Server, role: &str, home: PathBuf) -> Result<Self> {
        let person = Self {
            name: name.to_owned(),
            handle: format!("@{name}@{}", server.domain),
            password: format!("the password of {name} for the demonstration"),
            passphrase: format!("the passphrase of {name} for the demonstration"),
            root: server.folder.join("root.pem"),
            home,
        };
        let link = server.invite(role).await?;
        person.chat(&["join", &link, "--name", name]).await?;
        Ok(person)
    }

    /// Starts a conversation with `others`; returns its short name, which is the same on every device.
    pub async fn start(&self, title: &str, others: &[&Person]) -> Result<String> {
        let mut words = vec!["new", "--name", title];
        words.extend(others.iter().map(|other| other.handle.as_str()));
        let said = self.chat(&words).await?;
        let short = said.iter().find_map(|object| object["short"].as_str());
        short.map(str::to_owned).ok_or_else(|| self.failed("could not start a conversation"))
    }

    /// Waits for a conversation that somebody else has started, and takes it.
    pub async fn accept(&self, conversation: &str) -> Result<()> {
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            let chats = self.chat(&["chats"]).await?;
            if chats.iter().any(|chat| chat["short"] == conversation) {
                return self.chat(&["accept", conversation]).await.map(drop);
            }
            time::sleep(PAUSE).await;
            waited += PAUSE;
        }
        Err(self.failed("was not let into the conversation"))
    }

    /// Gives a conversation another name.
    pub async fn rename(&self, conversation: &str, title: &str) -> Result<()> {
        self.chat(&["rename", conversation, title]).await.map(drop)
    }

    /// Sends a message.
    pub async fn say(&self, conversation: &str, text: &str) -> Result<()> {
        self.chat(&["send", conversation, text]).await.map(drop)
    }

    /// Waits until the conversation has `count` messages; returns each with the handle of who wrote it.
    pub async fn read(&self, conversation: &str, count: usize) -> Result<Vec<(String, String)>> {
        let mut waited = Duration::ZERO;
        while waited < PATIENCE {
            let said = self.chat(&["read", conversation, "--last", "100"]).await?;
            let messages = said.iter().filter_map(message).collect::<Vec<_>>();
            if messages.len() >= count {
                return Ok(messages);
            }
            time::sleep(PAUSE).await;
            waited += PAUSE;
        }
        Err(self.failed("did not receive every message"))
    }

    /// Runs `alcove-chat` and reads what it prints: one object per line.
    async fn chat(&self, words: &[&str]) -> Result<Vec<Value>> {
        let mut command: Command = process::built("alcove-chat");
        command.arg("--json").arg("--home").arg(&self.home).arg("--ca").arg(&self.root).args(words);
        command.env("ALCOVE_CHAT_PASSWORD", &self.password).env("ALCOVE_CHAT_PASSPHRASE", &self.passphrase);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.while_("run alcove-chat")?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(self.failed(&format!("could not `{}`:\n{printed}{complaint}", words.join(" "))));
        }
        Ok(printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    fn failed(&self, what: &str) -> Error {
        Error::Demonstration(format!("{} {what}", self.handle))
    }
}

/// Who wrote what, if the object is a message with a text.
fn message(object: &Value) -> Option<(String, String)> {
    let text = object.pointer("/message/content/Text/text")?.as_str()?;
    Some((object["sender"].as_str()?.to_owned(), text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_told_from_other_objects() {
        let said =
            json!({ "sender": "@ana@h.example", "message": { "content": { "Text": { "text": "hello" } } } });
        assert_eq!(message(&said), Some(("@ana@h.example".into(), "hello".into())));
        assert_eq!(message(&json!({ "event": "Joined" })), None);
    }
}
