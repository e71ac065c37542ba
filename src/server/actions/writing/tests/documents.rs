//! Every document about a post of ours, exactly as it goes out.

use alcove_protocol::time::DAY;
use serde_json::Value;

use super::*;

/// The documents of one post with fixed names in the place of random ones.
fn fixed(place: &Place, account: i64, document: &Value, names: &[(&str, &str)]) -> Value {
    let mut text = document.to_string().replace(&account.to_string(), "ANA");
    for time in [place.now, place.now.plus(DAY)] {
        text = text.replace(&time.to_rfc3339(), "TIME");
    }
    for (name, word) in names {
        text = text.replace(name, word);
    }
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn documents_are_written_exactly() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    place.follow(&bob, &place.site.actor(ana)).await;
    let body = naming("Good morning, @bob@far.example! #Ducks", &[("bob@far.example", &bob)]);
    let poll = NewPoll { options: vec!["yes".into(), "no".into()], choice: Choice::Multiple, duration: DAY };
    let post = Draft {
        body,
        warning: "birds".into(),
        language: Some("en".into()),
        ..Draft::of_text("", Visibility::Unlisted)
    };
    let question = Draft { poll: Some(poll), ..Draft::of_text("Ducks?", Visibility::Public) };
    let letter = Draft { recipients: vec![bob.clone()], ..Draft::of_text("Quack.", Visibility::Direct) };
    for (name, draft) in [("unlisted", post), ("question", question), ("letter", letter)] {
        let written = publish_as(&place, ana, draft).await.unwrap();
        let row = row(&place, written.post).await.unwrap();
        let random = row.uri.rsplit('/').next().unwrap().to_owned();
        let thread = row.context.clone().unwrap_or_default();
        let thread =
            thread.strip_suffix("/context").unwrap_or(&thread).rsplit('/').next().unwrap().to_owned();
        let id = row.id.to_string();
        let names = [(random.as_str(), "NAME"), (id.as_str(), "ID"), (thread.as_str(), "THREAD")];
        insta::assert_json_snapshot!(name, fixed(&place, ana, &written.sent.document, &names));
    }
}
