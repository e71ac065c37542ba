//! P42, P31: the app's own interface, over its real worker and real servers, by keyboard alone. Three people join, write and
//! verify each other; each state is looked at by axe-core in light and dark, narrow and wide.

use serde_json::{Value, json};

use super::{
    people::{Browser, invitation, place_of_inviters},
    process::Script,
    world::{Place, Time},
};

const PASSWORD: &str = "three grey herons wade";

/// Somebody before a screen, with a keyboard.
struct Reader<'a> {
    script: &'a Script,
    name: &'static str,
}

impl Reader<'_> {
    async fn order(&self, order: &str, details: Value) -> Value {
        let mut all = json!({"order": order, "name": self.name});
        all.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
        self.script.order(all).await
    }

    async fn open(&self, url: &str) {
        self.order("open", json!({"url": url})).await;
    }

    async fn reach(&self, selector: &str) {
        self.order("reach", json!({"selector": selector})).await;
    }

    async fn key(&self, key: &str) {
        self.order("press", json!({"key": key})).await;
    }

    /// Goes to something and presses it.
    async fn press(&self, selector: &str) {
        self.reach(selector).await;
        self.key("Enter").await;
    }

    async fn fill(&self, selector: &str, text: &str) {
        self.reach(selector).await;
        self.order("type", json!({"text": text})).await;
    }

    /// Waits for something, and says what it reads.
    async fn see(&self, selector: &str) -> String {
        self.order("see", json!({"selector": selector})).await.as_str().unwrap().to_owned()
    }

    /// Nothing is wrong with what is on the screen.
    async fn look(&self, state: &str) {
        assert_eq!(self.order("look", json!({"as": state})).await, json!([]));
    }

    /// Joins on the page without script, as the first person of a place does, and signs in to the app from there.
    async fn join_by_page(&self, place: &Place) {
        self.open(&invitation(place).await).await;
        self.fill("#name", self.name).await;
        self.fill("#password", PASSWORD).await;
        self.key("Enter").await;
        self.press("main a[href='/app/']").await;
        self.see("#app #name").await;
        self.look(&format!("{}-signs-in", self.name)).await;
        self.fill("#name", self.name).await;
        self.fill("#password", PASSWORD).await;
        self.key("Enter").await;
        self.see(".welcome .card").await;
    }

    async fn write(&self, text: &str) {
        self.key("Control+Shift+T").await;
        self.fill("#composer", text).await;
        self.key("Enter").await;
        self.see(&format!(".row.own article[aria-label*='{text}']")).await;
    }

    async fn reads(&self, text: &str) {
        self.see(&format!(".row:not(.own) article[aria-label*='{text}']")).await;
    }

    /// Opens what is known of the other person of this chat, and their safety number.
    async fn number(&self) -> String {
        self.press(".head-who").await;
        self.see("dialog .people-rows").await;
        self.press("dialog .people-rows li:not(:has-text('This is you')) button").await;
        self.press("dialog summary").await;
        self.see("dialog .digits").await
    }
}

/// Bob joins by a link that Ada's device makes: both are verified without doing anything for it.
async fn bob_joins(ada: &Reader<'_>, bob: &Reader<'_>) {
    ada.press(".welcome .card").await;
    ada.press(".page-body .actions button").await;
    ada.fill("#invite-name", "Bob").await;
    ada.key("Enter").await;
    let link = ada.see("dialog code").await;
    ada.look("invitation-made").await;
    ada.key("Escape").await;
    bob.open(&link).await;
    bob.see(".facts").await;
    bob.look("invited").await;
    bob.press(".actions button").await;
    bob.fill("#handle", "bob").await;
    bob.key("Enter").await;
    bob.see("#password").await;
    bob.look("choosing-a-password").await;
    bob.fill("#password", PASSWORD).await;
    bob.key("Enter").await;
    bob.see(".conversation #composer").await;
    bob.write("Hello Ada").await;
    ada.key("Control+1").await;
    ada.reads("Hello Ada").await;
    ada.write("Hello Bob").await;
    bob.reads("Hello Bob").await;
    for person in [ada, bob] {
        assert!(person.see(".head-name .verified").await.contains("Verified by invitation"));
    }
    bob.look("conversation").await;
}

/// Cleo is on another server and knows nobody: a request, which she takes.
async fn cleo_takes_a_request(ada: &Reader<'_>, cleo: &Reader<'_>, address: &str) {
    ada.key("Control+n").await;
    ada.fill("#handle", address).await;
    ada.key("Enter").await;
    ada.see(".chips li").await;
    ada.look("new-chat").await;
    ada.press("main form.start button").await;
    ada.see(".conversation #composer").await;
    ada.write("Hello Cleo").await;
    cleo.press(".side .shelf").await;
    cleo.press(".side .rows button").await;
    cleo.reads("Hello Cleo").await;
    cleo.look("request").await;
    cleo.press(".request button").await;
    cleo.see("#composer").await;
    cleo.write("Good morning").await;
    ada.reads("Good morning").await;
}

/// They compare their numbers, and press that these match.
async fn they_verify_each_other(ada: &Reader<'_>, cleo: &Reader<'_>) {
    let (hers, his) = (ada.number().await, cleo.number().await);
    assert_eq!(hers, his);
    ada.look("safety-number").await;
    for person in [ada, cleo] {
        person.press("dialog .match").await;
        person.key("Escape").await;
        assert!(person.see(".head-name .verified").await.contains("Verified in person"));
    }
}

#[tokio::test]
async fn three_people_join_write_and_verify_by_keyboard() {
    three_people_meet(Browser::Chromium).await;
}

pub async fn three_people_meet(browser: Browser) {
    let time = Time::default();
    let (one, two) = (place_of_inviters(&time).await, place_of_inviters(&time).await);
    let script = browser.start("app/interface.js");
    let [ada, bob, cleo] = ["ada", "bob", "cleo"].map(|name| Reader { script: &script, name });
    ada.join_by_page(&one).await;
    cleo.join_by_page(&two).await;
    ada.look("welcome").await;
    bob_joins(&ada, &bob).await;
    cleo_takes_a_request(&ada, &cleo, &format!("@cleo@{}", two.host())).await;
    they_verify_each_other(&ada, &cleo).await;
    ada.key("Control+,").await;
    ada.see(".side .profile").await;
    ada.look("settings").await;
    assert_eq!(script.order(json!({"order": "problems"})).await, json!([]));
}
