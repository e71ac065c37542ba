//! What an outbox takes, told apart.

use super::*;

fn site() -> Site {
    Site::new("https://here.example", "").unwrap()
}

/// Trap T16: a bare object is wrapped, an activity is not.
#[test]
fn bare_objects_are_wrapped() {
    let object = json!({"type": "PrivateMessage", "mediaType": "message/mls"});
    assert_eq!(wrapped(object.clone()), json!({"type": "Create", "object": object}));
    let activity = json!({"type": "Follow", "object": "https://a.example/"});
    assert_eq!(wrapped(activity.clone()), activity);
}

/// S-24: what is sealed needs its own scope, however it is dressed up (traps T1, T7, T8b).
#[test]
fn each_matter_needs_its_scope() {
    let scope = |object: Value| Matter::of(&site(), 7, &json!({"type": "Create", "object": object})).scope();
    for kind in [json!("Welcome"), json!(["Object", "mls:GroupInfo"])] {
        assert_eq!(scope(json!({ "type": kind })), Scope::Messages);
    }
    assert_eq!(scope(json!({"type": "Note", "mediaType": "message/mls"})), Scope::Messages);
    assert_eq!(scope(json!({"type": "KeyPackage"})), Scope::Devices);
    assert_eq!(scope(json!({"type": "Note"})), Scope::Write);
    assert_eq!(scope(json!("https://here.example/users/7/keyPackages/k")), Scope::Devices);
    assert_eq!(scope(json!("https://here.example/users/8/keyPackages/k")), Scope::Write);
}
