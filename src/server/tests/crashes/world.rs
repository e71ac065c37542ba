//! The world of these stories: two servers, `one` and `two`, and people with devices. The clocks are those of the system,
//! so things are waited for; nothing is concluded from time having passed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use alcove_protocol::GroupId;
use alcove_server::fail_point::FailPoint;
use alcove_terminal::{Newcomer, Session};
use tempfile::TempDir;

use crate::{
    person::{Person, options},
    place::Place,
};

/// How long something may take that has to come. A delivery that met a dead server is tried again within half a minute.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A moment, between two looks at something that is waited for.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Two servers and the devices' folders.
pub struct World {
    places: BTreeMap<&'static str, Place>,
    homes: TempDir,
}

impl World {
    /// Two new servers.
    pub async fn new() -> Self {
        let places = [("one", Place::new().await), ("two", Place::new().await)];
        Self { places: places.into(), homes: tempfile::tempdir().unwrap() }
    }

    /// A server.
    pub fn place(&mut self, name: &str) -> &mut Place {
        self.places.get_mut(name).unwrap()
    }

    /// People who join by invitation, as `ada@one`, each with a first device that is ready.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::new();
        for story_name in names {
            let (name, server) = story_name.split_once('@').unwrap();
            let link = self.places[server].invite().await;
            let newcomer = Newcomer {
                name: name.into(),
                display_name: None,
                password: format!("the password of {name}"),
            };
            let options = options(&self.homes.path().join(story_name));
            let session = Session::join(&link, &newcomer, &options).await.unwrap();
            let mut person = Person::new(name, session, options);
            person.sync().await;
            people.push(person);
        }
        people.try_into().unwrap_or_else(|_| unreachable!("one person for each name"))
    }

    /// Kills a server and starts it again such that it kills itself at a point. Everybody has found it again after that.
    pub async fn arm(&mut self, name: &str, point: FailPoint, people: &mut [&mut Person]) {
        self.place(name).kill().await;
        self.place(name).start(Some(point)).await;
        until(people, "everybody is online", |people| people.iter().all(|person| person.is_online())).await;
    }
}

/// Lets people exchange with their servers until something is so.
pub async fn until(people: &mut [&mut Person], what: &str, mut is_so: impl FnMut(&[&mut Person]) -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        for person in people.iter_mut() {
            person.sync().await;
        }
        if is_so(people) {
            return;
        }
        if Instant::now() > end {
            let states: Vec<_> = people.iter().map(|person| person.to_string()).collect();
            panic!("it never came to this: {what}\n{}", states.join("\n"));
        }
        pause().await;
    }
}

/// Everybody says a last word, which cannot overtake what was said before it; when all have all of them, nothing is under
/// way any more. Then all must agree on the conversation, and have the same messages, each once.
pub async fn come_to_rest(people: &mut [&mut Person], chat: &GroupId, word: &str) {
    until(people, "everybody is in", |people| people.iter().all(|person| person.is_in(chat))).await;
    for person in people.iter_mut() {
        person.say(chat, &format!("{word} of {}", person.name)).await;
    }
    let words: Vec<_> = people.iter().map(|person| format!("{word} of {}", person.name)).collect();
    until(people, word, |people| people.iter().all(|person| person.has_all(chat, &words))).await;
    until(people, "all agree", |people| {
        let first = people[0].state(chat);
        !first.waiting && people.iter().all(|person| person.state(chat) == first)
    })
    .await;
    for person in people.iter() {
        person.assert_nothing_twice(chat);
    }
}
