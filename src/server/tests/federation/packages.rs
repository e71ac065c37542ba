//! Key packages of somebody elsewhere, whose server does not mean well (FEDERATION.md section 4): however it answers, the
//! one who asked gets an answer, and nobody else is asked anything.

use std::time::Duration;

use alcove_protocol::ActorId;
use alcove_server::{
    app::App,
    db::actors::{self, ActorRow},
    error::{Error, Result},
    federation::{
        fetch::{Fetcher, Settings},
        key_packages,
    },
};
use serde_json::{Value, json};

use super::{
    stub::Stub,
    world::{Person, Place, Time},
};

/// Somebody on a stub whose key packages are at `/packages`, as if it had been fetched.
async fn on_stub(place: &Place, stub: &Stub) -> ActorId {
    let actor = ActorId::parse(&stub.url("/users/ada")).unwrap();
    let moment = place.app().moment();
    let row = ActorRow {
        id: moment.id(),
        uri: actor.to_string(),
        kind: "Person".into(),
        name: "ada".into(),
        domain: stub.address.clone(),
        display_name: "ada".into(),
        url: None,
        inbox: format!("{actor}/inbox"),
        shared_inbox: None,
        key_packages: Some(stub.url("/packages")),
        document: None,
        fetched_at: Some(moment.now.0),
        created_at: moment.now.0,
        gone_at: None,
    };
    place.write(move |transaction| actors::insert(transaction, &row)).await;
    actor
}

async fn ask(app: &App, asker: &Person, actor: &ActorId) -> Result<Vec<Value>> {
    key_packages::of_actor(app, asker.id, actor).await.map(|found| found.key_packages)
}

fn collection(address: &str, items: &[String]) -> Value {
    json!({"id": format!("{address}/packages"), "type": "OrderedCollection", "orderedItems": items})
}

/// A collection of fifty packages, and the packages with so many letters each.
fn fifty(letters: usize) -> impl Fn(&str, &str) -> Option<Value> {
    move |address, path| {
        let items: Vec<String> = (0..50).map(|number| format!("{address}/package/{number}")).collect();
        let package = || json!({"id": format!("{address}{path}"), "type": "KeyPackage", "content": "x".repeat(letters)});
        Some(if path == "/packages" { collection(address, &items) } else { package() })
    }
}

/// S-50: slow for each of fifty packages is not slow for the one who waits: there is one deadline for all of it.
#[tokio::test]
async fn a_collection_that_is_slow_fifty_times_is_left_at_one_deadline() {
    let place = Place::open(&Time::default()).await;
    let bob = place.person("bob").await;
    let stub = Stub::serving(fifty(10), Duration::from_millis(150)).await;
    let ada = on_stub(&place, &stub).await;
    let mut app = place.app().clone();
    let mut settings = Settings::new(app.site.origin());
    settings.allowed = vec!["127.0.0.1/32".parse().unwrap()];
    settings.total_timeout = Duration::from_millis(400);
    app.outgoing = Fetcher::new(settings).unwrap();
    assert!(matches!(ask(&app, &bob, &ada).await, Err(Error::Busy)));
    assert!(stub.count() < 10, "{} requests", stub.count());
}

/// S-51: the packages of one person are read up to a megabyte in all.
#[tokio::test]
async fn packages_are_read_up_to_a_megabyte_in_all() {
    let place = Place::open(&Time::default()).await;
    let bob = place.person("bob").await;
    let stub = Stub::serving(fifty(300 << 10), Duration::ZERO).await;
    let ada = on_stub(&place, &stub).await;
    assert_eq!(ask(place.app(), &bob, &ada).await.unwrap().len(), 3);
    assert_eq!(stub.count(), 5, "the collection, three that fit, and one that does not");
}

#[tokio::test]
async fn at_most_fifty_packages_are_asked_for() {
    let place = Place::open(&Time::default()).await;
    let bob = place.person("bob").await;
    let endless = |address: &str, path: &str| {
        let items: Vec<String> = (0..30).map(|number| format!("{address}/package{path}/{number}")).collect();
        let page = json!({
            "id": format!("{address}{path}"), "type": "OrderedCollectionPage", "orderedItems": items,
            "next": format!("{address}{path}x"),
        });
        let package = || json!({"id": format!("{address}{path}"), "type": "KeyPackage"});
        Some(if path.starts_with("/packages") { page } else { package() })
    };
    let stub = Stub::serving(endless, Duration::ZERO).await;
    let ada = on_stub(&place, &stub).await;
    assert_eq!(ask(place.app(), &bob, &ada).await.unwrap().len(), 50);
    assert_eq!(stub.count(), 52, "two pages and fifty packages");
}

/// S-36, S-54: a collection sends nobody's requests to somebody else's server.
#[tokio::test]
async fn a_collection_does_not_lead_to_other_servers() {
    let place = Place::open(&Time::default()).await;
    let bob = place.person("bob").await;
    let victim =
        Stub::serving(|address, path| Some(json!({"id": format!("{address}{path}")})), Duration::ZERO).await;
    let (item, next) = (victim.url("/package"), victim.url("/page"));
    let leading = move |address: &str, path: &str| {
        let own = format!("{address}/package");
        let mut page = collection(address, &[item.clone(), own.clone()]);
        page["next"] = json!(next);
        Some(if path == "/packages" { page } else { json!({"id": own, "type": "KeyPackage"}) })
    };
    let stub = Stub::serving(leading, Duration::ZERO).await;
    let ada = on_stub(&place, &stub).await;
    let packages = ask(place.app(), &bob, &ada).await.unwrap();
    assert_eq!(packages, [json!({"id": stub.url("/package"), "type": "KeyPackage"})]);
    assert_eq!(victim.count(), 0);
}
