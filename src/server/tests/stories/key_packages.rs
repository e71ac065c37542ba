//! Key packages as others see them, over HTTP: replaced after use, silent about what became of a request, and absent.

use alcove_client::{Command, Event, Standing};
use alcove_protocol::{
    ActorId, Handle, api,
    time::{DAY, HOUR},
};
use serde_json::Value;

use crate::{person::Person, world::World};

/// Reads a public document.
async fn document(url: &str) -> Option<Value> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(url).header("Accept", "application/activity+json");
    let answer = request.send().await.unwrap();
    let found = answer.status().is_success();
    if found { Some(serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()) } else { None }
}

/// The packages of somebody as everybody sees them: their addresses.
pub async fn published(actor: &ActorId) -> Vec<String> {
    let found = document(actor.as_str()).await.unwrap();
    let packages = document(found["keyPackages"].as_str().unwrap()).await.unwrap();
    let items = packages["orderedItems"].as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// The bytes of a package.
async fn content(address: &str) -> Option<String> {
    Some(document(address).await?["content"].as_str().unwrap().to_owned())
}

async fn pass_a_day(world: &World, people: &mut [&mut Person]) {
    for _ in 0..8 {
        world.pass(3 * HOUR);
        world.settle(people).await;
    }
}

/// Promise P16: used and accepted, a package is replaced within a day; the collection never shows two or none.
#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_replaced_within_a_day_of_its_use() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let [first] = published(&bob.actor()).await.try_into().unwrap();
    let bytes = content(&first).await.unwrap();
    let chat = ada.start(&[bob.handle.clone()]).await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(content(&first).await.unwrap(), bytes, "nothing is used up by being fetched");
    bob.accept(&chat).await;
    pass_a_day(&world, &mut [&mut ada, &mut bob]).await;
    let [second] = published(&bob.actor()).await.try_into().unwrap();
    assert_ne!(content(&second).await.unwrap(), bytes);
    // Seven days later it is replaced unused.
    for _ in 0..7 {
        world.pass(DAY);
        world.settle(&mut [&mut ada, &mut bob]).await;
    }
    let [third] = published(&bob.actor()).await.try_into().unwrap();
    assert_ne!(third, second);
    ada.say(&chat, "still readable").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.transcript(&chat), ["ada: still readable"]);
}

/// Promise P16: whoever declines and whoever never answers look the same from outside.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_whether_a_request_was_declined() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@two"]).await;
    let before = (published(&bob.actor()).await, published(&cy.actor()).await);
    let with_bob = ada.start(&[bob.handle.clone()]).await;
    let with_cy = ada.start(&[cy.handle.clone()]).await;
    ada.say(&with_bob, "hello").await;
    ada.say(&with_cy, "hello").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    bob.tell(Command::Decline { conversation: with_bob.clone() }).await;
    let seen = ada.shown.len();
    pass_a_day(&world, &mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(bob.view(&with_bob).standing, Standing::Over);
    assert_eq!(cy.view(&with_cy).standing, Standing::Request);
    assert_eq!(ada.shown.len(), seen, "nothing came from either");
    assert_eq!((published(&bob.actor()).await, published(&cy.actor()).await), before);
    for chat in [&with_bob, &with_cy] {
        let message = ada.messages(chat).pop().unwrap();
        let [delivery] = ada.session.deliveries(&message).await.unwrap().try_into().unwrap();
        assert_eq!(delivery.state, api::DeliveryState::Delivered);
    }
}

/// An account whose owner has never opened a device: nothing is sent, and a sentence says why.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_device_cannot_be_written_to() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@one"]).await;
    let nora = joins_without_a_device(&world, "nora", "two").await;
    let (chat, events) = ada.session.new_conversation(std::slice::from_ref(&nora), None).await.unwrap();
    let reason = events.iter().find_map(|event| match event {
        Event::CannotEncrypt { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.unwrap().contains("cannot be written to encrypted"));
    assert!(ada.view(&chat).people.len() <= 1);
    // The same in a conversation that goes on: it is not disturbed.
    let chat = world.gather(0, &mut [&mut ada, &mut bob]).await;
    let events = ada.session.add(&chat, &nora).await.unwrap();
    assert!(events.iter().any(|event| matches!(event, Event::CannotEncrypt { .. })));
    ada.say(&chat, "Nora is not here yet").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.transcript(&chat), ["ada: Nora is not here yet"]);
    assert!(!ada.view(&chat).waiting);
}

async fn joins_without_a_device(world: &World, name: &str, server: &str) -> Handle {
    let link = world.invite(server).await;
    let join = api::Join {
        invitation: link.invitation.clone(),
        proof: None,
        name: name.to_owned(),
        display_name: None,
        password: Person::password_of(name),
        client_name: "a page".to_owned(),
    };
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = link.server.join(api::path::JOIN).unwrap();
    let answer = client
        .post(url)
        .header("Content-Type", "application/json")
        .body(serde_json::to_vec(&join).unwrap())
        .send()
        .await
        .unwrap();
    let token: api::Token = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    Handle::parse(&token.handle).unwrap()
}
