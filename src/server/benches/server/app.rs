//! How long people wait for the app in a browser: `tests/node/app/speed.js` opens it as they do. Needs what `cargo task web`
//! makes inside this `alcove`, Chromium, and the npm packages of the tests.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::{
    error::{Error, Result, While},
    place::Place,
    tell,
};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures and tells.
pub async fn measure(place: &Place) -> Result<()> {
    let url = format!("http://{}", place.address);
    let order = json!({"order": "measure", "url": url, "link": place.invite(1).await?});
    let answer = timeout(PATIENCE, ask(&order)).await.while_("open the app in time")??;
    if let Some(error) = answer["error"].as_str() {
        return Err(Error::new("open the app", error));
    }
    let figures = &answer["ok"];
    tell(
        "invitation to first message",
        &format!("{:.0} ms", figures["message"].as_f64().unwrap_or(f64::NAN)),
    );
    tell("opened to the list of chats", &times(&figures["cold"]));
    tell("  with the page slowed four times", &times(&figures["slowed"]));
    Ok(())
}

async fn ask(order: &Value) -> Result<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
    let home = tempfile::tempdir().while_("make a folder for the browser")?;
    let mut command = Command::new(folder.join("node_modules/.bin/node"));
    command.arg("app/speed.js").current_dir(&folder).env("HOME", home.path()).env("TMPDIR", home.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().while_("start Node.js, which `cargo task bench` installs")?;
    let mut input = child.stdin.take().ok_or_else(|| Error::new("order", "no standard input"))?;
    input.write_all(format!("{order}\n").as_bytes()).await.while_("order")?;
    drop(input);
    let output = child.wait_with_output().await.while_("wait for Node.js")?;
    serde_json::from_slice(&output.stdout).while_("read what the browser found")
}

/// The median of several figures, and the longest.
fn times(figures: &Value) -> String {
    let mut all: Vec<f64> = figures.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    all.sort_by(f64::total_cmp);
    match (all.get(all.len() / 2), all.last()) {
        (Some(median), Some(longest)) => {
            format!("median {median:.0} ms of {}, longest {longest:.0} ms", all.len())
        }
        _ => "nothing was measured".to_owned(),
    }
}
