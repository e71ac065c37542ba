//! The inviter's side: links are made here, and whoever takes one up is held against what this device knows. Only this device
//! has a link's secret, so only this device answers. The first statement that holds wins; the same again gets the same answer,
//! and whatever else comes is shown to the person by name.

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    api::{Invitation, InvitationState, JoinAnswer, JoinProof, NewInvitation},
    time::{DAY, SECOND},
};
use serde::{Deserialize, Serialize};

use super::{
    InvitationLink, InvitationProblem,
    link::{Fragment, LinkSecret, half_digest},
    statement::Statement,
};
use crate::{
    call::Call,
    conversation::{self, Purpose, send, start},
    error::Error,
    event::Event,
    identity::IdentityKey,
    message::Content,
    mls::Store,
    record::{digest, hex},
    trust::{self, Ground, Means},
    turn::Turn,
};

/// How often the own invitations are looked at while one of them waits, in milliseconds.
const LOOK_AGAIN: i64 = 5 * SECOND;
/// The longest that an invitation may last, in days.
const MOST_DAYS: u32 = 366;
/// The most invitations of a device that wait at once.
const MOST_WAITING: usize = 50;

/// What the records of invitations begin with.
const INVITATIONS: &str = "invitation/";
/// What those begin with that the server has not answered to.
const ASKED_FOR: &str = "invitation-asked-for/";
/// The key of the record that says when the server was last asked.
const LOOKED_AT: &str = "invitations-looked-at";

/// An invitation of this device.
#[derive(Clone, Serialize, Deserialize)]
struct Invited {
    secret: LinkSecret,
    /// The identity key that the link speaks of.
    identity: IdentityKey,
    name: Option<String>,
    /// What the conversation with the newcomer begins with.
    greeting: Option<String>,
    expires_at: Timestamp,
    stage: Stage,
    /// What was last found wrong, by its digest: it is said once.
    complained_of: Option<[u8; 32]>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    Waiting,
    /// Somebody has proved that they were given the link.
    Accepted {
        statement: [u8; 32],
        newcomer: ActorId,
        answer: (Vec<u8>, Vec<u8>),
    },
    Revoked,
}

/// An invitation of this device, for its person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnInvitation {
    /// Its id.
    pub id: String,
    /// For whom.
    pub name: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: InvitationState,
    /// The link, while it can be taken up.
    pub link: Option<String>,
    /// Who took it up and is verified by it.
    pub newcomer: Option<ActorId>,
}

fn record_key(id: &str) -> String {
    format!("{INVITATIONS}{}", hex(id.as_bytes()))
}

fn asked_for_key(public_key: &[u8]) -> String {
    format!("{ASKED_FOR}{}", hex(public_key))
}

/// Makes a link for one person; it is shown once the server knows of it.
pub(crate) fn invite(
    turn: &mut Turn<'_>,
    name: Option<String>,
    days: u32,
    greeting: Option<String>,
) -> Result<(), Error> {
    turn.account.require_approved()?;
    let identity = turn.account.identity.ok_or(Error::NotApproved)?;
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Error::Limit("an invitation lasts 1 to 366 days"));
    }
    forget_old(turn)?;
    if waiting(turn)? >= MOST_WAITING {
        return Err(Error::Limit("at most 50 invitations wait at once; take one back first"));
    }
    let secret = LinkSecret::new(turn.random());
    let public_key = secret.keys()?.public().to_vec();
    let expires_at = turn.now.plus(i64::from(days) * DAY);
    let (stage, complained_of) = (Stage::Waiting, None);
    let invited =
        Invited { secret, identity, name: name.clone(), greeting, expires_at, stage, complained_of };
    turn.provider.store.put(&asked_for_key(&public_key), &invited)?;
    let new = NewInvitation { public_key, identity_key: identity.to_vec(), expires_at, name };
    turn.call(Call::Invite(new), Purpose::Device).map(drop)
}

/// The server knows of an invitation: its link can be given out.
pub(crate) fn made(turn: &mut Turn<'_>, new: &NewInvitation, made: &Invitation) -> Result<(), Error> {
    let key = asked_for_key(&new.public_key);
    let Some(invited) = turn.provider.store.get::<Invited>(&key)? else { return Ok(()) };
    let link = link(&turn.account.actor, &made.id, &invited)?.to_string();
    turn.provider.store.delete(&key);
    turn.provider.store.put(&record_key(&made.id), &invited)?;
    turn.provider.store.put(LOOKED_AT, &turn.now)?;
    turn.show(Event::InvitationMade { id: made.id.clone(), link, expires_at: invited.expires_at });
    Ok(())
}

/// The server makes no invitation: the secret of a link that does not exist goes.
pub(crate) fn not_made(turn: &Turn<'_>, new: &NewInvitation) {
    turn.provider.store.delete(&asked_for_key(&new.public_key));
}

fn link(actor: &ActorId, id: &str, invited: &Invited) -> Result<InvitationLink, Error> {
    let fragment = Fragment { secret: invited.secret.clone(), inviter: half_digest(&invited.identity) };
    InvitationLink::new(&actor.origin(), id, fragment)
}

/// Takes an invitation back: from now on this device answers nobody, whatever the server says.
pub(crate) fn revoke(turn: &mut Turn<'_>, id: &str) -> Result<(), Error> {
    let mut invited = find(&turn.provider.store, id)?;
    if invited.stage == Stage::Waiting {
        invited.stage = Stage::Revoked;
        turn.provider.store.put(&record_key(id), &invited)?;
    }
    turn.call_once(Call::RevokeInvitation(id.to_owned()), Purpose::Device)
}

fn find(store: &Store, id: &str) -> Result<Invited, Error> {
    let found = store.get(&record_key(id))?;
    found.ok_or_else(|| Error::Unknown(format!("invitation {id} of this device")))
}

/// Asks how the own invitations stand.
pub(crate) fn look(turn: &mut Turn<'_>) -> Result<(), Error> {
    turn.account.require_approved()?;
    turn.provider.store.put(LOOKED_AT, &turn.now)?;
    turn.call_once(Call::FetchInvitations, Purpose::Device)
}

/// Asks, if one waits and it is time.
pub(super) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    let last: Option<Timestamp> = turn.provider.store.get(LOOKED_AT)?;
    let due = last.is_some_and(|last| turn.now.since(last) >= LOOK_AGAIN);
    if !due || turn.account.require_approved().is_err() {
        return Ok(());
    }
    if waiting(turn)? == 0 {
        // Until the next one is made.
        turn.provider.store.delete(LOOKED_AT);
        return Ok(());
    }
    look(turn)
}

fn waiting(turn: &Turn<'_>) -> Result<usize, Error> {
    let mut waiting = 0;
    for (_, invited) in all(&turn.provider.store)? {
        waiting += usize::from(invited.state(turn.now) == InvitationState::Open);
    }
    Ok(waiting + turn.provider.store.keys(ASKED_FOR).len())
}

fn all(store: &Store) -> Result<Vec<(String, Invited)>, Error> {
    let mut found = Vec::new();
    for key in store.keys(INVITATIONS) {
        found.extend(store.get(&key)?.map(|invited| (key, invited)));
    }
    Ok(found)
}

/// Forgets what ended more than a month ago.
fn forget_old(turn: &Turn<'_>) -> Result<(), Error> {
    for (key, invited) in all(&turn.provider.store)? {
        if turn.now.since(invited.expires_at) > 30 * DAY {
            turn.provider.store.delete(&key);
        }
    }
    Ok(())
}

impl OwnInvitation {
    /// The invitations of a device, oldest first.
    pub(crate) fn all(store: &Store, actor: &ActorId, now: Timestamp) -> Result<Vec<Self>, Error> {
        let mut own = Vec::new();
        for (key, invited) in all(store)? {
            own.extend(Self::of(&key, &invited, actor, now)?);
        }
        own.sort_by_key(|own| own.expires_at);
        Ok(own)
    }

    fn of(key: &str, invited: &Invited, actor: &ActorId, now: Timestamp) -> Result<Option<Self>, Error> {
        let Some(id) = key.strip_prefix(INVITATIONS).and_then(unhex) else { return Ok(None) };
        let state = invited.state(now);
        let link = (state == InvitationState::Open).then(|| link(actor, &id, invited)).transpose()?;
        let newcomer = match &invited.stage {
            Stage::Accepted { newcomer, .. } => Some(newcomer.clone()),
            Stage::Waiting | Stage::Revoked => None,
        };
        let (name, expires_at) = (invited.name.clone(), invited.expires_at);
        Ok(Some(Self { id, name, expires_at, state, link: link.map(|link| link.to_string()), newcomer }))
    }
}

fn unhex(text: &str) -> Option<String> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

impl Invited {
    fn state(&self, now: Timestamp) -> InvitationState {
        match self.stage {
            Stage::Accepted { .. } => InvitationState::Used,
            Stage::Revoked => InvitationState::Revoked,
            Stage::Waiting if self.expires_at <= now => InvitationState::Expired,
            Stage::Waiting => InvitationState::Open,
        }
    }
}

/// The own invitations as the server lists them: those that were taken up are answered.
pub(crate) fn listed(turn: &mut Turn<'_>, invitations: &[Invitation]) -> Result<(), Error> {
    for listed in invitations {
        let Some(proof) = &listed.proof else { continue };
        let known: Option<Invited> = turn.provider.store.get(&record_key(&listed.id))?;
        if let Some(invited) = known {
            taken_up(turn, listed, invited, proof)?;
        }
    }
    Ok(())
}

fn taken_up(
    turn: &mut Turn<'_>,
    listed: &Invitation,
    invited: Invited,
    proof: &JoinProof,
) -> Result<(), Error> {
    let bytes = digest(&proof.statement);
    if let Stage::Accepted { statement, answer: (nonce, mac), .. } = &invited.stage
        && *statement == bytes
    {
        // The same again: the same answer, if the first did not arrive.
        let answer = JoinAnswer::Accepted { nonce: nonce.clone(), mac: mac.clone() };
        return if listed.answer.is_none() { reply(turn, &listed.id, answer) } else { Ok(()) };
    }
    match judge(turn, &listed.id, &invited, proof)? {
        Ok(statement) => accept(turn, &listed.id, invited, &statement, proof),
        Err(_) if invited.complained_of == Some(bytes) => Ok(()),
        Err(problem) => complain(turn, listed, invited, bytes, problem),
    }
}

/// Holds a proof against what this device knows: who knows the secret, and every field.
fn judge(
    turn: &Turn<'_>,
    id: &str,
    invited: &Invited,
    proof: &JoinProof,
) -> Result<Result<Statement, InvitationProblem>, Error> {
    if !invited.secret.keys()?.is_proof(proof)? {
        return Ok(Err(InvitationProblem::WrongSecret));
    }
    match invited.state(turn.now) {
        InvitationState::Open => {}
        InvitationState::Used => return Ok(Err(InvitationProblem::Used)),
        InvitationState::Expired => return Ok(Err(InvitationProblem::Expired)),
        InvitationState::Revoked => return Ok(Err(InvitationProblem::Revoked)),
    }
    let own = &turn.account.actor;
    let holds = |statement: &Statement| {
        statement.id == id
            && statement.server == own.origin().as_str()
            && statement.expires_at == invited.expires_at
            && statement.inviter == *own
            && statement.inviter_identity == invited.identity
            // Replaced since: the link speaks of somebody who has gone.
            && turn.account.identity == Some(invited.identity)
            && statement.newcomer != *own
            && statement.newcomer.same_origin(own)
            && statement.newcomer_identity != invited.identity
    };
    Ok(Statement::parse(&proof.statement).filter(holds).ok_or(InvitationProblem::Changed))
}

/// Believes the newcomer, answers, and begins the conversation in which they find a first message.
fn accept(
    turn: &mut Turn<'_>,
    id: &str,
    mut invited: Invited,
    statement: &Statement,
    proof: &JoinProof,
) -> Result<(), Error> {
    let nonce: [u8; 16] = turn.random();
    let mac = invited.secret.keys()?.accept(&proof.statement, &nonce)?;
    let (newcomer, greeting) = (statement.newcomer.clone(), invited.greeting.take());
    invited.stage = Stage::Accepted {
        statement: digest(&proof.statement),
        newcomer: newcomer.clone(),
        answer: (nonce.to_vec(), mac.clone()),
    };
    turn.provider.store.put(&record_key(id), &invited)?;
    reply(turn, id, JoinAnswer::Accepted { nonce: nonce.to_vec(), mac })?;
    let ground = Ground::Verified { by: Means::Invitation, at: turn.now };
    trust::vouch_for(turn, &newcomer, statement.newcomer_identity, ground)?;
    let conversation = greet(turn, &newcomer, greeting)?;
    let (id, name) = (id.to_owned(), invited.name);
    turn.show(Event::InvitationTakenUp { id, name, newcomer, conversation });
    Ok(())
}

/// A conversation with the newcomer, with a first message on its way.
fn greet(turn: &mut Turn<'_>, newcomer: &ActorId, greeting: Option<String>) -> Result<GroupId, Error> {
    let group = start::start(turn, std::slice::from_ref(newcomer), None)?;
    if let Some(text) = greeting.filter(|text| !text.is_empty()) {
        conversation::with(turn, &group, |turn, conversation| {
            send::say(turn, conversation, Content::text(text)).map(drop)
        })?;
    }
    Ok(group)
}

/// Says once what was wrong, to the person here and to the other device.
fn complain(
    turn: &mut Turn<'_>,
    listed: &Invitation,
    mut invited: Invited,
    bytes: [u8; 32],
    problem: InvitationProblem,
) -> Result<(), Error> {
    invited.complained_of = Some(bytes);
    turn.provider.store.put(&record_key(&listed.id), &invited)?;
    if listed.answer.is_none() {
        reply(turn, &listed.id, JoinAnswer::Refused { reason: problem.as_str().to_owned() })?;
    }
    let (id, name) = (listed.id.clone(), invited.name);
    turn.show(Event::InvitationMisused { id, name, problem });
    Ok(())
}

fn reply(turn: &mut Turn<'_>, id: &str, answer: JoinAnswer) -> Result<(), Error> {
    turn.call_once(Call::AnswerJoin { id: id.to_owned(), answer }, Purpose::Device)
}
