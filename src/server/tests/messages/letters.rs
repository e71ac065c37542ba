//! Letters: conversations that are not encrypted, as the browser app reads and writes them; and what becomes of them while an
//! account is frozen.

use alcove_protocol::{
    ActorId,
    api::{
        Correspondence, Correspondences, Delivery, DeliveryState, Letter, Letters, NewCorrespondence,
        NewLetter, ReadMark, SentLetter, path,
    },
    post::Visibility,
};
use alcove_server::{
    actions::{
        blocking,
        desk::Desk as Writer,
        freeze, policy,
        writing::{self, Body, Draft, edit::Change},
    },
    config::Policy,
    db::{accounts, key_packages, posts},
    text::Mentions,
};

use serde_json::json;

use super::{
    c2s::key_package,
    people::{Answer, Desk},
    streams::Stream,
    world::{Place, Time, settle, two},
};

impl Desk {
    async fn write_to(&self, people: &[&ActorId], text: &str) -> Answer {
        let people = people.iter().copied().cloned().collect();
        self.post(path::LETTERS, &NewCorrespondence { people, text: text.into() }).await
    }

    async fn answer(&self, id: &str, text: &str, in_reply_to: Option<&str>) -> Answer {
        let new = NewLetter { text: text.into(), in_reply_to: in_reply_to.map(str::to_owned) };
        self.post(&at(id), &new).await
    }

    async fn mark_read(&self, id: &str, letter: &str) -> Answer {
        let path = format!("{}/read", at(id));
        self.send(reqwest::Method::PUT, &path, &ReadMark { letter: letter.into() }).await
    }

    async fn correspondences(&self) -> Vec<Correspondence> {
        self.get(path::LETTERS).await.read::<Correspondences>(200).correspondences
    }

    async fn letters(&self, id: &str) -> Vec<Letter> {
        self.get(&at(id)).await.read::<Letters>(200).letters
    }
}

fn at(id: &str) -> String {
    format!("{}/{id}", path::LETTERS)
}

fn texts(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.text.as_str()).collect()
}

#[tokio::test]
async fn letters_are_listed_read_and_answered() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let sent: SentLetter = ana.write_to(&[bob.actor(), ana.actor()], "Tent\n\n<b>blue</b>").await.read(201);
    assert_eq!((sent.letter.text.as_str(), &sent.letter.author), ("Tent\n\n<b>blue</b>", ana.actor()));
    assert!(sent.letter.html.contains("&lt;b&gt;blue"), "{}", sent.letter.html);
    let id = sent.correspondence;
    let listed = bob.correspondences().await;
    assert_eq!((listed.len(), listed[0].id.as_str(), listed[0].unread), (1, id.as_str(), 1));
    assert_eq!(
        (listed[0].people.as_slice(), listed[0].servers.as_slice()),
        (&[ana.actor().clone()][..], &[place.host()][..])
    );
    assert_eq!((listed[0].last.id.as_str(), listed[0].read.as_deref()), (sent.letter.id.as_str(), None));
    assert_eq!(ana.correspondences().await[0].unread, 0, "what somebody wrote they have read");
    assert_eq!(bob.mark_read(&id, &sent.letter.id).await.status, 204);
    let listed = bob.correspondences().await;
    assert_eq!((listed[0].unread, listed[0].read.as_deref()), (0, Some(sent.letter.id.as_str())));
    let answer: SentLetter = bob.answer(&id, "Yes", None).await.read(201);
    assert_eq!(answer.letter.in_reply_to.as_deref(), Some(sent.letter.id.as_str()));
    let first: SentLetter = ana.answer(&id, "Good", Some(&sent.letter.id)).await.read(201);
    assert_eq!(first.letter.in_reply_to.as_deref(), Some(sent.letter.id.as_str()));
    let again: SentLetter = bob.write_to(&[ana.actor()], "And shoes").await.read(201);
    assert_eq!(again.correspondence, id, "these two have one conversation");
    assert_eq!(texts(&ana.letters(&id).await), ["Tent\n\n<b>blue</b>", "Yes", "Good", "And shoes"]);
    assert_eq!(ana.correspondences().await[0].unread, 2);
    ana.mark_read(&id, &answer.letter.id).await;
    ana.mark_read(&id, &sent.letter.id).await;
    assert_eq!(ana.correspondences().await[0].unread, 1, "a mark goes only forward");
}

#[tokio::test]
async fn many_letters_come_in_pages() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let id = ana.write_to(&[bob.actor()], "0").await.read::<SentLetter>(201).correspondence;
    for number in 1..33 {
        assert_eq!(ana.answer(&id, &number.to_string(), None).await.status, 201);
    }
    let newest: Letters = bob.get(&at(&id)).await.read(200);
    assert_eq!((newest.letters.len(), newest.letters[29].text.as_str()), (30, "32"));
    let older = format!("{}?before={}", at(&id), newest.older.unwrap());
    let older: Letters = bob.get(&older).await.read(200);
    assert_eq!((texts(&older.letters), older.older), (vec!["0", "1", "2"], None));
    assert_eq!(bob.correspondences().await[0].unread, 33);
}

/// S-23, S-24: others see nothing of it, and a token without the scope opens nothing.
#[tokio::test]
async fn letters_are_for_those_who_take_part() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob, eve) =
        (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await, Desk::new(&place, "eve").await);
    let sent: SentLetter = ana.write_to(&[bob.actor()], "psst").await.read(201);
    let id = sent.correspondence;
    assert!(eve.correspondences().await.is_empty());
    assert_eq!(eve.get(&at(&id)).await.status, 404);
    assert_eq!(eve.answer(&id, "me too", None).await.status, 404);
    assert_eq!(eve.mark_read(&id, &sent.letter.id).await.status, 404);
    let own: SentLetter = eve.write_to(&[bob.actor()], "hello").await.read(201);
    assert_eq!(
        eve.answer(&own.correspondence, "so", Some(&sent.letter.id)).await.status,
        404,
        "it is of another talk"
    );
    let app = Desk::of(&place, ana.person.clone(), "messages devices profile").await;
    assert_eq!(app.get(path::LETTERS).await.status, 403);
    assert_eq!(app.answer(&id, "by an app", None).await.status, 403);
    for (people, text) in [(vec![], "to nobody"), (vec![bob.actor()], "")] {
        let refused = ana.write_to(&people, text).await;
        assert!((400..=422).contains(&refused.status) && !refused.problem().is_empty(), "{text}");
    }
    let unknown = "https://elsewhere.example/users/1".parse().unwrap();
    assert_eq!(ana.write_to(&[&unknown], "hello").await.problem(), "unknown-actor");
    assert_eq!(ana.post(path::BLOCKS, &json!({"actor": bob.actor()})).await.status, 204);
    assert_eq!(ana.answer(&id, "still there?", None).await.problem(), "blocked");
}

/// P10: nothing unencrypted goes out where everything has to be encrypted; what was written before can be read.
#[tokio::test]
async fn required_refuses_letters_and_says_why() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let sent: SentLetter = ana.write_to(&[bob.actor()], "before").await.read(201);
    let moment = place.app().moment();
    place.write(move |transaction| policy::adopt(transaction, &moment, Policy::Required)).await;
    for refused in
        [ana.write_to(&[bob.actor()], "x").await, ana.answer(&sent.correspondence, "x", None).await]
    {
        assert_eq!((refused.status, refused.problem()), (403, "plain-refused"));
        assert!(refused.body["detail"].as_str().unwrap().contains("only when they are end-to-end encrypted"));
    }
    assert_eq!(texts(&bob.letters(&sent.correspondence).await), ["before"]);
}

/// An app hears of letters on the stream that it has open anyway, and of what its person has read elsewhere.
#[tokio::test]
async fn a_letter_wakes_the_stream_of_messages() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let mut stream = Stream::open(&bob, None).await;
    let sent: SentLetter = ana.write_to(&[bob.actor()], "are you there?").await.read(201);
    let event = stream.next().await.unwrap();
    assert_eq!((event.kind.as_str(), event.id), ("Update", None));
    assert_eq!(bob.correspondences().await[0].unread, 1);
    bob.mark_read(&sent.correspondence, &sent.letter.id).await;
    assert_eq!(stream.next().await.unwrap().kind, "Update");
}

/// A letter that is edited or deleted wakes the others as well, and shows in what is said of its conversation, even when it
/// is not the last one: also to whoever did not listen.
#[tokio::test]
async fn what_becomes_of_a_letter_shows_in_its_conversation() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let first: SentLetter = ana.write_to(&[bob.actor()], "at nine").await.read(201);
    let last: SentLetter = ana.write_to(&[bob.actor()], "by the lake").await.read(201);
    let seen = bob.correspondences().await.remove(0);
    assert_eq!((seen.letters, seen.edit.as_deref()), (2, None));
    let mut stream = Stream::open(&bob, None).await;
    let id: i64 = first.letter.id.parse().unwrap();
    edit(&place, &ana, id, "at ten").await;
    assert_eq!(stream.next().await.unwrap().kind, "Update");
    let once = bob.correspondences().await.remove(0);
    assert_eq!((once.letters, &once.last), (2, &last.letter));
    edit(&place, &ana, id, "at noon").await;
    let twice = bob.correspondences().await.remove(0);
    assert!(once.edit.is_some() && once.edit != twice.edit, "{:?}", twice.edit);
    assert_eq!((twice.letters, texts(&bob.letters(&seen.id).await)), (2, vec!["at noon", "by the lake"]));
    assert_eq!(stream.next().await.unwrap().kind, "Update");
    let (site, moment, account) = (place.app().site.clone(), place.app().moment(), ana.person.id);
    place
        .write(move |transaction| {
            writing::remove::remove(transaction, &Writer::new(&site, &moment, account), id).map(drop)
        })
        .await;
    assert_eq!(stream.next().await.unwrap().kind, "Update");
    assert_eq!(bob.correspondences().await[0].letters, 1);
}

async fn edit(place: &Place, author: &Desk, post: i64, text: &str) {
    let (site, moment, account) = (place.app().site.clone(), place.app().moment(), author.person.id);
    let change = Change {
        body: Body::Typed(text.into(), Mentions::default()),
        warning: String::new(),
        sensitive: false,
        language: None,
        media: Vec::new(),
    };
    place
        .write(move |transaction| {
            writing::edit::edit(transaction, &Writer::new(&site, &moment, account), post, &change).map(drop)
        })
        .await;
}

/// Whoever wrote a letter, and nobody else, is told what became of it for each reader, and nothing of who is tired of them.
#[tokio::test]
async fn the_author_of_a_letter_knows_whom_it_has_reached() {
    let (one, two, _) = two().await;
    let (ana, carl, bob) =
        (Desk::new(&one, "ana").await, Desk::new(&one, "carl").await, Desk::new(&two, "bob").await);
    assert_eq!(ana.get(&format!("{}?actor={}", path::FIND, bob.actor())).await.status, 200);
    let (site, moment, account) = (one.app().site.clone(), one.app().moment(), carl.person.id);
    let muted = ana.actor().clone();
    one.write(move |transaction| {
        blocking::mute(transaction, &Writer::new(&site, &moment, account), &muted, None)
    })
    .await;
    let sent: SentLetter = ana.write_to(&[bob.actor(), carl.actor()], "hello").await.read(201);
    settle(&one, &two).await;
    let fate = |letter: &str| format!("{}/deliveries?letter={letter}", at(&sent.correspondence));
    let mut reached: Vec<Delivery> = ana.get(&fate(&sent.letter.id)).await.read(200);
    reached.sort_by(|one, other| one.recipient.cmp(&other.recipient));
    let mut expected = vec![carl.actor(), bob.actor()];
    expected.sort();
    assert_eq!(reached.iter().map(|each| &each.recipient).collect::<Vec<_>>(), expected);
    assert!(reached.iter().all(|each| each.state == DeliveryState::Delivered), "{reached:?}");
    assert_eq!(carl.get(&fate(&sent.letter.id)).await.status, 404, "it is not his");
    assert_eq!(ana.get(&fate("1")).await.status, 404);
}

/// What a frozen account has sent waits, and nobody else's letters wait for it; what is for it arrives.
#[tokio::test]
async fn nothing_goes_out_in_the_name_of_a_frozen_account() {
    let (one, two, _) = two().await;
    let (ana, carl) = (Desk::new(&one, "ana").await, Desk::new(&one, "carl").await);
    let bob = Desk::new(&two, "bob").await;
    for (asker, sought) in [(&ana, &bob), (&carl, &bob), (&bob, &ana), (&bob, &carl)] {
        let found = asker.get(&format!("{}?actor={}", path::FIND, sought.actor())).await;
        assert_eq!(found.status, 200, "{}", found.body);
    }
    let (site, moment, account) = (one.app().site.clone(), one.app().moment(), ana.person.id);
    let draft = Draft {
        body: Body::Typed("by a thief".into(), Mentions::default()),
        recipients: vec![carl.actor().clone(), bob.actor().clone()],
        ..Draft::of_text("", Visibility::Direct)
    };
    // In one transaction, so that no worker can be faster.
    let begun = one.write(move |transaction| {
        let written = writing::publish(transaction, &Writer::new(&site, &moment, account), &draft)?;
        let account = accounts::find(transaction, account)?.unwrap();
        freeze::freeze(transaction, &moment, &account)?;
        posts::find(transaction, written.post)
    });
    let conversation = begun.await.unwrap().conversation_id.unwrap().to_string();
    assert_eq!(carl.answer(&conversation, "Ana's phone is stolen", None).await.status, 201);
    settle(&one, &two).await;
    let arrived = bob.correspondences().await;
    let arrived: Vec<&str> = arrived.iter().map(|talk| talk.last.text.as_str()).collect();
    assert_eq!(arrived, ["Ana's phone is stolen"]);
    assert_eq!(bob.write_to(&[ana.actor(), carl.actor()], "Poor Ana").await.status, 201);
    settle(&one, &two).await;
    assert_eq!(ana.get(path::LETTERS).await.status, 401);
    assert_eq!(one.arrived(&ana.person).await.len(), 2, "what others write is kept for her");
    unfreeze(&one, account).await;
    settle(&one, &two).await;
    assert!(
        two.arrived(&bob.person).await.iter().any(|text| text.contains("by a thief")),
        "it was held back only"
    );
}

#[tokio::test]
async fn key_packages_of_a_frozen_account_are_not_shown() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (Desk::new(&place, "ana").await, Desk::new(&place, "bob").await);
    let package = key_package(&ana, place.app().clock.now());
    assert_eq!(ana.outbox(&json!({"type": "Create", "object": package})).await.status, 201);
    let shown = async || bob.get(&ana.part("keyPackages")).await.body["totalItems"].clone();
    assert_eq!(shown().await, 1);
    freeze(&place, ana.person.id).await;
    assert_eq!(shown().await, 0);
    let (account, now) = (ana.person.id, place.app().clock.now());
    let kept = place.read(move |transaction| key_packages::live_of_account(transaction, account, now)).await;
    assert_eq!(bob.get(&format!("{}/{}", ana.part("keyPackages"), kept[0].name)).await.status, 404);
    unfreeze(&place, account).await;
    assert_eq!(shown().await, 1);
}

async fn freeze(place: &Place, account: i64) {
    let moment = place.app().moment();
    place
        .write(move |transaction| {
            let account = accounts::find(transaction, account)?.unwrap();
            freeze::freeze(transaction, &moment, &account)
        })
        .await;
}

async fn unfreeze(place: &Place, account: i64) {
    let moment = place.app().moment();
    place
        .write(move |transaction| {
            let account = accounts::find(transaction, account)?.unwrap();
            freeze::unfreeze(transaction, &moment, &account)
        })
        .await;
}
