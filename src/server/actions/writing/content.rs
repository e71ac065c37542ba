//! What a post says, from what was typed or from what an app has written: safe HTML, whom it names, its hashtags.

use std::collections::BTreeSet;

use alcove_protocol::ActorId;

use super::Body;
use crate::{
    actions::desk::Desk,
    text::{self, Surroundings},
};

/// What a post says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// Safe HTML.
    pub html: String,
    /// What was typed; none of what an app wrote as HTML.
    pub source: Option<String>,
    /// Whom it names.
    pub named: Vec<ActorId>,
    /// Its hashtags, in lower case and without `#`.
    pub hashtags: BTreeSet<String>,
}

impl Content {
    /// What a body says.
    pub fn of(desk: &Desk<'_>, body: &Body) -> Self {
        let (typed, mentions) = match body {
            Body::Typed(typed, mentions) => (typed, mentions),
            Body::Html(html, named, hashtags) => {
                let html = text::sanitize(html);
                return Self { html, source: None, named: named.clone(), hashtags: hashtags.clone() };
            }
        };
        let (origin, domain) = (desk.site.origin(), &desk.site.handle_domain);
        let composed = text::compose(typed, Surroundings { origin: origin.as_str(), domain, mentions });
        let named = composed.mentions.iter().filter_map(|handle| mentions.get(handle));
        Self {
            named: named.map(|mentioned| mentioned.actor.clone()).collect(),
            html: composed.html,
            source: Some(typed.clone()),
            hashtags: composed.hashtags,
        }
    }

    /// The text and its warning, as far as custom emoji may stand in them.
    pub fn texts<'c>(&'c self, warning: &'c str) -> impl Iterator<Item = &'c str> {
        [self.source.as_deref().unwrap_or(&self.html), warning].into_iter()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.source.as_ref().unwrap_or(&self.html).trim().is_empty()
    }
}
