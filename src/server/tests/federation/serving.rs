//! Documents by which others find and know our actors.

use alcove_protocol::{Handle, activity::follow::Follow, actor::Actor, time::MINUTE};
use alcove_server::{
    actions::keys,
    db::{
        actors,
        follows::{self, FollowState},
    },
    federation::lookup::{self, Sought},
};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;

use super::world::{Place, Time, two};

const AP: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

async fn get(url: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let request =
        headers.iter().fold(client.get(url), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn an_actor_is_served_to_programs_and_to_people() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let answer = get(ada.actor.as_str(), &[("accept", AP)]).await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (200, "application/activity+json")
    );
    assert_eq!(header(&answer, "vary"), "Accept");
    let etag = header(&answer, "etag").to_owned();
    let document = json(answer).await;
    let actor = Actor::parse(&document).unwrap();
    assert_eq!(actor.id, ada.actor);
    let keys: Vec<&str> = actor.keys.iter().filter_map(|key| key.id.as_str().split('#').nth(1)).collect();
    assert_eq!(keys, ["main-key", "ed25519-key"]);
    assert_eq!(document["publicKey"]["id"], format!("{}#main-key", ada.actor), "RSA alone, as others insist");
    assert!(actor.key_packages.is_some() && document.get("messages").is_none(), "messages are the owner's");
    let again = get(ada.actor.as_str(), &[("accept", AP), ("if-none-match", &etag)]).await;
    assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, etag.as_str()));
    let browser = get(ada.actor.as_str(), &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]).await;
    assert_eq!((browser.status().as_u16(), header(&browser, "location")), (302, place.url("/@ada").as_str()));
    let page = get(&place.url("/@ada"), &[("accept", "text/html")]).await;
    assert!(header(&page, "content-security-policy").contains("script-src 'none'"));
    assert!(page.text().await.unwrap().contains("ada of here"));
    let program = get(&place.url("/@ada"), &[("accept", AP)]).await;
    assert_eq!(header(&program, "location"), ada.actor.as_str(), "one id, at one address");
}

/// Trap T7, S-22: only the owner's own client learns of `messages`, and nobody keeps that answer for others.
#[tokio::test]
async fn the_owner_is_told_more_than_others() {
    let place = Place::open(&Time::default()).await;
    let (ada, eve) = (place.person("ada").await, place.person("eve").await);
    let (adas, eves) = (place.token(&ada, "read").await, place.token(&eve, "read").await);
    let with = async |token: &str| {
        get(ada.actor.as_str(), &[("accept", AP), ("authorization", &format!("Bearer {token}"))]).await
    };
    let own = with(&adas).await;
    assert_eq!(header(&own, "cache-control"), "private, no-store");
    let own = json(own).await;
    let messages = format!("{}/messages", ada.actor);
    assert_eq!(
        (own["messages"].as_str(), own["mls:messages"].as_str()),
        (Some(messages.as_str()), Some(messages.as_str()))
    );
    assert!(json(with(&eves).await).await.get("messages").is_none());
    assert_eq!(with("nobody's token").await.status(), 401);
}

#[tokio::test]
async fn what_is_not_there_is_404_and_only_what_was_deleted_is_410() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    for path in ["/users/1", "/users/x", "/@nobody", "/.well-known/webfinger?resource=acct:nobody@x.example"]
    {
        assert_eq!(get(&place.url(path), &[("accept", AP)]).await.status(), 404, "{path}");
    }
    let now = place.app().clock.now();
    place.write(move |transaction| actors::mark_gone(transaction, ada.id, now)).await;
    assert_eq!(get(ada.actor.as_str(), &[("accept", AP)]).await.status(), 410);
}

/// S-15: every spelling leads to the one subject; what belongs elsewhere is not ours to answer.
#[tokio::test]
async fn web_finger_answers_by_handle_by_id_and_by_page() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let handle = format!("acct:ada@{}", place.host());
    for resource in [&handle, &handle.replace("ada", "ADA"), ada.actor.as_str(), &place.url("/@ada")] {
        let query: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
        let answer = get(&place.url(&format!("/.well-known/webfinger?resource={query}")), &[]).await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-type")),
            (200, "application/jrd+json")
        );
        let document = json(answer).await;
        assert_eq!(document["subject"], handle.as_str(), "{resource}");
        assert_eq!(document["links"][0]["href"], ada.actor.as_str());
        assert_eq!(document["links"][0]["type"], "application/activity+json");
    }
    for (resource, status) in
        [("acct:ada@evil.example", 404), ("acct:a@b@c", 400), ("https://good@evil.example/", 400), ("", 400)]
    {
        let answer = get(&place.url(&format!("/.well-known/webfinger?resource={resource}")), &[]).await;
        assert_eq!(answer.status(), status, "{resource}");
    }
    assert_eq!(get(&place.url("/.well-known/webfinger"), &[]).await.status(), 400);
}

#[tokio::test]
async fn the_server_says_what_it_is() {
    let place = Place::open(&Time::default()).await;
    let actor = json(get(&place.url("/actor"), &[("accept", AP)]).await).await;
    assert_eq!(
        (actor["type"].as_str(), actor["id"].as_str()),
        (Some("Application"), Some(place.url("/actor").as_str()))
    );
    let links = json(get(&place.url("/.well-known/nodeinfo"), &[]).await).await;
    for (number, version) in ["2.0", "2.1"].into_iter().enumerate() {
        let address = links["links"][number]["href"].as_str().unwrap().to_owned();
        let document = json(get(&address, &[]).await).await;
        assert_eq!(
            (document["version"].as_str(), document["software"]["name"].as_str()),
            (Some(version), Some("alcove"))
        );
        assert_eq!(document["openRegistrations"], false);
    }
    let meta = get(&place.url("/.well-known/host-meta"), &[]).await.text().await.unwrap();
    assert!(meta.contains("/.well-known/webfinger?resource={uri}"));
    let meta = json(get(&place.url("/.well-known/host-meta.json"), &[]).await).await;
    assert_eq!(meta["links"][0]["rel"], "lrdd");
}

/// Whoever has a document already is told so, whatever it is about.
#[tokio::test]
async fn every_document_about_us_has_a_tag_to_ask_again_by() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let part = |name: &str| format!("/users/{}/{name}", ada.id);
    for path in [
        "/nodeinfo/2.0",
        "/nodeinfo/2.1",
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/.well-known/host-meta.json",
        "/actor",
        "/actor/outbox",
        "/@ada",
        &part("followers"),
        &part("following"),
        &part("outbox"),
    ] {
        let answer = get(&place.url(path), &[]).await;
        let etag = header(&answer, "etag").to_owned();
        assert!(answer.status() == 200 && !etag.is_empty(), "{path}: {answer:?}");
        let again = get(&place.url(path), &[("if-none-match", &etag)]).await;
        assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, etag.as_str()), "{path}");
    }
}

/// Counts come from memory: what changes is seen within a minute, and not with every question.
#[tokio::test]
async fn followers_are_counted_once_a_minute() {
    let time = Time::default();
    let place = Place::open(&time).await;
    let (ada, bob) = (place.person("ada").await, place.person("bob").await);
    let count = async || {
        let path = format!("/users/{}/followers", ada.id);
        json(get(&place.url(&path), &[]).await).await["totalItems"].as_u64()
    };
    assert_eq!(count().await, Some(0));
    let follow = Follow {
        id: place.url("/a/f").parse().unwrap(),
        actor: bob.actor.clone(),
        object: ada.actor.clone(),
    };
    let moment = place.app().moment();
    place
        .write(move |transaction| {
            follows::put(transaction, moment.id(), &follow, FollowState::Accepted, moment.now)
        })
        .await;
    assert_eq!(count().await, Some(0), "no question reaches the database");
    time.pass(MINUTE);
    assert_eq!(count().await, Some(1));
}

/// S-15: the handle is confirmed both ways before it is shown.
#[tokio::test]
async fn somebody_elsewhere_is_found_by_handle_and_by_id() {
    let (one, two, _) = two().await;
    let bob = two.person("bob").await;
    let handle = Handle::parse(&format!("@bob@{}", two.host())).unwrap();
    for sought in [Sought::Handle(handle.clone()), Sought::Actor(bob.actor.clone())] {
        let found = lookup::find(one.app(), sought).await.unwrap();
        assert_eq!((found.id, found.handle), (bob.actor.clone(), handle.to_string()));
        assert!(found.takes_encrypted);
    }
    let nobody = Handle::parse(&format!("@nobody@{}", two.host())).unwrap();
    assert!(lookup::find(one.app(), Sought::Handle(nobody)).await.is_err());
}

#[tokio::test]
async fn a_rotated_key_is_served_at_once() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let key_of = async || -> (String, String) {
        let document = json(get(ada.actor.as_str(), &[("accept", AP)]).await).await;
        let text = |name: &str| document["publicKey"][name].as_str().unwrap().to_owned();
        (text("id"), text("publicKeyPem"))
    };
    let before = key_of().await;
    let (site, moment, new) =
        (place.app().site.clone(), place.app().moment(), place.app().new_keys().await.unwrap());
    place.write(move |transaction| keys::rotate(transaction, &site, &moment, ada.id, new)).await;
    // The memory ends by a wake; until then the older document is served.
    let mut after = key_of().await;
    while after == before {
        tokio::task::yield_now().await;
        after = key_of().await;
    }
    assert!(after.0 != before.0 && after.1 != before.1);
}
