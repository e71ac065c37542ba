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
    /// It takes in a message and a commit.
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
    Village::new().await.kill_everywhere(Doing::Sending).await;
}

/// P15: what arrived is read once, whenever the device dies.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_killed_while_it_receives_goes_on() {
    Village::new().await.kill_everywhere(Doing::Receiving).await;
}

/// P15: a commit is made once or not at all, whenever the device dies, and all devices are in the same epoch.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_killed_while_it_commits_goes_on() {
    Village::new().await.kill_everywhere(Doing::Committing).await;
}

/// Three who talk, and one who comes and goes.
struct Village {
    #[expect(dead_code, reason = "kept for its Drop")]
    world: World,
    ada: Person,
    bob: Person,
    cy: Person,
    dan: Person,
}

impl Village {
    async fn new() -> Self {
        let world = World::new().await;
        let [ada, bob, cy, dan] = world.people(["ada@one", "bob@one", "cy@two", "dan@two"]).await;
        Self { world, ada, bob, cy, dan }
    }

    /// Kills Ada's device at every point, at every time that it is reached.
    async fn kill_everywhere(mut self, doing: Doing) {
        let mut reached = Vec::new();
        for point in FailPoint::ALL {
            // One for each point: a sequencer takes thirty commits of one person in an hour.
            let chat = self.begin(doing).await;
            let mut time = 1;
            while self.kill(&chat, doing, point, time).await {
                time += 1;
            }
            reached.extend((time > 1).then_some(point));
        }
        assert_eq!(reached, doing.points(), "{doing:?}");
    }

    /// A conversation of the three, on the server of whoever starts it.
    async fn begin(&mut self, doing: Doing) -> GroupId {
        let Self { ada, bob, cy, .. } = self;
        let chat = match doing {
            Doing::Receiving => ada.start(&[bob.handle.clone(), cy.handle.clone()]).await,
            Doing::Sending | Doing::Committing => cy.start(&[ada.handle.clone(), bob.handle.clone()]).await,
        };
        come_to_rest(&mut [ada, bob, cy], &chat, "before").await;
        chat
    }

    /// One death and what comes after it; says whether the point was reached so many times.
    async fn kill(&mut self, chat: &GroupId, doing: Doing, point: FailPoint, time: u32) -> bool {
        let name = format!("{} {time}", point.name());
        let deed = self.prepare(chat, doing, &name).await;
        self.ada.sleep();
        let (home, point) = (self.ada.options.home.clone(), point.name().to_owned());
        let end = victim::run(Task { home, chat: chat.clone(), deed, point, time }).await;
        self.ada.wake();
        come_to_rest(&mut [&mut self.ada, &mut self.bob, &mut self.cy], chat, &name).await;
        self.compare(chat, &name);
        if doing == Doing::Receiving || end != (End::Killed { acknowledged: false }) {
            self.expect_done(chat, doing, &name);
        }
        self.see_dan_off(chat).await;
        end != End::Alive
    }

    /// What Ada is to do; when she receives, Bob has done something before.
    async fn prepare(&mut self, chat: &GroupId, doing: Doing, name: &str) -> Deed {
        match doing {
            Doing::Sending => Deed::Send(format!("{name}, the deed")),
            Doing::Committing => Deed::Commit(self.dan.handle.to_string()),
            Doing::Receiving => {
                self.bob.say(chat, &format!("{name}, the deed")).await;
                self.bob.add(chat, &self.dan.handle).await;
                Deed::Receive
            }
        }
    }

    /// All have said and heard the same.
    fn compare(&self, chat: &GroupId, name: &str) {
        let texts = self.ada.texts(chat);
        for other in [&self.bob, &self.cy] {
            assert_eq!(other.texts(chat), texts, "{} and ada, after {name}", other.name);
        }
    }

    fn expect_done(&self, chat: &GroupId, doing: Doing, name: &str) {
        if doing != Doing::Committing {
            assert!(self.bob.has_all(chat, &[format!("{name}, the deed")]), "{name}: the deed is lost");
        }
        if doing != Doing::Sending {
            assert!(self.bob.state(chat).people.contains(&self.dan.actor()), "{name}: Dan is not in");
        }
    }

    /// Dan is removed by somebody else, so that he can be added again.
    async fn see_dan_off(&mut self, chat: &GroupId) {
        let dan = self.dan.actor();
        if self.cy.state(chat).people.contains(&dan) {
            self.cy.remove(chat, &self.dan.handle).await;
            let gone = |person: &&mut Person| !person.state(chat).people.contains(&dan);
            let Self { ada, bob, cy, .. } = self;
            until(&mut [ada, bob, cy], "Dan is gone", |people| people.iter().all(gone)).await;
        }
    }
}
