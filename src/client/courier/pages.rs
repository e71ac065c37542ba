//! The pages of what arrived: fetched after the device's cursor, one step each. Not what stands in them.

use alcove_protocol::{
    ActorId, Timestamp,
    activity::Activity,
    api::{Item, Items},
    json, mls,
};
use rand::{CryptoRng, RngCore};
use serde_json::Value;

use super::{Connection, Courier, Letter, NoAnswer, UnderWay};
use crate::{device::Device, error::Error, step::Step};

/// What is still to be read, and how carefully.
#[derive(Default)]
pub(super) struct Pages {
    wanted: bool,
    /// A server that was restored from a backup counts anew: then everything from its beginning.
    from_beginning: bool,
    pub(super) care: Care,
    unencrypted: Vec<ActorId>,
}

/// How carefully pages are opened after a page has ended the process (trap T37).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Care {
    /// One item at a time up to this position.
    pub one_by_one_to: i64,
    /// The item at this position is not opened any more.
    pub skipped: Option<i64>,
}

impl Pages {
    pub(super) fn wanted(&mut self) {
        self.wanted = true;
    }

    pub(super) fn take_unencrypted(&mut self) -> Vec<ActorId> {
        std::mem::take(&mut self.unencrypted)
    }
}

impl Courier {
    /// From now on pages are opened so carefully.
    pub fn be_careful(&mut self, care: Care) {
        self.pages.care = care;
    }

    pub(super) fn next_page(&mut self, device: &Device) -> Option<Letter> {
        if !self.pages.wanted || self.connection != Connection::Online {
            return None;
        }
        if self.collections.is_none() {
            return Some(self.ask_for_collections(device));
        }
        // Taken here and not where the page comes: what arrives meanwhile may not be on it, and is wanted anew.
        self.pages.wanted = false;
        let from_beginning = std::mem::take(&mut self.pages.from_beginning);
        let cursor = device.cursor().filter(|_| !from_beginning);
        let after = cursor.map_or(0, |cursor| cursor.position);
        self.under_way = Some(UnderWay::Page { after });
        Some(Letter::page(after))
    }

    /// Takes a page in, in one step.
    pub(super) fn page(
        &mut self,
        device: &mut Device,
        after: i64,
        page: Result<Items, NoAnswer>,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        let before = device.cursor();
        let mut page = match page {
            Ok(page) => page,
            Err(no_answer) => {
                self.hear(no_answer);
                return Ok(Step::default());
            }
        };
        if after != 0 && before.is_some_and(|cursor| cursor.incarnation != page.incarnation) {
            (self.pages.from_beginning, self.pages.wanted) = (true, true);
            return Ok(Step::default());
        }
        self.pages.care.apply(&mut page);
        self.pages.unencrypted.extend(page.items.iter().filter_map(unencrypted_sender));
        let step = device.receive(&page, now, rng)?;
        self.pages.wanted |= page.more && device.cursor() != before;
        Ok(step)
    }
}

impl Care {
    pub(super) fn apply(self, page: &mut Items) {
        if page.items.first().is_some_and(|first| first.position <= self.one_by_one_to) {
            page.more |= page.items.len() > 1;
            page.items.truncate(1);
        }
        for item in &mut page.items {
            if self.skipped == Some(item.position) {
                item.activity = Value::Null;
            }
        }
    }
}

/// Who wrote, if it is a message that is not encrypted.
fn unencrypted_sender(item: &Item) -> Option<ActorId> {
    let activity = Activity::parse(item.activity.clone()).ok()?;
    let object = activity.embedded_object()?;
    let is_note = json::type_among(object, |kind| kind == "Note").is_some() && !mls::is_mls(object);
    (activity.kind == "Create" && is_note && !activity.is_public()).then_some(activity.actor)
}
