//! Commits of our own: when one is made, how it is staged and posted (ENCRYPTION.md 1.5). Always by value (trap T19), never a
//! group context extension (T25). What goes into it is `plan`, what becomes of it `decided`.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    api::NewCommit,
    mls::{MlsType, Outgoing},
    time::{DAY, MINUTE, SECOND},
};
use openmls::prelude::{
    CommitMessageBundle, KeyPackage, LeafNodeIndex, LeafNodeParameters, MlsGroup, OpenMlsProvider,
    tls_codec::Serialize as _,
};

use super::{
    Conversation, Intent, Packages, Pending, Purpose, Sequencer, Standing, Wish, intent,
    plan::{Plan, plan},
    roster,
};
use crate::{
    call::Call,
    error::Error,
    event::Event,
    mls::{self, contained},
    record::digest,
    trust::actor_of,
    turn::Turn,
};

/// Every leaf is renewed by day 60; we begin ten days earlier.
const RENEW_AFTER: i64 = 50 * DAY;
/// How long an approved device may take to publish a package.
const PUBLISHED_WITHIN: i64 = 14 * DAY;
/// In mixed groups: how long nobody else may have committed before we do.
const QUIET: i64 = 2 * SECOND;

/// How long a new conversation waits for everybody's packages before it begins with those whose are there.
const FIRST_PATIENCE: i64 = 60 * SECOND;

/// Wants the own leaf renewed when it has grown old, and soon when it shows an identity key that was replaced: not at once,
/// because other devices of this person should have heard of it first.
pub(crate) fn renew_when_due(turn: &mut Turn<'_>, conversation: &mut Conversation) {
    if conversation.shown != turn.account.identity && conversation.pending.is_none() {
        let soon = turn.now.plus(MINUTE);
        want_renewal(turn, conversation);
        let renewal = conversation.wishes.iter_mut().filter(|wish| wish.intent == Intent::Renew);
        renewal.for_each(|wish| wish.due = wish.due.min(soon));
    }
    if turn.now.since(conversation.renewed) > RENEW_AFTER {
        want_renewal(turn, conversation);
    }
}

/// Wants the own leaf renewed at some time within a day.
pub(crate) fn want_renewal(turn: &mut Turn<'_>, conversation: &mut Conversation) {
    let wanted = conversation.wishes.iter().any(|wish| wish.intent == Intent::Renew);
    if !wanted && conversation.pending.is_none() {
        let due = turn.some_time_within(DAY);
        conversation.wishes.push(Wish::new(Intent::Renew, due));
    }
}

/// Commits what is wanted, if nothing is pending and something is due.
pub(crate) fn commit_next(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    if conversation.wishes.is_empty() || conversation.pending.is_some() || conversation.address().is_none() {
        return Ok(());
    }
    give_up_devices(turn, conversation);
    ask_for_packages(turn, conversation)?;
    let quiet = !conversation.mixed || turn.now.since(conversation.quiet_since) >= QUIET;
    if !quiet || conversation.stale.is_some() || !turn_is_due(turn, conversation) {
        return Ok(());
    }
    let group = mls::load(turn.provider, &conversation.group)?;
    intent::drop_true(&mut conversation.wishes, &group);
    let alone = conversation.wishes.iter().all(|wish| matches!(wish.intent, Intent::AddDevice { .. }));
    if alone && conversation.standing == Standing::Starting {
        // Nobody but this device: a conversation with oneself.
        conversation.standing = Standing::Active;
    }
    let mut plan = plan(turn, conversation, &group);
    plan.tell(turn, conversation, &group)?;
    let mut staged = try_to_stage(turn, conversation, &plan);
    if matches!(staged, Err(Error::Mls(_))) && !plan.adds.is_empty() {
        plan.sift(turn, conversation);
        plan.tell(turn, conversation, &group)?;
        staged = try_to_stage(turn, conversation, &plan);
    }
    if let Err(Error::Mls(reason)) = staged {
        // It would fail again every time: the person hears of it instead.
        conversation.wishes.retain(|wish| !plan.wishes.contains(wish));
        turn.show(Event::Refused { conversation: Some(conversation.group.clone()), reason });
        return Ok(());
    }
    staged
}

/// Stages what is planned, if anything is; nothing of a failure stays.
fn try_to_stage(turn: &mut Turn<'_>, conversation: &mut Conversation, plan: &Plan) -> Result<(), Error> {
    if plan.wishes.is_empty() || conversation.standing == Standing::Over {
        return Ok(());
    }
    let before = conversation.clone();
    let staged = turn.attempt(|turn| contained(|| stage(turn, conversation, plan.clone())));
    if staged.is_err() {
        *conversation = before;
    }
    staged
}

/// Whether any wish could be committed now; looked at before the group is loaded, because most ticks find nothing.
fn turn_is_due(turn: &Turn<'_>, conversation: &Conversation) -> bool {
    let complete = |wish: &Wish| match &wish.intent {
        Intent::Add { packages, .. } | Intent::AddDevice { packages, .. } => {
            matches!(packages, Packages::Ready(_))
        }
        _ => true,
    };
    // The first commit of a conversation adds everybody at once; a device whose package is not out yet comes later, and so
    // does a person whose server cannot be asked, unless nobody else is there.
    let starting = conversation.standing == Standing::Starting;
    let patience_is_over = turn.now.since(conversation.renewed) >= FIRST_PATIENCE;
    let is_other =
        |wish: &Wish| matches!(&wish.intent, Intent::Add { actor, .. } if *actor != turn.account.actor);
    let somebody = conversation.wishes.iter().any(|wish| is_other(wish) && complete(wish));
    let can_follow =
        |wish: &Wish| matches!(wish.intent, Intent::AddDevice { .. }) || (patience_is_over && somebody);
    conversation.wishes.iter().any(|wish| wish.due <= turn.now && complete(wish))
        && (!starting || conversation.wishes.iter().all(|wish| complete(wish) || can_follow(wish)))
}

/// A device that has published nothing for so long is not waited for any more.
fn give_up_devices(turn: &Turn<'_>, conversation: &mut Conversation) {
    conversation.wishes.retain(|wish| match &wish.intent {
        Intent::AddDevice { since, packages, .. } => {
            matches!(packages, Packages::Ready(_)) || turn.now.since(*since) <= PUBLISHED_WITHIN
        }
        _ => true,
    });
}

/// Asks for the packages of those who are to be added (trap T15: at use, every time).
fn ask_for_packages(turn: &mut Turn<'_>, conversation: &mut Conversation) -> Result<(), Error> {
    let (own, now) = (turn.account.actor.clone(), turn.now);
    for wish in conversation.wishes.iter_mut().filter(|wish| wish.due <= now) {
        let (actor, packages) = match &mut wish.intent {
            Intent::Add { actor, packages } => (&*actor, packages),
            Intent::AddDevice { packages, .. } => (&own, packages),
            _ => continue,
        };
        if *packages == Packages::Missing {
            *packages = Packages::Asked;
            turn.call_once(Call::FetchKeyPackages(actor.clone()), Purpose::Device)?;
        }
    }
    Ok(())
}

/// Builds the commit, keeps it pending, and posts it with its Welcomes.
fn stage(turn: &mut Turn<'_>, conversation: &mut Conversation, plan: Plan) -> Result<(), Error> {
    let mut group = mls::load(turn.provider, &conversation.group)?;
    let before = roster(&group);
    let newcomers: BTreeSet<ActorId> =
        plan.adds.iter().filter_map(|package| actor_of(package.leaf_node().credential())).collect();
    let stays = |member: &openmls::prelude::Member| !plan.removals.contains(&member.index);
    let mut members: BTreeSet<ActorId> =
        group.members().filter(stays).filter_map(|member| actor_of(&member.credential)).collect();
    members.extend(newcomers.iter().cloned());
    let removes = plan.wishes.iter().filter_map(|wish| wish.removes(&group)).collect();
    let nothing_to_do = plan.adds.is_empty()
        && plan.removals.is_empty()
        && !plan.wishes.iter().any(|wish| wish.intent == Intent::Renew);
    conversation.wishes.retain(|wish| !plan.wishes.contains(wish));
    if nothing_to_do {
        return Ok(());
    }
    let epoch = group.epoch().as_u64();
    let bundle = build(turn, &mut group, plan.adds, plan.removals)?;
    let to: BTreeSet<ActorId> = before.into_iter().chain(members.iter().cloned()).collect();
    let outgoing = |kind, content, to: BTreeSet<ActorId>| envelope(conversation, kind, content, to);
    let commit = bundle.commit().tls_serialize_detached().map_err(Error::mls)?;
    let welcome = bundle.to_welcome_msg().map(|welcome| welcome.tls_serialize_detached()).transpose();
    let welcomes: Vec<Outgoing> = welcome
        .map_err(Error::mls)?
        .map(|content| outgoing(MlsType::Welcome, content, newcomers))
        .transpose()?
        .into_iter()
        .collect();
    let digest = digest(&commit);
    let commit = outgoing(MlsType::PrivateMessage, commit, to)?;
    super::send::remember(turn, conversation, epoch, &digest, None)?;
    let purpose = Purpose::Conversation(conversation.group.clone());
    let (call, welcomes) = match &conversation.sequencer {
        Sequencer::At(_) => {
            let members = members.into_iter().collect();
            (turn.call(Call::PostCommit(NewCommit { commit, welcomes, members }), purpose)?, Vec::new())
        }
        Sequencer::None(_) => (turn.call(Call::PostMessage(commit), purpose)?, welcomes),
    };
    conversation.pending =
        Some(Pending { epoch, digest, call, wishes: plan.wishes, removes, accepted: None, welcomes });
    Ok(())
}

/// Makes the commit and keeps it pending.
pub(super) fn build(
    turn: &Turn<'_>,
    group: &mut MlsGroup,
    adds: Vec<KeyPackage>,
    removals: Vec<LeafNodeIndex>,
) -> Result<CommitMessageBundle, Error> {
    let provider = turn.provider;
    let renew = adds.is_empty() && removals.is_empty();
    // An Add needs no fresh leaf, and would get one by this.
    let leaf = match adds.is_empty() {
        true => LeafNodeParameters::builder().with_extensions(turn.account.leaf_extensions()?).build(),
        false => LeafNodeParameters::default(),
    };
    group
        .commit_builder()
        .consume_proposal_store(false)
        .leaf_node_parameters(leaf)
        .force_self_update(renew)
        .propose_adds(adds)
        .propose_removals(removals)
        .load_psks(provider.storage())
        .map_err(Error::mls)?
        .build(provider.rand(), provider.crypto(), &turn.account.key, |_| true)
        .map_err(Error::mls)?
        .stage_commit(provider)
        .map_err(Error::mls)
}

/// The envelope of an MLS message of this conversation.
pub(crate) fn envelope(
    conversation: &Conversation,
    kind: MlsType,
    content: Vec<u8>,
    to: impl IntoIterator<Item = ActorId>,
) -> Result<Outgoing, Error> {
    let address =
        conversation.address().ok_or_else(|| Error::UnknownConversation(conversation.group.clone()))?;
    Ok(Outgoing {
        kind,
        content,
        to: to.into_iter().collect(),
        group: conversation.group.clone(),
        conversation: address.clone(),
    })
}
