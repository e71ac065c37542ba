//! WebFinger (RFC 7033): from a handle to an actor, and the way back that proves it. Documents and rules; asking is the
//! server's work.

use serde_json::{Value, json};

use crate::{context, handle::Handle, id::ActorId, json};

/// The path of the query, under the origin of a handle's domain.
pub const PATH: &str = "/.well-known/webfinger";
/// The media type of the answer.
pub const JRD_JSON: &str = "application/jrd+json";

/// The relation of the page on which somebody follows others from their own server.
pub const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `acct:ana@example.org`.
    Handle(Handle),
    /// The id or the page of an actor.
    Address(ActorId),
}

impl Resource {
    /// Reads the parameter `resource`; a handle may come without `acct:`, as some send it.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("://") {
            return ActorId::parse(text).ok().map(Self::Address);
        }
        Handle::parse(text).ok().map(Self::Handle)
    }
}

/// The address to ask at about a handle; `origin` is that of its domain, or of the server that is said to know.
pub fn query(origin: &str, handle: &Handle) -> String {
    let resource: String = form_urlencoded::byte_serialize(handle.to_acct().as_bytes()).collect();
    format!("{origin}{PATH}?resource={resource}")
}

/// Our answer about one of our actors.
#[derive(Clone, Debug)]
pub struct Description<'a> {
    /// The handle, always under the handle domain, whichever of our names was asked about (S-15).
    pub handle: &'a Handle,
    /// The id.
    pub actor: &'a ActorId,
    /// The page for people, where there is one.
    pub page: Option<&'a str>,
    /// Where they follow others, with `{uri}` for whom; where there is one.
    pub subscribe: Option<&'a str>,
}

impl Description<'_> {
    /// The JRD as it goes out. The type of `self` is the one that everybody looks for.
    pub fn to_value(&self) -> Value {
        let mut aliases = vec![json!(self.actor)];
        let mut links = vec![json!({"rel": "self", "type": context::ACTIVITY_JSON, "href": self.actor})];
        if let Some(page) = self.page {
            aliases.push(json!(page));
            links.push(
                json!({"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}),
            );
        }
        if let Some(template) = self.subscribe {
            links.push(json!({"rel": SUBSCRIBE, "template": template}));
        }
        json!({"subject": self.handle.to_acct(), "aliases": aliases, "links": links})
    }
}

/// What somebody's answer says: whose handle it is, and which actor is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finger {
    /// The one handle that the answer is about.
    pub subject: Handle,
    /// The actor.
    pub actor: ActorId,
}

impl Finger {
    /// Reads an answer; `None` without a subject or without a link to an actor, as Mastodon has it too.
    pub fn parse(answer: &Value) -> Option<Self> {
        let subject = Handle::parse(json::text(answer, "subject")?.strip_prefix("acct:")?).ok()?;
        let link = json::many(answer, "links").iter().find(|link| {
            json::text(link, "rel") == Some("self")
                && json::text(link, "type").is_some_and(is_activity_streams)
        })?;
        Some(Self { subject, actor: ActorId::parse(json::text(link, "href")?).ok()? })
    }
}

/// The page on which whoever an answer is about follows an actor; `None` when it names none, or one that is no address of
/// the web, or has a name before the host.
pub fn subscribe_address(answer: &Value, actor: &ActorId) -> Option<String> {
    let mut links = json::many(answer, "links").iter();
    let link = links.find(|link| json::text(link, "rel") == Some(SUBSCRIBE))?;
    let (before, after) = json::text(link, "template")?.split_once("{uri}")?;
    let actor: String = form_urlencoded::byte_serialize(actor.as_str().as_bytes()).collect();
    ActorId::parse(&format!("{before}{actor}{after}")).ok().map(|address| address.as_str().to_owned())
}

/// The handle of an actor, proved both ways (S-15), or `None` when the servers concerned do not agree.
///
/// `claimed` is the actor's own word: its username at the host of its id. `at_home` is what that host says about the
/// claimed handle; where it names another domain as the subject, `at_domain` is what that domain says about the subject.
/// Every answer must lead to the actor's id, byte for byte, and the name must be the claimed one throughout.
pub fn confirm(
    actor: &ActorId,
    claimed: &Handle,
    at_home: &Finger,
    at_domain: Option<&Finger>,
) -> Option<Handle> {
    let handle = &at_home.subject;
    let agreed = if handle == claimed { at_home } else { at_domain? };
    let same_actor = at_home.actor == *actor && agreed.actor == *actor;
    (same_actor && agreed.subject == *handle && handle.name == claimed.name).then(|| handle.clone())
}

fn is_activity_streams(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence == context::ACTIVITY_JSON
        || (essence == "application/ld+json" && kind.contains(context::ACTIVITY_STREAMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(text: &str) -> Handle {
        Handle::parse(text).unwrap()
    }

    fn finger(subject: &str, actor: &str) -> Finger {
        Finger { subject: handle(subject), actor: ActorId::parse(actor).unwrap() }
    }

    #[test]
    fn resources_are_read() {
        for text in ["acct:ana@example.org", "ana@example.org", "@ana@example.org"] {
            assert_eq!(Resource::parse(text), Some(Resource::Handle(handle("ana@example.org"))), "{text}");
        }
        let id = ActorId::parse("https://h.example/users/7301").unwrap();
        assert_eq!(Resource::parse(id.as_str()), Some(Resource::Address(id)));
        for text in [
            "",
            "ana",
            "acct:ana",
            "acct:a@b@c",
            "https://u@h.example/",
            "acct:ana@h.example/x",
            "mailto:a@b://",
        ] {
            assert_eq!(Resource::parse(text), None, "S-15: {text:?}");
        }
    }

    #[test]
    fn own_answers_are_written_exactly_and_read_back() {
        let actor = ActorId::parse("https://chat.example.org/users/7301").unwrap();
        let ana = handle("ana@example.org");
        let page = Some("https://chat.example.org/@ana");
        let subscribe = Some("https://chat.example.org/authorize_interaction?uri={uri}");
        let answer = Description { handle: &ana, actor: &actor, page, subscribe }.to_value();
        insta::assert_json_snapshot!("jrd", answer);
        assert_eq!(Finger::parse(&answer), Some(Finger { subject: ana.clone(), actor: actor.clone() }));
        let bare = Description { handle: &ana, actor: &actor, page: None, subscribe: None }.to_value();
        assert_eq!(bare["links"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            query("https://example.org", &ana),
            "https://example.org/.well-known/webfinger?resource=acct%3Aana%40example.org"
        );
    }

    #[test]
    fn answers_of_other_software_are_read() {
        for (text, actor) in [
            (include_str!("samples/mastodon/webfinger.json"), "https://mastodon.example/users/ada"),
            (include_str!("samples/gotosocial/webfinger.json"), "https://gotosocial.example/users/ada"),
            (include_str!("samples/mitra/webfinger.json"), "https://mitra.example/users/ada"),
        ] {
            let answer = json::parse(text.as_bytes()).unwrap();
            assert_eq!(Finger::parse(&answer).unwrap().actor.as_str(), actor);
        }
    }

    /// S-64: only a page of the web, and the actor cannot leave its place in it.
    #[test]
    fn the_page_on_which_somebody_follows_is_found() {
        let actor = ActorId::parse("https://chat.example.org/users/7301?a=b&c=d").unwrap();
        let at = |template: &str| {
            let links = json!([{"rel": SUBSCRIBE, "template": template}]);
            subscribe_address(&json!({"links": links}), &actor)
        };
        assert_eq!(
            at("https://h.example/authorize_interaction?uri={uri}").as_deref(),
            Some(
                "https://h.example/authorize_interaction?uri=https%3A%2F%2Fchat.example.org%2Fusers%2F7301%3Fa%3Db%26c%3Dd"
            )
        );
        for template in [
            "javascript:x({uri})",
            "https://u@h.example/{uri}",
            "/a?uri={uri}",
            "https://h.example/",
            "{uri}",
        ] {
            assert_eq!(at(template), None, "{template}");
        }
        assert_eq!(subscribe_address(&json!({"links": [{"rel": SUBSCRIBE}]}), &actor), None);
    }

    /// S-15: no subject, no proper link, links of other types.
    #[test]
    fn answers_without_an_actor_are_refused() {
        let link =
            json!({"rel": "self", "type": context::ACTIVITY_JSON, "href": "https://h.example/users/1"});
        let with = |name: &str, value: &str| {
            let mut link = link.clone();
            link[name] = json!(value);
            Finger::parse(&json!({"subject": "acct:ana@h.example", "links": [link]}))
        };
        assert!(with("rel", "self").is_some());
        assert_eq!(with("rel", "http://webfinger.net/rel/profile-page"), None);
        assert_eq!(with("type", "text/html"), None);
        assert_eq!(with("type", "application/ld+json"), None);
        assert_eq!(with("href", "https://u@h.example/"), None);
        for subject in [json!("https://h.example/"), json!("acct:ana"), json!("acct:a@b@c"), Value::Null] {
            assert_eq!(Finger::parse(&json!({"subject": subject, "links": [link]})), None);
        }
    }

    /// S-15: the way back must agree, at home and, where the handle has another domain, there too.
    #[test]
    fn handles_are_confirmed_both_ways() {
        let id = "https://chat.example.org/users/7301";
        let actor = ActorId::parse(id).unwrap();
        let claimed = handle("ana@chat.example.org");
        let check = |home: Finger, there: Option<Finger>| confirm(&actor, &claimed, &home, there.as_ref());
        let simple = finger("ana@chat.example.org", id);
        let split = finger("ana@example.org", id);
        assert_eq!(check(simple.clone(), None), Some(claimed.clone()));
        assert_eq!(check(split.clone(), Some(split.clone())), Some(handle("ana@example.org")));
        assert_eq!(check(split.clone(), None), None, "the domain was not asked");
        assert_eq!(check(split.clone(), Some(simple)), None, "it names another subject");
        assert_eq!(check(split.clone(), Some(finger("ana@example.org", "https://evil.example/"))), None);
        assert_eq!(check(finger("ana@chat.example.org", "https://chat.example.org/users/7301/"), None), None);
        let other_name = finger("eve@example.org", id);
        assert_eq!(check(other_name.clone(), Some(other_name)), None, "another name");
    }
}
