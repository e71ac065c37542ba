//! Random walks on real servers: ten seeds of what the simulator of the device does in memory (promise P14), with the real
//! sequencer, the real queues and the terminal's files. Not the place for lost answers and kills of servers: those are in
//! `crashes/`.

use alcove_client::{ConversationView, Standing};
use alcove_protocol::{ActorId, GroupId, time::MINUTE};
use alcove_server::jobs;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    person::{Person, agreed},
    world::World,
};

const SERVERS: [&str; 3] = ["one", "two", "three"];
const STEPS: usize = 40;

/// One seed under way: five people on three servers, and a conversation of three of them.
struct Walk {
    world: World,
    people: Vec<Person>,
    chat: GroupId,
    rng: StdRng,
    said: usize,
    crashes: usize,
}

impl Walk {
    async fn begin(seed: u64) -> Self {
        let world = World::new(&SERVERS).await;
        let names = ["ada@one", "bob@two", "cy@three", "dan@one", "eve@two"];
        let mut people = Vec::from(world.people(names).await);
        let chat = {
            let mut first: Vec<&mut Person> = people[..3].iter_mut().collect();
            world.gather(usize::try_from(seed % 3).unwrap(), &mut first).await
        };
        Self { world, people, chat, rng: StdRng::seed_from_u64(seed), said: 0, crashes: 0 }
    }

    /// The conversation as somebody has it, while they can act in it.
    fn view(&self, who: usize) -> Option<ConversationView> {
        let view = self.people[who].session.conversation(&self.chat).ok()?;
        (view.standing == Standing::Active).then_some(view)
    }

    /// Somebody does something, and a little of what goes on by itself happens.
    async fn step(&mut self, number: usize) {
        let who = self.rng.gen_range(0..self.people.len());
        self.people[who].accept(&self.chat).await;
        let drawn = self.rng.gen_range(0..100);
        if let Some(view) = self.view(who) {
            match drawn {
                0..40 => {
                    self.said += 1;
                    let text = format!("step {number}");
                    self.people[who].say(&self.chat, &text).await;
                }
                40..60 => self.add(who, &view).await,
                60..72 => self.remove(who, &view).await,
                _ => {}
            }
        }
        if drawn >= 92 {
            self.crash(who);
        }
        for _ in 0..3 {
            self.stir().await;
        }
    }

    async fn add(&mut self, who: usize, view: &ConversationView) {
        let outside: Vec<ActorId> =
            self.people.iter().map(Person::actor).filter(|actor| !view.people.contains(actor)).collect();
        if let Some(actor) = outside.choose(&mut self.rng).cloned() {
            self.people[who].add(&self.chat, actor).await;
        }
    }

    /// At least two stay, so that there is somebody to agree with.
    async fn remove(&mut self, who: usize, view: &ConversationView) {
        let own = self.people[who].actor();
        let others: Vec<&ActorId> = view.people.iter().filter(|actor| **actor != own).collect();
        if others.len() < 2 {
            return;
        }
        if let Some(actor) = others.choose(&mut self.rng).map(|actor| (*actor).clone()) {
            self.people[who].remove(&self.chat, actor).await;
        }
    }

    fn crash(&mut self, who: usize) {
        self.crashes += 1;
        let person = self.people.remove(who).crash();
        self.people.insert(who, person);
    }

    /// One server delivers, or one device looks; time goes on.
    async fn stir(&mut self) {
        match self.rng.gen_range(0..5) {
            0 | 1 => {
                let server = SERVERS.choose(&mut self.rng).unwrap();
                jobs::drain(&self.world.server(server).app).await.unwrap();
            }
            2 | 3 => {
                let who = self.rng.gen_range(0..self.people.len());
                self.people[who].sync().await;
            }
            _ => self.world.pass(self.rng.gen_range(50..MINUTE)),
        }
    }

    async fn settle(&mut self) {
        let mut everybody: Vec<&mut Person> = self.people.iter_mut().collect();
        self.world.settle(&mut everybody).await;
    }

    /// Everything that can still happen happens.
    async fn rest(&mut self) {
        for _ in 0..2 {
            self.settle().await;
            for who in 0..self.people.len() {
                self.people[who].accept(&self.chat).await;
            }
            self.world.pass(15 * MINUTE);
        }
        self.settle().await;
    }

    /// All who are in agree, all who are not know it, and nothing stands on a screen twice. Then everybody who is in says
    /// one thing more, which all of them read and nobody else (promise P11).
    async fn judge(&mut self, seed: u64) {
        let inside: Vec<usize> = (0..self.people.len()).filter(|who| self.view(*who).is_some()).collect();
        let members: Vec<&Person> = inside.iter().map(|who| &self.people[*who]).collect();
        agreed(&members, &self.chat);
        let mut roster = members[0].view(&self.chat).people;
        let mut actors: Vec<ActorId> = members.iter().map(|person| person.actor()).collect();
        roster.sort_unstable();
        actors.sort_unstable();
        assert_eq!(roster, actors, "seed {seed}");
        for who in &inside {
            let text = format!("last words of {who}");
            self.people[*who].say(&self.chat, &text).await;
        }
        self.settle().await;
        for (who, person) in self.people.iter().enumerate() {
            let transcript = if person.session.conversation(&self.chat).is_ok() {
                person.transcript(&self.chat)
            } else {
                Vec::new()
            };
            let mut once = transcript.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), transcript.len(), "seed {seed}: {} saw something twice", person.name);
            let last = transcript.iter().filter(|line| line.contains("last words")).count();
            let expected = if inside.contains(&who) { inside.len() } else { 0 };
            assert_eq!(last, expected, "seed {seed}: last words at {}", person.name);
        }
    }
}

/// Promise P14 on real servers: what one of these tests shows.
async fn seeds(seeds: std::ops::Range<u64>) {
    let (mut epochs, mut said, mut crashes) = (0, 0, 0);
    for seed in seeds {
        let mut walk = Walk::begin(seed).await;
        let before = walk.people[0].view(&walk.chat).epoch;
        for number in 0..STEPS {
            walk.step(number).await;
        }
        walk.rest().await;
        walk.judge(seed).await;
        let furthest = walk.people.iter().filter_map(|person| person.session.conversation(&walk.chat).ok());
        epochs += furthest.map(|view| view.epoch).max().unwrap_or_default() - before;
        (said, crashes) = (said + walk.said, crashes + walk.crashes);
    }
    assert!(epochs > 0 && said > 0 && crashes > 0, "{epochs} epochs, {said} messages, {crashes} crashes");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_walks_end_in_agreement() {
    seeds(0..5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_more_walks_end_in_agreement() {
    seeds(5..10).await;
}
