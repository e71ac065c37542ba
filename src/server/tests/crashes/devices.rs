//! Devices that are killed at every point and every time that they reach it, while they send, receive and commit. The
//! victim is always Ada on `one`; she sends and commits where `two` hosts, and receives where her own server does.

use alcove_protocol::GroupId;
use alcove_terminal::FailPoint;

use crate::{
    person::Person,
    victim::{self, Deed, End, Task},
    world::{World, come_to_rest, until},
};

/// What a device is doing when it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It sends a message.
    Sending,
    /// It takes in a message, a commit and a change of members.
    Receiving,
    /// It adds somebody.
    Committing,
}

impl Doing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sending, Self::Receiving, Self::Committing];

    /// The points that it comes to; its story fails when it does not.
    pub fn points(self) -> Vec<FailPoint> {
        let all = FailPoint::ALL.into_iter();
        match self {
            Self::Sending | Self::Committing => all.collect(),
            // Whoever only listens posts nothing but what it has taken in.
            Self::Receiving => all.filter(|point| *point != FailPoint::AfterSend).collect(),
        }
    }
}

/// P15: what was sent arrives once, whenever the device dies.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_killed_while_it_sends_goes_on() {
    Village::new("cy").await.kill_everywhere(Doing::Sending).await;
}

/// P15: what arrived is read once, whenever the device dies.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_killed_while_it_receives_goes_on() {
    Village::new("ada").await.kill_everywhere(Doing::Receiving).await;
}

/// P15: a commit is made once or not at all, whenever the device dies, and all devices are in the same epoch.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_killed_while_it_commits_goes_on() {
    Village::new("cy").await.kill_everywhere(Doing::Committing).await;
}

/// Three who talk, and one who comes and goes.
struct Village {
    #[expect(dead_code, reason = "kept for its Drop")]
    world: World,
    ada: Person,
    bob: Person,
    cy: Person,
    dan: Person,
    chat: GroupId,
}

impl Village {
    /// The conversation is on the server of whoever starts it.
    async fn new(starter: &str) -> Self {
        let world = World::new().await;
        let [mut ada, mut bob, mut cy, dan] = world.people(["ada@one", "bob@one", "cy@two", "dan@two"]).await;
        let chat = match starter {
            "ada" => ada.start(&[bob.handle.clone(), cy.handle.clone()]).await,
            _ => cy.start(&[ada.handle.clone(), bob.handle.clone()]).await,
        };
        come_to_rest(&mut [&mut ada, &mut bob, &mut cy], &chat, "before").await;
        Self { world, ada, bob, cy, dan, chat }
    }

    /// Kills Ada's device at every point, at every time that it is reached.
    async fn kill_everywhere(mut self, doing: Doing) {
        let mut reached = Vec::new();
        for point in FailPoint::ALL {
            let mut time = 1;
            while self.kill(doing, point, time).await {
                time += 1;
            }
            reached.extend((time > 1).then_some(point));
        }
        assert_eq!(reached, doing.points(), "{doing:?}");
    }

    /// One death and what comes after it; says whether the point was reached so many times.
    async fn kill(&mut self, doing: Doing, point: FailPoint, time: u32) -> bool {
        let name = format!("{} {time}", point.name());
        let deed = self.prepare(doing, &name).await;
        self.ada.sleep();
        let (home, chat) = (self.ada.options.home.clone(), self.chat.clone());
        let end = victim::run(Task { home, chat, deed, point: point.name().to_owned(), time }).await;
        self.ada.wake();
        come_to_rest(&mut [&mut self.ada, &mut self.bob, &mut self.cy], &self.chat, &name).await;
        self.compare(&name);
        if end != (End::Killed { acknowledged: false }) {
            self.expect_done(doing, &name);
        }
        self.see_dan_off(doing, &name).await;
        end != End::Alive
    }

    /// What Ada is to do; when she receives, Bob has done something before.
    async fn prepare(&mut self, doing: Doing, name: &str) -> Deed {
        match doing {
            Doing::Sending => Deed::Send(format!("{name}, the deed")),
            Doing::Committing => Deed::Commit(self.dan.handle.to_string()),
            Doing::Receiving => {
                self.bob.say(&self.chat, &format!("{name}, the deed")).await;
                self.bob.add(&self.chat, &self.dan.handle).await;
                Deed::Receive
            }
        }
    }

    /// All have said and heard the same.
    fn compare(&self, name: &str) {
        let texts = self.ada.texts(&self.chat);
        for other in [&self.bob, &self.cy] {
            assert_eq!(other.texts(&self.chat), texts, "{} and ada, after {name}", other.name);
        }
    }

    fn expect_done(&self, doing: Doing, name: &str) {
        if doing != Doing::Committing {
            assert!(self.bob.has_all(&self.chat, &[format!("{name}, the deed")]), "{name}: the deed is lost");
        }
        if doing != Doing::Sending {
            assert!(self.bob.state(&self.chat).people.contains(&self.dan.actor()), "{name}: Dan is not in");
        }
    }

    /// Dan leaves by somebody else's commit, so that he can be added again.
    async fn see_dan_off(&mut self, doing: Doing, name: &str) {
        let dan = self.dan.actor();
        if !self.bob.state(&self.chat).people.contains(&dan) {
            assert_ne!(doing, Doing::Receiving, "{name}: Bob has added Dan");
            return;
        }
        self.bob.remove(&self.chat, &self.dan.handle).await;
        let chat = &self.chat;
        until(&mut [&mut self.ada, &mut self.bob, &mut self.cy], "Dan is gone", |people| {
            people.iter().all(|person| !person.state(chat).people.contains(&dan))
        })
        .await;
    }
}
