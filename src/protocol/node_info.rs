//! NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software) and host-meta (RFC 6415): what a server says about itself. People are
//! counted; who they are is nobody's business.

use serde_json::{Value, json};

use crate::{id::Origin, webfinger};

/// Where the links stand.
pub const PATH: &str = "/.well-known/nodeinfo";
/// The media type of host-meta in XML.
pub const XRD_XML: &str = "application/xrd+xml";

/// The versions that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 2.0.
    V2_0,
    /// 2.1, which adds optional addresses of the software; we give none.
    V2_1,
}

impl Version {
    /// Both, in the order in which the links stand.
    pub const ALL: [Self; 2] = [Self::V2_0, Self::V2_1];

    /// The number, which is also the last segment of the path.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0",
            Self::V2_1 => "2.1",
        }
    }

    /// The version of that number.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// The media type of the document.
    pub fn media_type(self) -> String {
        format!("application/json; profile=\"{}#\"", self.schema())
    }

    fn schema(self) -> String {
        format!("http://nodeinfo.diaspora.software/ns/schema/{}", self.name())
    }
}

/// What is said.
#[derive(Clone, Debug)]
pub struct NodeInfo<'a> {
    /// The version of the software.
    pub software_version: &'a str,
    /// What the server is called.
    pub name: &'a str,
    /// The hash of the browser app that it serves, if it has one.
    pub app: Option<&'a str>,
    /// How many of what there are.
    pub counts: Counts,
}

/// How much there is and how much goes on, in numbers that name nobody (FEP-f1d5).
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Accounts that can be used.
    pub people: i64,
    /// Those that were used within the last 30 days.
    pub active_in_a_month: i64,
    /// Those that were used within the last 180 days.
    pub active_in_half_a_year: i64,
    /// Posts that were written here for everybody.
    pub posts: i64,
}

impl NodeInfo<'_> {
    /// The document.
    pub fn to_value(&self, version: Version) -> Value {
        let counts = self.counts;
        let mut metadata = json!({"nodeName": self.name});
        if let Some(app) = self.app {
            metadata["app"] = json!(app);
        }
        json!({
            "version": version.name(),
            "software": {"name": "alcove", "version": self.software_version},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": false,
            "usage": {
                "users": {
                    "total": counts.people,
                    "activeMonth": counts.active_in_a_month,
                    "activeHalfyear": counts.active_in_half_a_year,
                },
                "localPosts": counts.posts,
            },
            "metadata": metadata,
        })
    }
}

/// The path of the document of a version.
pub fn path(version: Version) -> String {
    format!("/nodeinfo/{}", version.name())
}

/// The document at [`PATH`]: where each version is found.
pub fn links(origin: &Origin) -> Value {
    let links = Version::ALL.map(|version| {
        let href = format!("{origin}{}", path(version));
        json!({"rel": version.schema(), "href": href})
    });
    json!({"links": links})
}

/// host-meta in XML. An origin holds no character that XML would have to escape.
pub fn host_meta_xml(origin: &Origin) -> String {
    let template = template(origin);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"{}\" template=\"{template}\"/>\n</XRD>\n",
        webfinger::JRD_JSON
    )
}

/// host-meta in JSON.
pub fn host_meta_json(origin: &Origin) -> Value {
    json!({"links": [{"rel": "lrdd", "type": webfinger::JRD_JSON, "template": template(origin)}]})
}

fn template(origin: &Origin) -> String {
    format!("{origin}{}?resource={{uri}}", webfinger::PATH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ActorId;

    #[test]
    fn documents_are_written_exactly() {
        let origin = ActorId::parse("https://chat.example.org/").unwrap().origin();
        let counts = Counts { people: 5, active_in_a_month: 3, active_in_half_a_year: 4, posts: 120 };
        let app = Some("0123456789abcdef");
        let info = NodeInfo { software_version: "0.1.0", name: "The family", app, counts };
        insta::assert_json_snapshot!("links", links(&origin));
        insta::assert_json_snapshot!("node_info_2_0", info.to_value(Version::V2_0));
        insta::assert_json_snapshot!("node_info_2_1", info.to_value(Version::V2_1));
        insta::assert_snapshot!("host_meta", host_meta_xml(&origin));
        insta::assert_json_snapshot!("host_meta_json", host_meta_json(&origin));
    }

    #[test]
    fn versions_have_names() {
        for version in Version::ALL {
            assert_eq!(Version::from_name(version.name()), Some(version));
        }
        assert_eq!(Version::from_name("1.0"), None);
        let expected = "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"";
        assert_eq!(Version::V2_1.media_type(), expected);
    }
}
