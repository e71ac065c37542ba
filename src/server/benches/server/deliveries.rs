//! Signed deliveries to inboxes: verified, stored on disk and processed before they are answered 202. Then the server is
//! killed, started again, and what arrived is counted as devices see it.

use crate::{
    error::Result,
    machine,
    memory::tell_memory,
    partner::{Measured, Partner, Plan, Ready, Work},
    place::{Place, Resident},
    ratio, tell,
};

/// How many; signing them in advance takes ten seconds of one core.
const COUNT: usize = 20_000;
/// As in the burst after a server was away: so many that the next ones are verified while the ones before are committed.
const CONNECTIONS: usize = 256;
/// When to stop all the same.
const SECONDS: u64 = 60;

/// What a delivery is answered when it is done.
pub const TAKEN: u16 = 202;

/// Measures and tells.
pub async fn measure(place: &mut Place, residents: &[Resident]) -> Result<()> {
    let before = place.database_bytes();
    let (measured, ready) = deliver(place, residents, COUNT, "flood").await?;
    let taken = measured.answered(TAKEN);
    let (rate, seconds) = (measured.rate(TAKEN), measured.outcome.seconds);
    tell("deliveries", &format!("{rate:.0}/s: {taken} of {COUNT} taken in {seconds:.2} s"));
    measured.tell(TAKEN);
    tell("  requests", &format!("{} bytes each, {CONNECTIONS} in flight, keep-alive", ready.bytes));
    tell_memory(place)?;
    let grown = place.database_bytes().saturating_sub(before);
    tell(
        "  database grew by",
        &format!("{} bytes for each", grown / u64::try_from(taken.max(1)).unwrap_or(1)),
    );
    place.kill().await?;
    place.start().await?;
    let rows = place.arrived(residents, &ready.origin, "flood-").await?;
    let verdict =
        if rows == taken { "as many as were answered 202" } else { "NOT AS MANY AS WERE ANSWERED 202" };
    tell("  rows after SIGKILL and restart", &format!("{rows}, {verdict}"));
    beside(rate, &ready)
}

/// What the same machine does in the same run without server, network or database.
fn beside(rate: f64, ready: &Ready) -> Result<()> {
    let Ready { signed, verified, .. } = ready;
    tell("  beside it: one core verifies", &format!("{verified:.0}/s; ratio {}", ratio(rate, *verified)));
    tell("  beside it: one core signs", &format!("{signed:.0}/s"));
    let syncs = machine::syncs_per_second()?;
    tell("  beside it: the disk syncs", &format!("{syncs:.0} times/s; ratio {}", ratio(rate, syncs)));
    Ok(())
}

/// Has deliveries prepared and sent.
pub async fn deliver(
    place: &Place,
    residents: &[Resident],
    count: usize,
    run: &str,
) -> Result<(Measured, Ready)> {
    let recipients = residents.iter().map(|resident| resident.actor.clone()).collect();
    let work = Work::Deliver { recipients, run: run.to_owned() };
    let plan = Plan { server: place.address, connections: CONNECTIONS, count, seconds: SECONDS, work };
    let partner = Partner::prepare(plan).await?;
    let ready = partner.ready.clone();
    Ok((partner.go(place.process()?).await?, ready))
}
