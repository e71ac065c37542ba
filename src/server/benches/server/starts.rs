//! From the start of the process to its first answer, on a database that is there already, beside the start of a bare server.

use std::time::{Duration, Instant};

use crate::{error::Result, hello::Hello, http, place::Place, ratio, tell};

/// How often; the median counts.
const TIMES: usize = 11;

/// Measures and tells.
pub async fn measure(place: &mut Place) -> Result<()> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        ours.push(milliseconds(place.restart().await?));
        let began = Instant::now();
        let hello = Hello::start(b"hello").await?;
        http::ask(hello.address, &http::get(hello.address, "/", ""), 200).await?;
        bare.push(milliseconds(began.elapsed()));
    }
    ours.sort_by(f64::total_cmp);
    bare.sort_by(f64::total_cmp);
    let (median, longest) = (ours[TIMES / 2], ours[TIMES - 1]);
    tell("start to first answer", &format!("median {median:.1} ms of {TIMES}, longest {longest:.1} ms"));
    tell("  database", &format!("{} bytes", place.database_bytes()));
    let hello = bare[TIMES / 2];
    tell("  beside it: a bare actix-web", &format!("{hello:.1} ms; ratio {}", ratio(median, hello)));
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
