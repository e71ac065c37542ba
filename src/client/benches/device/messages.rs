//! Messages between two people: what the sending device encrypts and the receiving one decrypts in a second, each with
//! everything that a step does (envelope, records to save), beside the bare operations of `mls-rs`.

use alcove_client::{Command, Content, testing::World};
use alcove_protocol::GroupId;

use crate::{
    Result,
    beside::{self, Talk},
    meter::{Cost, forget},
    rate, tell,
};

/// A sentence of the usual length.
pub const TEXT: &str = "Shall we meet at six at the old mill, and bring the children along?";
/// How many messages.
const COUNT: usize = 5_000;
/// What is sent before anybody receives: a page.
pub const PAGE: usize = 100;

/// Two devices in one conversation; the first has started it.
pub fn two_people() -> (World, GroupId) {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    forget(&mut world);
    (world, group)
}

/// The order to send one message.
pub fn send(group: &GroupId) -> Command {
    Command::Send { conversation: group.clone(), content: Content::text(TEXT) }
}

/// Measures and tells.
pub fn measure() -> Result<()> {
    let (mut world, group) = two_people();
    let (mut encrypting, mut answering, mut decrypting) = (Cost::default(), Cost::default(), Cost::default());
    let mut received = 0;
    for _ in 0..COUNT / PAGE {
        for _ in 0..PAGE {
            encrypting.command(&mut world, 0, send(&group))?;
            while answering.call(&mut world, 0)? {}
        }
        world.service.deliver_all();
        received += decrypting.receive(&mut world, 1)?;
        world.settle();
        forget(&mut world);
    }
    let texts = world.hosts[1].texts(&group).len();
    if received != COUNT || texts != COUNT {
        return Err(format!("of {COUNT} messages {received} arrived and {texts} were decrypted").into());
    }
    report(encrypting, answering, decrypting)
}

fn report(encrypting: Cost, answering: Cost, decrypting: Cost) -> Result<()> {
    let Talk { encrypting: bare_encrypting, decrypting: bare_decrypting } =
        beside::talk(COUNT, TEXT.as_bytes())?;
    let (encrypted, decrypted) = (rate(COUNT, encrypting.time), rate(COUNT, decrypting.time));
    let whole = rate(COUNT, encrypting.time + answering.time);
    let (bare_encrypted, bare_decrypted) = (rate(COUNT, bare_encrypting), rate(COUNT, bare_decrypting));
    tell("encrypt", &format!("{encrypted:.0}/s; with the step that takes the answer {whole:.0}/s"));
    tell("  saved for each", &format!("{} bytes", (encrypting.bytes + answering.bytes) / COUNT));
    tell("  posted for each", &format!("{} MLS bytes", answering.posted / COUNT));
    tell("  beside it: mls-rs", &format!("{bare_encrypted:.0}/s; ratio {:.2}", encrypted / bare_encrypted));
    tell("decrypt", &format!("{decrypted:.0}/s, {PAGE} in a step"));
    tell("  saved for each", &format!("{} bytes", decrypting.bytes / COUNT));
    tell("  beside it: mls-rs", &format!("{bare_decrypted:.0}/s; ratio {:.2}", decrypted / bare_decrypted));
    Ok(())
}
