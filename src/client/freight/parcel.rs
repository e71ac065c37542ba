//! A parcel: a message whose sealed files have to lie on the server before it can say where they are. A record of the host's, with
//! keys and upload tokens in it. Not the files: their sealed bytes are kept by the host, under the names that stand here.

use alcove_protocol::{
    GroupId, Timestamp,
    api::{BLOB_PART, BlobPlace, BlobStanding},
};
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Outgoing, OutgoingState},
    error::Error,
    message::{Content, File, Place},
    record,
};

/// A message that waits for its files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Parcel {
    /// Its name until it is a message, of the same form as a message's.
    pub(super) id: String,
    pub(super) conversation: GroupId,
    pub(super) written_at: Timestamp,
    /// What it will say. Its sealed files have an address of nothing.
    pub(super) content: Content,
    pub(super) loads: Vec<Load>,
    pub(super) standing: Standing,
}

/// One of its sealed files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Load {
    /// Which of the message's files.
    pub(super) file: usize,
    /// The host's name for the sealed bytes.
    pub(super) stored: String,
    /// How many they are.
    pub(super) length: u64,
    /// Where they go, once the server has said so.
    pub(super) place: Option<BlobPlace>,
    /// When it has.
    pub(super) announced_at: Timestamp,
    /// Whether all of them are there.
    pub(super) arrived: bool,
    /// How many are there; asked for where it is not known.
    #[serde(skip)]
    pub(super) received: Option<u64>,
    /// The most that ever were, since this process began.
    #[serde(skip)]
    pub(super) furthest: u64,
}

/// What becomes of a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Standing {
    /// Its files are on their way.
    UnderWay,
    /// It does not go on until the person says so.
    Failed { reason: String },
    /// It has become that message. Kept for the tokens, with which the files go when the message does.
    Sent { message: String },
    /// Its files are to be removed from the server.
    GivenUp,
}

impl Parcel {
    /// What the records of all parcels begin with.
    pub(super) const PREFIX: &'static str = "freight/";

    pub(super) fn read(key: &str, bytes: &[u8]) -> Result<Self, Error> {
        record::decode(key, bytes)
    }

    pub(super) fn key(&self) -> String {
        format!("{}{}", Self::PREFIX, self.id)
    }

    pub(super) fn record(&self) -> Result<(String, Vec<u8>), Error> {
        let key = self.key();
        Ok((key.clone(), record::encode(&key, self)?))
    }

    /// Whether the person still waits for it.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.standing, Standing::UnderWay | Standing::Failed { .. })
    }

    /// The file that has something to do next.
    pub(super) fn due(&self) -> Option<usize> {
        let due = |load: &Load| match self.standing {
            Standing::UnderWay => !load.arrived,
            Standing::GivenUp => load.place.is_some(),
            Standing::Failed { .. } | Standing::Sent { .. } => false,
        };
        self.loads.iter().position(due)
    }

    /// The message that it becomes: everything lies where it says.
    pub(super) fn message(&self) -> Content {
        let mut content = self.content.clone();
        if let Content::Text { files, .. } = &mut content {
            for Load { file, place, .. } in &self.loads {
                if let (Some(File { place: Place::Blob { url, .. }, .. }), Some(laid)) =
                    (files.get_mut(*file), place)
                {
                    url.clone_from(&laid.url);
                }
            }
        }
        content
    }

    /// How many of the sealed bytes of its files are on the server, as it has last said, and how many there are.
    pub(super) fn progress(&self) -> (u64, u64) {
        let done =
            |load: &Load| if load.arrived { load.length } else { load.received.unwrap_or(load.furthest) };
        (self.loads.iter().map(done).sum(), self.loads.iter().map(|load| load.length).sum())
    }

    /// As it is shown among the messages that are not in the history yet.
    pub(super) fn outgoing(&self) -> Option<Outgoing> {
        let state = match &self.standing {
            Standing::UnderWay => {
                let (done, total) = self.progress();
                OutgoingState::Uploading { done, total }
            }
            Standing::Failed { reason } => OutgoingState::Failed { reason: reason.clone() },
            Standing::Sent { .. } | Standing::GivenUp => return None,
        };
        let (conversation, id, content) = (self.conversation.clone(), self.id.clone(), self.content.clone());
        Some(Outgoing { conversation, id, written_at: self.written_at, content, state })
    }
}

impl Load {
    /// Whether what a server says of this file can be true: no other length, and nothing but whole parts before its end.
    pub(super) fn may_stand(&self, standing: BlobStanding) -> bool {
        let BlobStanding { length, received } = standing;
        length == self.length
            && (received == length || received < length && received.is_multiple_of(BLOB_PART))
    }

    /// So many bytes are there. Says whether that is more than ever before.
    pub(super) fn stands(&mut self, received: u64) -> bool {
        let is_further = received > self.furthest;
        self.received = Some(received);
        self.arrived = received == self.length;
        self.furthest = self.furthest.max(received);
        is_further
    }
}
