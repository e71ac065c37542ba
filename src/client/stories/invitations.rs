//! Promise P7: a single-use invitation made on a device authenticates both sides, whatever the server does to what it ferries.

use alcove_protocol::{
    ActorId,
    api::{InvitationState, JoinAnswer, JoinProof},
    time::{DAY, MINUTE, SECOND},
};

use crate::{
    Command, Event, InvitationLink, InvitationProblem, Means, Trust,
    testing::{Host, World},
};

const ANA: &str = "ana@one";
const BEN: &str = "ben@one";

/// Ana's device makes a link, valid for a week.
fn invite(world: &mut World) -> (String, InvitationLink) {
    let greeting = Some("Welcome, Ben!".to_owned());
    world.command(0, Command::Invite { name: None, days: 7, greeting });
    world.settle();
    let made = world.hosts[0].shown.iter().rev().find_map(|event| match event {
        Event::InvitationMade { id, link, .. } => Some((id.clone(), link.clone())),
        _ => None,
    });
    let (id, link) = made.unwrap();
    (id, InvitationLink::parse(&link).unwrap())
}

/// Somebody's new device takes a link up; nothing has gone out yet.
fn take_up(world: &mut World, name: &str, id: &str, link: &InvitationLink) -> usize {
    let offer = world.service.invitations.offer(id);
    let host = world.sign_in(name);
    world.command(host, Command::TakeUpInvitation { link: link.clone(), offer: Box::new(offer) });
    host
}

/// The new device registers, publishes and proves itself; nobody has looked at it yet.
fn arrive(world: &mut World, host: usize) {
    while world.hosts[host].make_call(&mut world.service, world.now) {}
}

fn pass(world: &mut World) {
    for _ in 0..20 {
        world.pass(2 * SECOND);
    }
}

fn trust(host: &Host, name: &str) -> Trust {
    host.device.trust_of(&World::actor(name)).unwrap()
}

fn is_verified(host: &Host, name: &str) -> bool {
    matches!(trust(host, name), Trust::Verified { .. })
}

/// What the newcomer's person is told.
fn failure(host: &Host) -> Option<InvitationProblem> {
    host.shown.iter().find_map(|event| match event {
        Event::InvitationFailed { problem } => Some(*problem),
        _ => None,
    })
}

/// What the inviter's person is told.
fn misuse(host: &Host) -> Vec<InvitationProblem> {
    let misuse = host.shown.iter().filter_map(|event| match event {
        Event::InvitationMisused { problem, .. } => Some(*problem),
        _ => None,
    });
    misuse.collect()
}

#[test]
fn an_invitation_verifies_both_sides_and_begins_their_conversation() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let ben = take_up(&mut world, BEN, &id, &link);
    pass(&mut world);
    for (host, other) in [(0, BEN), (ben, ANA)] {
        let trust = trust(&world.hosts[host], other);
        assert!(matches!(trust, Trust::Verified { by: Means::Invitation, .. }), "{other}: {trust:?}");
    }
    let taken = world.hosts[0].shown.iter().find_map(|event| match event {
        Event::InvitationTakenUp { newcomer, conversation, .. } => Some((newcomer, conversation.clone())),
        _ => None,
    });
    let (newcomer, group) = taken.unwrap();
    assert_eq!(*newcomer, World::actor(BEN));
    assert_eq!(world.hosts[ben].texts(&group), ["Welcome, Ben!"]);
    assert_eq!(world.view(ben, &group).standing, crate::Standing::Active, "it is no request");
    let own = world.hosts[0].device.invitations(world.now).unwrap();
    assert_eq!(
        (own[0].state, &own[0].link, &own[0].newcomer),
        (InvitationState::Used, &None, &Some(World::actor(BEN)))
    );
    world.send(ben, &group, "hello");
    world.settle();
    assert_eq!(world.hosts[0].texts(&group), ["Welcome, Ben!", "hello"]);
    assert!(misuse(&world.hosts[0]).is_empty() && failure(&world.hosts[ben]).is_none());
}

/// Both devices die at every point of it and start again.
#[test]
fn an_invitation_survives_crashes_on_both_sides() {
    for countdown in 0..12 {
        for point in [
            crate::testing::Point::BeforeSave,
            crate::testing::Point::AfterSave,
            crate::testing::Point::AfterSend,
        ] {
            let mut world = World::with(1, &[ANA]);
            let (id, link) = invite(&mut world);
            let ben = take_up(&mut world, BEN, &id, &link);
            for host in [0, ben] {
                world.hosts[host].kill = Some(crate::testing::Kill { countdown, point });
            }
            pass(&mut world);
            assert!(is_verified(&world.hosts[0], BEN), "{countdown} {point:?}");
            assert!(is_verified(&world.hosts[ben], ANA), "{countdown} {point:?}");
        }
    }
}

/// Whoever invites may be asleep: the newcomer waits, and is verified when they wake.
#[test]
fn the_inviter_may_answer_days_later() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let ben = take_up(&mut world, BEN, &id, &link);
    let ana = world.hosts.remove(0);
    for _ in 0..3 {
        world.pass(DAY);
    }
    assert!(!is_verified(&world.hosts[ben - 1], ANA) && failure(&world.hosts[ben - 1]).is_none());
    world.hosts.insert(0, ana);
    pass(&mut world);
    world.pass(MINUTE);
    assert!(is_verified(&world.hosts[0], BEN) && is_verified(&world.hosts[ben], ANA));
}

/// The server changes the join on its way to the inviter, every bit of every byte that matters: nobody is verified, and both
/// are told.
#[test]
fn a_join_that_was_changed_verifies_nobody() {
    let mut first = World::with(1, &[ANA]);
    let (id, link) = invite(&mut first);
    let ben = take_up(&mut first, BEN, &id, &link);
    arrive(&mut first, ben);
    let length = first.service.invitations.get(&id).invitation.proof.as_ref().unwrap().statement.len();
    for at in (0..length).step_by(7).chain([length, length + 32]) {
        let mut world = World::with(1, &[ANA]);
        let (id, link) = invite(&mut world);
        let ben = take_up(&mut world, BEN, &id, &link);
        arrive(&mut world, ben);
        change(world.service.invitations.get(&id).invitation.proof.as_mut().unwrap(), at);
        pass(&mut world);
        assert!(!is_verified(&world.hosts[0], BEN) && !is_verified(&world.hosts[ben], ANA), "{at}");
        assert_eq!(misuse(&world.hosts[0]), [InvitationProblem::WrongSecret], "{at}");
        assert!(failure(&world.hosts[ben]).is_some(), "{at}");
    }
}

/// Changes one byte: of the statement, of the signature behind it, of the MAC behind that.
fn change(proof: &mut JoinProof, at: usize) {
    let length = proof.statement.len();
    match at {
        at if at < length => proof.statement[at] ^= 1,
        at if at < length + 32 => proof.signature[at - length] ^= 1,
        at => proof.mac[at - length - 32] ^= 1,
    }
}

/// The server tells the newcomer something else than the inviter's device: their MACs hold, and their fields do not.
#[test]
fn an_offer_that_was_changed_verifies_nobody() {
    type Change = fn(&mut alcove_protocol::api::OpenInvitation);
    let changes: [(Change, InvitationProblem); 5] = [
        (|offer| offer.expires_at = Some(offer.expires_at.unwrap().plus(DAY)), InvitationProblem::Changed),
        (|offer| offer.inviter.as_mut().unwrap().actor = World::actor("eve@one"), InvitationProblem::Changed),
        (|offer| offer.inviter.as_mut().unwrap().identity_key[0] ^= 1, InvitationProblem::Changed),
        (|offer| offer.inviter.as_mut().unwrap().identity_key = vec![1; 31], InvitationProblem::Changed),
        (|offer| offer.id.push('x'), InvitationProblem::Changed),
    ];
    for (number, (change, problem)) in changes.into_iter().enumerate() {
        let mut world = World::with(1, &[ANA]);
        let (id, link) = invite(&mut world);
        let mut offer = world.service.invitations.offer(&id);
        change(&mut offer);
        let ben = world.sign_in(BEN);
        world.command(ben, Command::TakeUpInvitation { link, offer: Box::new(offer) });
        pass(&mut world);
        assert!(!is_verified(&world.hosts[0], BEN) && !is_verified(&world.hosts[ben], ANA), "{number}");
        assert!(!is_verified(&world.hosts[ben], "eve@one"), "{number}");
        assert_eq!(failure(&world.hosts[ben]), Some(problem), "{number}");
    }
}

/// The server answers in the inviter's place: with nonsense, with the newcomer's own proof, with an answer to another
/// invitation.
#[test]
fn an_answer_that_the_inviter_did_not_make_verifies_nobody() {
    let mut world = World::with(1, &[ANA]);
    let (other, other_link) = invite(&mut world);
    take_up(&mut world, "cy@one", &other, &other_link);
    pass(&mut world);
    let Some(JoinAnswer::Accepted { nonce, mac }) =
        world.service.invitations.get(&other).invitation.answer.clone()
    else {
        panic!("an answer");
    };
    for number in 0..4 {
        let (id, link) = invite(&mut world);
        let name = format!("ben{number}@one");
        let ben = take_up(&mut world, &name, &id, &link);
        arrive(&mut world, ben);
        let invitation = &mut world.service.invitations.get(&id).invitation;
        let own = invitation.proof.clone().unwrap();
        let (nonce, mac) = match number {
            0 => (vec![0; 16], vec![0; 32]),
            1 => (Vec::new(), own.mac),
            2 => (nonce.clone(), mac.clone()),
            _ => (own.mac[..16].to_vec(), own.mac),
        };
        invitation.answer = Some(JoinAnswer::Accepted { nonce, mac });
        pass(&mut world);
        assert!(!is_verified(&world.hosts[ben], ANA), "{number}");
        assert_eq!(failure(&world.hosts[ben]), Some(InvitationProblem::AnotherAnswered), "{number}");
    }
}

/// The answer comes, changed: whatever byte it is.
#[test]
fn an_answer_that_was_changed_verifies_nobody() {
    for at in (0..48).step_by(5) {
        let mut world = World::with(1, &[ANA]);
        let (id, link) = invite(&mut world);
        let ben = take_up(&mut world, BEN, &id, &link);
        arrive(&mut world, ben);
        // Only Ana's device runs.
        world.pass_for(0, MINUTE);
        match world.service.invitations.get(&id).invitation.answer.as_mut().unwrap() {
            JoinAnswer::Accepted { nonce, .. } if at < 16 => nonce[at] ^= 1,
            JoinAnswer::Accepted { mac, .. } => mac[at - 16] ^= 1,
            JoinAnswer::Refused { .. } => panic!("it was right until then"),
        }
        pass(&mut world);
        assert!(!is_verified(&world.hosts[ben], ANA), "{at}");
        assert_eq!(failure(&world.hosts[ben]), Some(InvitationProblem::AnotherAnswered), "{at}");
    }
}

/// Who has only the id, or a secret that was copied wrongly, proves nothing.
#[test]
fn a_wrong_secret_verifies_nobody() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let (other, other_link) = invite(&mut world);
    // The secret of another link of Ana's: her identity is the right one.
    let secret = other_link.to_string().split_once('#').unwrap().1.to_owned();
    let wrong =
        InvitationLink::parse(&format!("{}#{secret}", link.to_string().split_once('#').unwrap().0)).unwrap();
    let ben = take_up(&mut world, BEN, &id, &wrong);
    pass(&mut world);
    assert!(!is_verified(&world.hosts[0], BEN) && !is_verified(&world.hosts[ben], ANA));
    assert_eq!(misuse(&world.hosts[0]), [InvitationProblem::WrongSecret]);
    assert_eq!(failure(&world.hosts[ben]), Some(InvitationProblem::WrongSecret));
    assert_ne!(id, other);
}

/// The first statement wins, the same again changes nothing, and another is shown to the person by name.
#[test]
fn a_second_newcomer_is_never_verified() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let ben = take_up(&mut world, BEN, &id, &link);
    pass(&mut world);
    let first = world.service.invitations.get(&id).invitation.clone();
    // A dishonest server lets somebody else in with the same link.
    world.service.invitations.get(&id).invitation.proof = None;
    world.service.invitations.get(&id).invitation.answer = None;
    let eve = take_up(&mut world, "eve@one", &id, &link);
    arrive(&mut world, eve);
    world.command(0, Command::LookForInvitations);
    pass(&mut world);
    assert!(!is_verified(&world.hosts[0], "eve@one") && !is_verified(&world.hosts[eve], ANA));
    assert_eq!(misuse(&world.hosts[0]), [InvitationProblem::Used]);
    assert_eq!(failure(&world.hosts[eve]), Some(InvitationProblem::Used));
    // The first one again, without its answer: it is given once more, as it was.
    world.service.invitations.get(&id).invitation = first.clone();
    world.service.invitations.get(&id).invitation.answer = None;
    world.command(0, Command::LookForInvitations);
    world.settle();
    assert_eq!(world.service.invitations.get(&id).invitation.answer, first.answer);
    assert!(is_verified(&world.hosts[0], BEN) && is_verified(&world.hosts[ben], ANA));
    let begun = world.hosts[0].shown.iter().filter(|event| matches!(event, Event::InvitationTakenUp { .. }));
    assert_eq!(begun.count(), 1, "a replay begins nothing");
}

/// An honest server refuses the second one itself.
#[test]
fn a_used_invitation_is_refused_by_name() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    take_up(&mut world, BEN, &id, &link);
    pass(&mut world);
    let eve = take_up(&mut world, "eve@one", &id, &link);
    pass(&mut world);
    assert_eq!(failure(&world.hosts[eve]), Some(InvitationProblem::Used));
    assert!(!is_verified(&world.hosts[eve], ANA));
}

/// A server that keeps a join back until the invitation is over, or has been taken back, gets no answer by it.
#[test]
fn an_invitation_that_is_over_verifies_nobody() {
    for problem in [InvitationProblem::Expired, InvitationProblem::Revoked] {
        let mut world = World::with(1, &[ANA]);
        let (id, link) = invite(&mut world);
        let ben = take_up(&mut world, BEN, &id, &link);
        arrive(&mut world, ben);
        let kept_back = world.service.invitations.get(&id).invitation.proof.take();
        match problem {
            InvitationProblem::Expired => world.now = world.now.plus(8 * DAY),
            _ => world.command(0, Command::RevokeInvitation { id: id.clone() }),
        }
        world.hosts[0].command(Command::LookForInvitations, world.now).unwrap();
        world.service.invitations.get(&id).invitation.proof = kept_back;
        world.settle();
        assert_eq!(misuse(&world.hosts[0]), [problem]);
        pass(&mut world);
        assert_eq!(failure(&world.hosts[ben]), Some(problem));
        assert!(!is_verified(&world.hosts[0], BEN) && !is_verified(&world.hosts[ben], ANA));
    }
}

/// A link of a page or of the command line says who invites and proves nothing: *invited*, never *verified*.
#[test]
fn a_link_without_a_secret_says_invited() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let bare = InvitationLink::parse(link.to_string().split_once('#').unwrap().0).unwrap();
    assert!(!bare.proves());
    let ben = take_up(&mut world, BEN, &id, &bare);
    world.settle();
    assert_eq!(trust(&world.hosts[ben], ANA), Trust::Invited);
    let group = world.start(0, &[BEN]);
    pass(&mut world);
    assert_eq!(trust(&world.hosts[ben], ANA), Trust::Invited, "also once her key is known");
    assert_eq!(world.view(ben, &group).people.len(), 2);
}

/// A server that had shown a false Ana before is found out: what is verified counts.
#[test]
fn an_invitation_overrules_what_a_server_has_shown() {
    let mut world = World::with(1, &[ANA]);
    let (id, link) = invite(&mut world);
    let ben = take_up(&mut world, BEN, &id, &link);
    arrive(&mut world, ben);
    let honest = world.service.key_packages[&World::actor(ANA)].clone();
    super::trust::impersonate(&mut world, ANA);
    let people: Vec<ActorId> = vec![World::actor(ANA)];
    world.command(ben, Command::StartConversation { people, name: None });
    arrive(&mut world, ben);
    assert_eq!(trust(&world.hosts[ben], ANA), Trust::FirstContact, "of somebody who is not Ana");
    let false_one = world.hosts[ben].device.identity_of(&World::actor(ANA)).unwrap();
    world.service.key_packages.insert(World::actor(ANA), honest);
    pass(&mut world);
    assert!(is_verified(&world.hosts[ben], ANA));
    assert_ne!(world.hosts[ben].device.identity_of(&World::actor(ANA)).unwrap(), false_one);
    assert!(world.hosts[ben].shown.iter().any(|event| matches!(event, Event::Unverified { .. })));
}
