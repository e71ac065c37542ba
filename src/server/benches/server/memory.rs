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
    time::sleep(QUIET).await;
    let idle = machine::memory(place.process()?)?;
    tell("idle, 5 accounts", &megabytes(idle.now));
    let (measured, _) = deliver(place, residents, COUNT, "burst").await?;
    let (taken, rate) = (measured.answered(TAKEN), measured.rate(TAKEN));
    tell("a burst", &format!("{taken} of {COUNT} taken at {rate:.0}/s"));
    measured.tell(TAKEN);
    tell_memory(place)?;
    time::sleep(QUIET).await;
    tell("after it", &megabytes(machine::memory(place.process()?)?.now));
    Ok(())
}

/// Tells the most memory that the server has had since it was started.
pub fn tell_memory(place: &Place) -> Result<()> {
    tell("  memory at its peak", &megabytes(machine::memory(place.process()?)?.peak));
    Ok(())
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / 1_000_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
