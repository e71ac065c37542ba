//! Resident memory, database included: idle with five accounts, and at the peak of a burst of deliveries.

use std::time::Duration;

use tokio::time;

use crate::{
    deliveries::{TAKEN, deliver},
    error::Result,
    machine,
    place::{Place, Resident},
    tell,
};

/// The burst.
const COUNT: usize = 4_000;
/// How long nothing happens before idle is idle.
const QUIET: Duration = Duration::from_secs(3);

/// Measures and tells.
pub async fn measure(place: &mut Place, residents: &[Resident]) -> Result<()> {
    // Joining needs memory for hashes of passwords that a server at rest has long given back.
    place.restart().await?;
    time::sleep(QUIET).await;
    let idle = machine::memory(place.process()?)?;
    tell("idle, 5 accounts", &megabytes(idle.now));
    let (measured, _) = deliver(place, residents, COUNT, "burst").await?;
    let burst = machine::memory(place.process()?)?;
    let (taken, rate) = (measured.answered(TAKEN), measured.rate(TAKEN));
    tell("peak of a burst", &format!("{}; {taken} of {COUNT} taken at {rate:.0}/s", megabytes(burst.peak)));
    measured.tell(TAKEN);
    time::sleep(QUIET).await;
    tell("after it", &megabytes(machine::memory(place.process()?)?.now));
    Ok(())
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / 1_000_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
