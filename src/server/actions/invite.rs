//! Invitations: made, listed, revoked, looked at. What is given out is a link with a secret of 128 random bits; what is kept
//! is its digest. Those that devices make are in `invitations.rs`; taking one up is `join.rs`.

use alcove_protocol::{Timestamp, time::DAY};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::{
    app::Moment,
    db::{
        Transaction,
        accounts::Role,
        invitations::{self, InvitationRow},
    },
    error::{Error, Result},
    secret::SecretHash,
    site::Site,
};

/// How long an invitation lasts unless somebody says otherwise, in days.
pub const DEFAULT_DAYS: u32 = 7;
/// The longest that one may last, in days.
const MAX_DAYS: u32 = 366;
/// The most people who may join by one.
const MAX_USES: u32 = 10_000;
/// The longest note, in characters.
const MAX_NOTE: usize = 200;
/// Roles that people know from elsewhere and whose limits nothing here enforces yet.
const NOT_YET: [&str; 3] = ["moderator", "limited", "guest"];

/// What somebody who invites decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// What those who join will be.
    pub role: Role,
    /// How many may join.
    pub uses: u32,
    /// How long it lasts.
    pub days: u32,
    /// For whom, shown to admins only.
    pub note: String,
}

/// An invitation that was made just now.
pub struct MadeInvitation {
    /// What revokes it.
    pub name: String,
    /// The secret to give out; known from now on to whoever has it, and to nobody else.
    pub link: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// People may still join by it.
    Open,
    /// Everybody it was for has joined.
    Used,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Revoked,
}

impl Standing {
    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Where an invitation stands now.
    pub fn of(row: &InvitationRow, now: Timestamp) -> Self {
        if row.revoked_at.is_some() {
            Self::Revoked
        } else if row.used >= row.uses {
            Self::Used
        } else if row.expires_at.is_some_and(|at| at <= now.0) {
            Self::Expired
        } else {
            Self::Open
        }
    }
}

/// Reads a role for an invitation.
///
/// # Errors
/// Unknown words, and roles whose limits are not enforced yet: somebody invited as a guest would be a member in truth.
pub fn role(word: &str) -> Result<Role> {
    if NOT_YET.contains(&word) {
        return Err(Error::refused(
            "role-not-enforced",
            422,
            format!("The limits of the role {word} are not enforced yet. Expected owner, admin or member."),
        ));
    }
    Role::parse(word).ok_or_else(|| Error::invalid("role: expected owner, admin or member"))
}

/// Makes an invitation.
///
/// # Errors
/// When its uses, days or note are out of bounds.
pub fn create(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    new: NewInvitation,
) -> Result<MadeInvitation> {
    if !(1..=MAX_USES).contains(&new.uses) {
        return Err(Error::invalid(format!("uses: expected 1 to {MAX_USES}")));
    }
    if !(1..=MAX_DAYS).contains(&new.days) {
        return Err(Error::invalid(format!("days: expected 1 to {MAX_DAYS}")));
    }
    if new.note.chars().count() > MAX_NOTE {
        return Err(Error::invalid(format!("note: expected at most {MAX_NOTE} characters")));
    }
    let (name, token) = (moment.name(), moment.name());
    let expires_at = moment.now.plus(i64::from(new.days) * DAY);
    let row = InvitationRow {
        id: moment.id(),
        name: name.clone(),
        role: new.role.as_str().to_owned(),
        uses: i64::from(new.uses),
        used: 0,
        expires_at: Some(expires_at.0),
        note: new.note,
        created_at: moment.now.0,
        ..InvitationRow::default()
    };
    invitations::insert(transaction, &row, Some(&SecretHash::of(&token)))?;
    tracing::info!(invitation = name, role = row.role, uses = row.uses, "invitation made");
    Ok(MadeInvitation { name, link: site.join_page(&token), expires_at })
}

/// Takes an invitation back.
///
/// # Errors
/// `invitation-unknown` when none of that name is open to be revoked.
pub fn revoke(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<()> {
    if !invitations::revoke(transaction, name, moment.now)? {
        return Err(Error::refused(
            "invitation-unknown",
            404,
            "There is no invitation of that name that could be revoked.",
        ));
    }
    tracing::info!(invitation = name, "invitation revoked");
    Ok(())
}

/// What somebody at the door shows.
#[derive(Clone)]
pub enum Ticket {
    /// The digest of a link's token.
    Token(SecretHash),
    /// The id of an invitation that a device made, and the signature with its key over a statement that nobody else makes.
    Signed {
        /// The id.
        id: String,
        /// What is signed.
        statement: Vec<u8>,
        /// Ed25519.
        signature: Vec<u8>,
    },
}

impl Ticket {
    fn find(&self, transaction: &mut Transaction<'_>) -> Result<InvitationRow> {
        match self {
            Self::Token(token) => invitations::by_token(transaction, token)?.ok_or_else(unknown),
            Self::Signed { id, statement, signature } => {
                let row = invitations::by_name(transaction, id)?.ok_or_else(unknown)?;
                let key = row.public_key.clone().unwrap_or_default();
                if is_signed(&key, statement, signature) { Ok(row) } else { Err(wrong_secret()) }
            }
        }
    }
}

/// Whether the holder of an invitation's key has signed something.
pub fn is_signed(public_key: &[u8], statement: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(statement, signature).is_ok()
}

/// The refusal of an invitation that nobody knows.
pub fn unknown() -> Error {
    Error::refused(
        "invitation-unknown",
        404,
        "We do not know this invitation. Please check that the whole link was copied.",
    )
}

/// The refusal of somebody who has an id without the secret of its link.
pub fn wrong_secret() -> Error {
    Error::refused(
        "invitation-wrong-secret",
        403,
        "This link is not whole. Please check that everything behind the # was copied.",
    )
}

/// The refusal of an invitation that somebody else has taken up.
pub fn used() -> Error {
    Error::refused("invitation-used", 410, "This invitation has been used already. Please ask for a new one.")
}

/// The invitation of a ticket, if people may join by it.
///
/// # Errors
/// Five kinds with five sentences: `invitation-unknown`, `-wrong-secret`, `-revoked`, `-used`, `-expired`.
pub fn look(transaction: &mut Transaction<'_>, moment: &Moment, ticket: &Ticket) -> Result<InvitationRow> {
    let row = ticket.find(transaction)?;
    match Standing::of(&row, moment.now) {
        Standing::Open => Ok(row),
        Standing::Revoked => Err(Error::refused(
            "invitation-revoked",
            410,
            "This invitation was taken back. Please ask whoever sent it to you.",
        )),
        Standing::Used => Err(used()),
        Standing::Expired => Err(Error::refused(
            "invitation-expired",
            410,
            "This invitation has expired. Please ask for a new one.",
        )),
    }
}
