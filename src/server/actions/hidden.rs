//! Hidden recipients: `bto` and `bcc` are read to know whom something is for, and never passed on (ActivityPub section 6.2,
//! S-29, trap T11).

use serde_json::Value;

/// Takes `bto` and `bcc` out of an activity and of what is embedded in it.
pub fn strip(activity: &mut Value) {
    let Some(members) = activity.as_object_mut() else { return };
    members.retain(|name, _| name != "bto" && name != "bcc");
    match members.get_mut("object") {
        Some(Value::Array(objects)) => objects.iter_mut().for_each(strip),
        Some(object) => strip(object),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// S-29, trap T11: hidden recipients never leave, and all else stays as it is.
    #[test]
    fn hidden_recipients_are_taken_out_and_nothing_else() {
        let mut activity = json!({
            "to": ["a"], "bto": ["b"], "bcc": "c", "instrument": {"x": 1},
            "object": {"to": ["a"], "bto": ["b"], "object": {"bcc": ["c"], "y": 2}},
        });
        strip(&mut activity);
        let left = json!({"to": ["a"], "instrument": {"x": 1}, "object": {"to": ["a"], "object": {"y": 2}}});
        assert_eq!(activity, left);
    }
}
