//! Making a group of so many people, one device each, as a person does it: a conversation starts with at most 49 others, the
//! rest are added, at most 50 in a commit. Time and bytes of whoever makes it, and of the last one to join; beside it the
//! bare commits of `mls-rs`.

use std::time::Instant;

use alcove_client::{Command, testing::World};
use alcove_protocol::{ActorId, GroupId};

use crate::{Result, beside, meter::Cost, milliseconds, tell};

/// Members, whoever makes the group included.
const SIZES: [usize; 3] = [10, 100, 500];
/// The most people that a conversation starts with, and that `mls-rs` adds in one commit.
const AT_ONCE: usize = 49;

/// Measures and tells.
pub fn measure() -> Result<()> {
    for size in SIZES {
        let prepared = Instant::now();
        let names: Vec<String> = (0..size).map(|number| format!("p{number}@s{}", number % 3)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut world = World::with(size as u64, &names);
        // A stranger may put nobody into so large a group: the last one has written to whoever makes it before.
        world.start(size - 1, &names[..1]);
        let preparation = prepared.elapsed().as_secs_f64();
        let (making, group) = make(&mut world, &names)?;
        let joining = join(&mut world, size - 1, &group)?;
        let bare = beside::make_group(size, AT_ONCE)?;
        let (time, beside) = (milliseconds(making.time), milliseconds(bare.time));
        tell(&format!("a group of {size}"), &format!("{time:.1} ms in {} steps", making.steps));
        tell("  commits", &format!("{}, with Welcomes {} MLS bytes posted", making.commits, making.posted));
        tell("  saved", &format!("{} bytes in {} records", making.bytes, making.written));
        tell(
            "  the last one joins",
            &format!("{:.1} ms, {} bytes saved", milliseconds(joining.time), joining.bytes),
        );
        let (ratio, bytes) = (time / beside, bare.bytes);
        tell("  beside it: mls-rs", &format!("{beside:.1} ms, {bytes} bytes; ratio of times {ratio:.2}"));
        tell("  (making the devices took)", &format!("{preparation:.1} s"));
    }
    Ok(())
}

/// The first device makes a group of all.
fn make(world: &mut World, names: &[&str]) -> Result<(Cost, GroupId)> {
    let actors: Vec<ActorId> = names.iter().skip(1).map(|name| World::actor(name)).collect();
    let (first, others) = actors.split_at(actors.len().min(AT_ONCE));
    let last = actors.last().cloned().ok_or("a group needs somebody else")?;
    let (before, mut cost) = (world.groups(0), Cost::default());
    cost.command(world, 0, Command::StartConversation { people: first.to_vec(), name: None })?;
    run(world, &mut cost, &last)?;
    let started = world.groups(0).into_iter().find(|group| !before.contains(group));
    let group = started.ok_or("the conversation did not start")?;
    for actor in others {
        let order = Command::Add { conversation: group.clone(), actor: actor.clone() };
        cost.command(world, 0, order)?;
    }
    run(world, &mut cost, &last)?;
    let leaves = world.view(0, &group).leaves.len();
    if leaves != names.len() {
        return Err(format!("of {} people {leaves} are in the group", names.len()).into());
    }
    Ok((cost, group))
}

/// Makes calls until none is left. Only what is for `last` stays on its way: nobody else receives, and hundreds of copies
/// of a Welcome would fill the memory.
fn run(world: &mut World, cost: &mut Cost, last: &ActorId) -> Result<()> {
    while cost.call(world, 0)? {
        world.service.deliveries.retain(|delivery| delivery.to == *last);
    }
    Ok(())
}

/// The device of the last one takes its Welcome.
fn join(world: &mut World, host: usize, group: &GroupId) -> Result<Cost> {
    world.service.deliver_all();
    let mut cost = Cost::default();
    while cost.receive(world, host)? > 0 {}
    if world.groups(host).contains(group) { Ok(cost) } else { Err("the last one did not join".into()) }
}
