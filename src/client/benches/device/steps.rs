//! What a step writes does not depend on how much was said before: the same steps after 10 and after 100,000 messages, in
//! bytes as the device hands them to its host.

use std::time::{Duration, Instant};

use alcove_client::testing::World;
use alcove_protocol::GroupId;

use crate::{
    Result,
    messages::{PAGE, send, two_people},
    meter::{Cost, forget},
    tell,
};

/// Few and many.
const FEW: usize = 10;
const MANY: usize = 100_000;
/// How many messages are looked at each time: their average is told.
const SAMPLE: usize = 20;
/// When to look although there are fewer.
const LIMIT: Duration = Duration::from_secs(300);

/// Measures and tells.
pub fn measure() -> Result<()> {
    let (mut world, group) = two_people();
    let began = Instant::now();
    let mut said = 0;
    for wanted in [FEW, MANY] {
        while said < wanted && began.elapsed() < LIMIT {
            let count = PAGE.min(wanted - said);
            talk(&mut world, &group, count);
            said += count;
        }
        if said < wanted {
            tell("STOPPED EARLY", &format!("{said} messages in {} s", LIMIT.as_secs()));
        }
        look(&mut world, &group, said)?;
        said += SAMPLE;
    }
    Ok(())
}

/// Messages of the first one, all delivered and read.
fn talk(world: &mut World, group: &GroupId, count: usize) {
    for _ in 0..count {
        world.send(0, group, crate::messages::TEXT);
    }
    world.settle();
    forget(world);
}

/// Sends a few messages, each on its own, and tells what each kind of step writes for one.
fn look(world: &mut World, group: &GroupId, said: usize) -> Result<()> {
    let (mut sending, mut taking, mut reading) = (Cost::default(), Cost::default(), Cost::default());
    for _ in 0..SAMPLE {
        sending.command(world, 0, send(group))?;
        while taking.call(world, 0)? {}
        world.service.deliver_all();
        if reading.receive(world, 1)? != 1 {
            return Err("expected one message to arrive".into());
        }
        world.settle();
        forget(world);
    }
    tell(&format!("after {said} messages"), &format!("average of {SAMPLE} messages"));
    let kinds = [("  send", sending), ("  take the server's answer", taking), ("  receive", reading)];
    for (what, cost) in kinds {
        let Cost { bytes, written, deleted, time, .. } = cost;
        let microseconds = time.as_secs_f64() * 1e6 / SAMPLE as f64;
        let each = |count: usize| count as f64 / SAMPLE as f64;
        let (written, deleted, bytes) = (each(written), each(deleted), bytes / SAMPLE);
        let records = format!("{written:.1} records written, {deleted:.1} deleted");
        tell(what, &format!("{bytes} bytes, {records}, {microseconds:.0} µs"));
    }
    Ok(())
}
