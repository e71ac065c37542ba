//! Somebody who looks at pages with the browser.

use alcove_server::{
    control::{self, Answer, Order},
    db::sessions::{self, SessionRow},
    secret::SecretHash,
};
use serde_json::{Value, json};

use super::{
    process::Script,
    world::{Person, Place},
};

/// Who looks, and at which server.
pub struct Viewer<'a> {
    place: &'a Place,
    browser: Script,
    cookie: Option<String>,
}

impl<'a> Viewer<'a> {
    pub fn of(place: &'a Place) -> Self {
        Self { place, browser: Script::start("browser/main.js", &[]), cookie: None }
    }

    /// From now on as somebody who is signed in.
    pub async fn signed_in(mut self, person: &Person) -> Self {
        let moment = self.place.app().moment();
        let secret = moment.secret();
        let row = SessionRow {
            id: moment.id(),
            account_id: person.id,
            client_name: "Chromium".into(),
            created_at: moment.now.0,
            last_seen_at: moment.now.0,
            expires_at: i64::MAX,
            ended_at: None,
        };
        let hash = SecretHash::of(&secret);
        self.place.write(move |transaction| sessions::insert(transaction, &row, &hash)).await;
        self.cookie = Some(format!("alcove={secret}"));
        self
    }

    /// The path of a new invitation.
    pub async fn invitation(&self) -> String {
        let order = Order::InviteCreate { role: "member".into(), uses: 1, days: 7, note: String::new() };
        let Answer::Link { link, .. } = control::perform(self.place.app(), order).await.unwrap() else {
            panic!("an invitation")
        };
        link.trim_start_matches(&self.place.url("")).to_owned()
    }

    /// Looks at pages, each with a name for its pictures; says all that is wrong with them. What is not there is shown as well.
    pub async fn finds_nothing_wrong_with(&self, pages: &[(&str, &str)]) {
        let mut problems = Vec::new();
        for (name, path) in pages {
            let status = match *name {
                "not-found" => 404,
                "refused" => 422,
                _ => 200,
            };
            let mut order =
                json!({"order": "look", "name": name, "url": self.place.url(path), "status": status});
            if let Some(cookie) = &self.cookie {
                order["cookie"] = json!(cookie);
            }
            let Value::Array(found) = self.browser.order(order).await else { panic!("a list of problems") };
            problems.extend(found.into_iter().map(|problem| problem.as_str().unwrap().to_owned()));
        }
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    }
}
