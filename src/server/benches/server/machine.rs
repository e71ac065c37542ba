//! What this machine says about processes and about itself, read from /proc; Linux only. Also how fast its disk is, because
//! a figure that waits for the disk means little without.

use std::{
    fs,
    io::Write,
    time::{Duration, Instant},
};

use alcove_server::{
    bus::Bus,
    db::{Connection, Db, testing::FreshDatabase},
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Integer};

use crate::{
    error::{Error, Result, While},
    place, tell,
};

/// The unit of processor time in /proc, as Linux shows it to every program.
const TICKS_PER_SECOND: f64 = 100.0;
/// How long the disk is measured at most, and with how many syncs.
const DISK_TIME: Duration = Duration::from_secs(2);
const DISK_SYNCS: u32 = 500;

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Resident now (`VmRSS`).
    pub now: u64,
    /// The most that was ever resident (`VmHWM`).
    pub peak: u64,
}

/// Tells what the figures below depend on.
pub async fn introduce() -> Result<()> {
    let profile = if cfg!(debug_assertions) { "dev (not worth comparing)" } else { "release" };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Alcove {}, the whole server", env!("CARGO_PKG_VERSION"));
    tell("build profile", profile);
    tell("database", &format!("SQLite, synchronous={}", synchronous().await?));
    tell("machine", &format!("{cores} cores, {}; all processes share them", model()));
    tell("load before we began", load().trim());
    Ok(())
}

/// Seconds of processor time that a process has taken, in user space and in the kernel.
pub fn processor_seconds(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).while_(format!("read {path}"))?;
    // The name of the program, in brackets, may hold anything; behind it `utime` and `stime` are the 12th and 13th.
    let fields: Vec<&str> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    let spent = ticks(11).zip(ticks(12)).map(|(user, system)| (user + system) / TICKS_PER_SECOND);
    spent.ok_or_else(|| Error::new(format!("read {path}"), "expected utime and stime"))
}

/// The memory of a process.
pub fn memory(process: u32) -> Result<Memory> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).while_(format!("read {path}"))?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        let missing = || Error::new(format!("read {path}"), format!("expected {name}"));
        kilobytes.map(|count| count * 1_024).ok_or_else(missing)
    };
    Ok(Memory { now: value("VmRSS")?, peak: value("VmHWM")? })
}

/// The average load, as the system writes it.
pub fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned())
}

/// How often in a second the disk under the database confirms four kilobytes.
pub fn syncs_per_second() -> Result<f64> {
    let mut file = tempfile::tempfile_in(place::ROOM).while_("make a file beside the database")?;
    let (began, mut syncs) = (Instant::now(), 0);
    while syncs < DISK_SYNCS && began.elapsed() < DISK_TIME {
        file.write_all(&[7; 4_096]).and_then(|()| file.sync_data()).while_("sync a file")?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / began.elapsed().as_secs_f64())
}

fn model() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    line.map_or_else(|| "of unknown kind".to_owned(), |(_, name)| name.trim().to_owned())
}

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = Integer)]
    synchronous: i32,
}

/// What the connection that writes is set to, asked of a database that the server's own code has opened.
async fn synchronous() -> Result<&'static str> {
    let fresh = FreshDatabase::sqlite();
    let db = Db::open(&fresh.settings, Bus::local()).while_("open a database")?;
    let asked = db.write(|transaction| match &mut transaction.connection {
        Connection::Sqlite(sqlite) => {
            Ok(sql_query("PRAGMA synchronous").get_result::<Synchronous>(&mut **sqlite)?.synchronous)
        }
        Connection::Postgres(_) => Err(alcove_server::error::Error::Busy),
    });
    Ok(match asked.await.while_("ask for PRAGMA synchronous")? {
        0 => "OFF",
        1 => "NORMAL",
        2 => "FULL",
        _ => "EXTRA",
    })
}
