//! A server in memory that has letters as `api::letters` describes them, seen by Ana: conversation 7 is that with Bob, each
//! other one is with somebody of its own.

use alcove_protocol::{
    ActorId, Problem, Timestamp,
    api::{
        Correspondence, Correspondences, Letter, Letters, NewCorrespondence, NewLetter, ReadMark, SentLetter,
    },
};
use serde_json::json;

use super::actor;
use crate::courier::{Address, Letter as Request, Method, Reply};

const PER_PAGE: usize = 30;

/// A server as `api::letters` describes it, seen by Ana.
#[derive(Default)]
pub(super) struct Server {
    pub(super) letters: Vec<(String, Letter)>,
    last: i64,
    edit: Option<String>,
    pub(super) read: i64,
    pub(super) refuses: Option<&'static str>,
    /// Whether read marks are refused.
    pub(super) refuses_marks: bool,
    /// What it answers to whoever asks for letters.
    pub(super) shows_nothing: Option<&'static str>,
    /// Somebody across a block: their letters are there, and not shown.
    pub(super) hidden: Option<ActorId>,
}

impl Server {
    pub(super) fn write(
        &mut self,
        talk: &str,
        author: &str,
        text: &str,
        in_reply_to: Option<String>,
    ) -> Letter {
        self.last += 1;
        let before = self.of(talk).last().map(|letter| letter.id.clone());
        let letter = Letter {
            id: self.last.to_string(),
            author: actor(author),
            text: text.to_owned(),
            html: text.to_owned(),
            warning: None,
            sent_at: Timestamp(self.last),
            edited_at: None,
            in_reply_to: in_reply_to.or(before),
            files: Vec::new(),
        };
        self.letters.push((talk.to_owned(), letter.clone()));
        letter
    }

    pub(super) fn of(&self, talk: &str) -> Vec<Letter> {
        let letters = self.letters.iter().filter(|(of, _)| of == talk);
        letters.map(|(_, letter)| letter.clone()).collect()
    }

    pub(super) fn edit(&mut self, at: usize, text: &str) {
        self.last += 1;
        let letter = &mut self.letters[at].1;
        (letter.text, letter.edited_at) = (text.to_owned(), Some(Timestamp(self.last)));
        self.edit = Some(self.last.to_string());
    }

    pub(super) fn answer(&mut self, request: &Request) -> Reply {
        let Address::Path { path, query } = &request.to else { panic!("a path") };
        let before = query.first().map_or(i64::MAX, |(_, before)| before.parse().unwrap());
        let body = request.body.as_ref().map(|body| body.bytes.as_slice()).unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches("/api/alcove/v1/").split('/').collect();
        match (request.method, &parts[..]) {
            (Method::Get, ["server"]) => ok(&json!({
                "name": "h", "domain": "h.example", "version": "1", "operators": [], "policy": "default",
                "limits": {"inline_bytes": 1, "message_bytes": 1, "letter_characters": 500,
                    "password_characters": 12, "devices": 9},
            })),
            (Method::Get, ["letters", ..]) if self.shows_nothing.is_some() => {
                problem(self.shows_nothing.unwrap(), 403)
            }
            (Method::Get, ["letters"]) => ok(&self.list(before)),
            (Method::Get, ["letters", talk]) => match self.of(talk) {
                all if all.is_empty() => problem("not-found", 404),
                all => ok(&self.page(all, before)),
            },
            (Method::Post, _) if self.refuses.is_some() => problem(self.refuses.unwrap(), 403),
            (Method::Post, ["letters"]) => {
                let new: NewCorrespondence = serde_json::from_slice(body).unwrap();
                assert_eq!(new.people, [actor("bob")]);
                self.sent("7", &new.text, None)
            }
            (Method::Post, ["letters", talk]) => {
                let new: NewLetter = serde_json::from_slice(body).unwrap();
                self.sent(talk, &new.text, new.in_reply_to)
            }
            (Method::Put, _) if self.refuses_marks => problem("not-found", 404),
            (Method::Put, ["letters", _, "read"]) => {
                let mark: ReadMark = serde_json::from_slice(body).unwrap();
                self.read = self.read.max(mark.letter.parse().unwrap());
                Reply { status: 204, ..Reply::default() }
            }
            other => panic!("{other:?}"),
        }
    }

    fn sent(&mut self, talk: &str, text: &str, in_reply_to: Option<String>) -> Reply {
        let letter = self.write(talk, "ana", text, in_reply_to);
        ok(&SentLetter { correspondence: talk.to_owned(), letter })
    }

    fn list(&self, before: i64) -> Correspondences {
        let mut last: Vec<(i64, &str)> = Vec::new();
        for (talk, letter) in self.letters.iter().rev() {
            if !last.iter().any(|(_, met)| met == talk) {
                last.push((letter.id.parse().unwrap(), talk));
            }
        }
        last.retain(|(number, _)| *number < before);
        last.truncate(PER_PAGE);
        let older = last.last().filter(|_| last.len() == PER_PAGE).map(|(number, _)| number.to_string());
        let all = last.into_iter().map(|(_, talk)| self.summary(talk));
        let correspondences = all.filter(|talk| Some(&talk.last.author) != self.hidden.as_ref()).collect();
        Correspondences { correspondences, older }
    }

    fn summary(&self, talk: &str) -> Correspondence {
        let all = self.of(talk);
        let unread = all.iter().filter(|letter| letter.author != actor("ana"));
        let unread = unread.filter(|letter| letter.id.parse::<i64>().unwrap() > self.read).count();
        let other = if talk == "7" { actor("bob") } else { actor(&format!("of-{talk}")) };
        Correspondence {
            id: talk.to_owned(),
            people: vec![other],
            servers: vec!["h.example".into()],
            last: all.last().unwrap().clone(),
            letters: all.len() as u64,
            edit: self.edit.clone(),
            unread: unread as u64,
            read: (self.read > 0).then(|| self.read.to_string()),
        }
    }

    fn page(&self, all: Vec<Letter>, before: i64) -> Letters {
        let mut letters: Vec<Letter> =
            all.into_iter().filter(|letter| letter.id.parse::<i64>().unwrap() < before).collect();
        let mut letters = letters.split_off(letters.len().saturating_sub(PER_PAGE));
        let older = letters.first().filter(|_| letters.len() == PER_PAGE).map(|letter| letter.id.clone());
        letters.retain(|letter| Some(&letter.author) != self.hidden.as_ref());
        Letters { letters, older }
    }
}

fn ok(value: &impl serde::Serialize) -> Reply {
    Reply { status: 200, body: serde_json::to_vec(value).unwrap(), ..Reply::default() }
}

fn problem(word: &str, status: u16) -> Reply {
    let problem = Problem::new(word, "because", status);
    let content_type = Some("application/problem+json".to_owned());
    Reply { status, content_type, body: serde_json::to_vec(&problem).unwrap(), ..Reply::default() }
}
