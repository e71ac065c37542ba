//! Conversations that are not encrypted: labelled wherever they stand, and none where everything has to be encrypted.

use alcove_server::{actions::policy, config::Policy};
use reqwest::StatusCode;

use super::{browser::Browser, world::World};

const LABEL: &str = "Not encrypted. The operators of localhost:8440 can read this.";

/// P9 in part: a message that servers can read says so in every place.
#[tokio::test]
async fn a_plain_conversation_is_labelled_in_every_place() {
    let world = World::start().await;
    let (mut ana, mut ben, mut eve) = (Browser::new(&world), Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    eve.join("eve").await;
    let nobody = ana.get("/messages/to?handle=nobody").await;
    assert!(nobody.status == StatusCode::NOT_FOUND && nobody.says("value=\"nobody\""), "{}", nobody.html);
    let to = ana.get("/messages/to?handle=@ben").await.location.unwrap();
    let form = ana.get(&to).await;
    assert!(form.says(LABEL) && form.says("Send unencrypted"), "{}", form.html);
    let talk = ana.submit(&to, &form, &[("text", "Are we still on for Sunday?")]).await.location.unwrap();
    assert!(talk.starts_with("/messages/"));
    for page in ["/messages", talk.as_str(), "/notifications"] {
        let page = ben.get(page).await;
        assert!(page.says("Are we still on") && page.says(LABEL), "{}", page.html);
    }
    let page = ben.get(&talk).await;
    ben.submit(&talk, &page, &[("text", "Yes!")]).await;
    let page = ana.get(&talk).await;
    assert!(page.says("Yes!") && page.says("class=\"h-entry own\""), "{}", page.html);
    let post = page.html.split("href=\"/@ben/").nth(1).unwrap().split('"').next().unwrap();
    assert!(ana.get(&format!("/@ben/{post}")).await.says(LABEL));
    assert!(!ana.get("/home").await.says("Yes!"), "private and public are different places");
    for browser in [&mut eve, &mut Browser::new(&world)] {
        assert_eq!(browser.get(&format!("/@ben/{post}")).await.status, StatusCode::NOT_FOUND);
        assert_ne!(browser.get(&talk).await.status, StatusCode::OK);
    }
}

/// P10 in part: no composer, and the reason.
#[tokio::test]
async fn where_everything_is_encrypted_nothing_is_sent_from_a_page() {
    let world = World::start().await;
    let (mut ana, mut ben) = (Browser::new(&world), Browser::new(&world));
    ana.join("ana").await;
    ben.join("ben").await;
    let to = ana.get("/messages/to?handle=ben").await.location.unwrap();
    let form = ana.get(&to).await;
    let app = world.server.app.clone();
    let moment = app.moment();
    app.db.write(move |transaction| policy::adopt(transaction, &moment, Policy::Required)).await.unwrap();
    for page in ["/messages", to.as_str()] {
        let page = ana.get(page).await;
        assert!(page.says("encrypted messages only") && !page.says("<textarea"), "{}", page.html);
    }
    let refused = ana.submit(&to, &form, &[("text", "Hello")]).await;
    assert!(
        refused.status == StatusCode::FORBIDDEN && refused.says("Nothing was stored"),
        "{}",
        refused.html
    );
    let about = Browser::new(&world).get("/about").await;
    assert!(about.says("or not sent at all"), "{}", about.html);
}
