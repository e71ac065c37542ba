//! S-05: wrong types in every field of every kind of activity, as other software sends them. Whatever comes is answered, and
//! never with an error of ours.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::scene::Scene;

/// What stands where something else belongs.
fn wrong() -> [Value; 6] {
    [Value::Null, json!(7), json!(""), json!([]), json!({"id": [1]}), json!([[{"type": 3}]])]
}

/// Every activity among the samples, as if Ada had sent it to Bob.
fn samples(scene: &Scene) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/samples");
    let mut samples = Vec::new();
    for software in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(software.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
            let Some(actor) = document["actor"].as_str() else { continue };
            // Whoever says farewell is not heard any more.
            if document["type"] == "Delete" && document["object"] == document["actor"] {
                continue;
            }
            let origin: String = actor.split('/').take(3).collect::<Vec<_>>().join("/");
            let text = text.replace(actor, scene.ada.actor.as_str()).replace(&origin, &scene.one.url(""));
            let mut document: Value = serde_json::from_str(&text).unwrap();
            document["to"] = json!([scene.bob.actor]);
            samples.push((path.display().to_string(), document));
        }
    }
    samples
}

/// The places of a document, two levels deep.
fn places(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for (name, value) in document.as_object().unwrap() {
        let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        places.extend(
            value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(inner, _)| format!("{place}/{}", inner.replace('~', "~0").replace('/', "~1"))),
        );
        places.push(place);
    }
    places
}

#[tokio::test]
async fn wrong_types_in_any_field_are_never_an_error_of_ours() {
    let scene = Scene::new().await;
    let samples = samples(&scene);
    assert!(samples.len() > 60, "the samples were found");
    let mut sent = 0_usize;
    for (number, (name, document)) in samples.iter().enumerate() {
        for (turn, place) in places(document).into_iter().enumerate() {
            // Each field gets another of the wrong values, so that each value meets each field in some sample.
            let mut changed = document.clone();
            let value = wrong()[(number + turn) % wrong().len()].clone();
            *changed.pointer_mut(&place).unwrap() = value;
            let (status, kind) = scene.send(&changed).await;
            assert!(status < 500, "{name}: {place}: {status} {kind}");
            sent += 1;
        }
    }
    assert!(sent > 500, "{sent}");
    scene.two.run_errands().await;
}
