//! Questions that are answered from memory: WebFinger and actors, beside a bare server that answers as many bytes.

use crate::{
    error::Result,
    hello::Hello,
    http,
    memory::tell_memory,
    partner::{Measured, Partner, Plan, Work},
    place::{Place, Resident},
    ratio, tell,
};

/// What every one of them is answered.
const FOUND: u16 = 200;
/// Connections, each with one question in flight.
const CONNECTIONS: usize = 64;
/// How long each kind is asked.
const SECONDS: u64 = 5;
/// More than any machine answers in that time.
const COUNT: usize = 2_000_000;

/// Measures and tells.
pub async fn measure(place: &Place, residents: &[Resident]) -> Result<()> {
    let web_finger =
        residents.iter().map(|who| format!("/.well-known/webfinger?resource={}", who.account)).collect();
    let origin = format!("http://{}", place.address);
    let path = |who: &Resident| who.actor.as_str().trim_start_matches(&origin).to_owned();
    let actors: Vec<String> = residents.iter().map(path).collect();
    let document = http::ask(place.address, &http::get(place.address, &actors[0], ""), FOUND).await?;
    let server = place.process()?;
    let bare = bare(&document).await?;
    for (what, paths) in [("WebFinger", web_finger), ("actors", actors)] {
        let measured = ask(place.address, paths, server).await?;
        let rate = measured.rate(FOUND);
        tell(what, &format!("{rate:.0}/s, {} answers", measured.answered(FOUND)));
        measured.tell(FOUND);
        tell("  ratio to the bare server", &ratio(rate, bare));
    }
    tell_memory(place)
}

/// The same number of bytes from the bare server.
async fn bare(document: &[u8]) -> Result<f64> {
    let hello = Hello::start(document).await?;
    let measured = ask(hello.address, vec!["/users/1".to_owned()], hello.process()?).await?;
    tell(
        "beside them: a bare actix-web",
        &format!("{:.0}/s, {} bytes", measured.rate(FOUND), document.len()),
    );
    measured.tell(FOUND);
    Ok(measured.rate(FOUND))
}

async fn ask(server: std::net::SocketAddr, paths: Vec<String>, process: u32) -> Result<Measured> {
    let headers = "accept: application/activity+json, application/jrd+json\r\n".to_owned();
    let work = Work::Ask { paths, headers };
    let plan = Plan { server, connections: CONNECTIONS, count: COUNT, seconds: SECONDS, work };
    Partner::prepare(plan).await?.go(process).await
}
