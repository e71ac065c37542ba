//! Invitations that authenticate both sides (ENCRYPTION.md 1.4, promise P7): the link, the keys that its secret gives, the
//! statement that both devices hold against what they know, and the names of what can go wrong. `inviter` makes links and
//! answers, `newcomer` takes one up. Not how it travels: the server ferries bytes, and may be dishonest.

mod inviter;
mod link;
mod newcomer;
mod statement;

use serde::{Deserialize, Serialize};

pub use inviter::OwnInvitation;
pub(crate) use inviter::{invite, listed, look, made, not_made, revoke};
pub use link::InvitationLink;
pub(crate) use newcomer::{heard, prove, refused, take_up};

use crate::{error::Error, turn::Turn};

/// Why an invitation has verified nobody. Never more than a name: the sentences belong to the shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationProblem {
    /// Whoever took it up does not know the link's secret, or it was copied wrongly.
    WrongSecret,
    /// Somebody else has taken it up with the same link before.
    Used,
    /// Its time was over.
    Expired,
    /// It was taken back.
    Revoked,
    /// What came for an answer was made by somebody who does not know the secret, or to another question.
    AnotherAnswered,
    /// A server has changed something on the way: who invites, whom, where or until when.
    Changed,
    /// The server does not know it, or does not say why it was refused.
    Unknown,
}

impl InvitationProblem {
    /// All of them.
    const ALL: [Self; 7] = [
        Self::WrongSecret,
        Self::Used,
        Self::Expired,
        Self::Revoked,
        Self::AnotherAnswered,
        Self::Changed,
        Self::Unknown,
    ];

    /// The word that devices tell each other, and that shells have a sentence for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong-secret",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::AnotherAnswered => "another-answered",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        }
    }

    /// The problem of that word, as the other device or, behind `invitation-`, the server says it.
    pub fn parse(word: &str) -> Self {
        let word = word.strip_prefix("invitation-").unwrap_or(word);
        Self::ALL.into_iter().find(|problem| problem.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// What time brings: the own invitations are looked at while one of them waits, and so is an answer.
pub(crate) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    inviter::upkeep(turn)?;
    newcomer::upkeep(turn)
}
