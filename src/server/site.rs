//! The addresses of this server: every URL that we write is made here. Ids contain no handle and, apart from actors,
//! nothing that shows order or time.

use alcove_protocol::{ActivityId, ActorId, ConversationId, DeviceId, Handle, Id, KeyPackageId, Origin};
use url::Url;

use crate::error::{Error, Result};

/// Who this server is. Fixed at first start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Without a slash at its end, as `https://chat.example.org`.
    base: String,
    /// The domain of handles.
    pub handle_domain: String,
}

impl Site {
    /// The site of a configuration.
    ///
    /// # Errors
    /// When `public_url` is no address of a server.
    pub fn new(public_url: &str, handle_domain: &str) -> Result<Self> {
        let url =
            Url::parse(public_url).map_err(|_| Error::invalid("server.public_url: expected an address"))?;
        let base = url.origin().ascii_serialization();
        let own_domain = base.split_once("://").map_or("", |(_, authority)| authority);
        let handle_domain = if handle_domain.is_empty() { own_domain } else { handle_domain };
        Ok(Self { handle_domain: handle_domain.to_ascii_lowercase(), base })
    }

    /// An address under this server; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The origin that everything here belongs to.
    pub fn origin(&self) -> Origin {
        self.instance_actor().origin()
    }

    /// Says whether an id belongs to this server.
    pub fn owns<Kind>(&self, id: &Id<Kind>) -> bool {
        id.origin() == self.origin()
    }

    /// The actor that acts for the server itself: signed fetches and the sequencer's word.
    pub fn instance_actor(&self) -> ActorId {
        self.id("/actor")
    }

    /// The inbox that other servers may use for everybody here.
    pub fn shared_inbox(&self) -> String {
        self.url("/inbox")
    }

    /// The actor of an account.
    pub fn actor(&self, account: i64) -> ActorId {
        self.id(&format!("/users/{account}"))
    }

    /// The account behind a local actor id, if it is one.
    pub fn account_of(&self, actor: &ActorId) -> Option<i64> {
        actor.as_str().strip_prefix(&self.base)?.strip_prefix("/users/")?.parse().ok()
    }

    /// A collection or inbox of an account, as `inbox`, `outbox`, `messages`, `keyPackages`.
    pub fn of_account(&self, account: i64, part: &str) -> String {
        self.url(&format!("/users/{account}/{part}"))
    }

    /// The page of an account.
    pub fn profile(&self, name: &str) -> String {
        self.url(&format!("/@{name}"))
    }

    /// The handle of a local name.
    pub fn handle(&self, name: &str) -> Handle {
        Handle { name: name.to_owned(), domain: self.handle_domain.clone() }
    }

    /// An activity by its random name.
    pub fn activity(&self, name: &str) -> ActivityId {
        self.id(&format!("/a/{name}"))
    }

    /// An object by its random name.
    pub fn object(&self, name: &str) -> String {
        self.url(&format!("/o/{name}"))
    }

    /// A file by its random name, in one of its forms.
    pub fn media(&self, name: &str, variant: &str, extension: &str) -> String {
        self.url(&format!("/media/{name}/{variant}.{extension}"))
    }

    /// The picture of a profile by the random name of its file.
    pub fn picture(&self, name: &str) -> String {
        self.url(&format!("/media/{name}/original"))
    }

    /// A sealed file by its random name.
    pub fn blob(&self, name: &str) -> String {
        self.url(&format!("/blobs/{name}"))
    }

    /// A conversation by its random name.
    pub fn conversation(&self, name: &str) -> ConversationId {
        self.id(&format!("/conversations/{name}"))
    }

    /// A device of an account by its random name.
    pub fn device(&self, account: i64, name: &str) -> DeviceId {
        self.id(&format!("/users/{account}/devices/{name}"))
    }

    /// A key package of an account by its random name.
    pub fn key_package(&self, account: i64, name: &str) -> KeyPackageId {
        self.id(&format!("/users/{account}/keyPackages/{name}"))
    }

    /// The page on which an invitation is taken up without a client.
    pub fn join_page(&self, token: &str) -> String {
        self.url(&format!("/join/{token}"))
    }

    /// The page on which a new password is set by a link.
    pub fn reset_page(&self, token: &str) -> String {
        self.url(&format!("/reset/{token}"))
    }

    fn id<Kind>(&self, path: &str) -> Id<Kind> {
        Id::of_own(&self.base, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_accounts_and_contain_no_handle() {
        let site = Site::new("https://chat.example.org/", "example.org").unwrap();
        assert_eq!(site.actor(7301).as_str(), "https://chat.example.org/users/7301");
        assert_eq!(site.account_of(&site.actor(7301)), Some(7301));
        let stranger = ActorId::parse("https://chat.example.org.evil.example/users/7301").unwrap();
        assert_eq!(site.account_of(&stranger), None);
        assert!(!site.owns(&stranger) && site.owns(&site.actor(1)));
        assert_eq!(site.handle("ana").to_string(), "@ana@example.org");
        assert_eq!(Site::new("http://localhost:81", "").unwrap().handle_domain, "localhost:81");
    }
}
