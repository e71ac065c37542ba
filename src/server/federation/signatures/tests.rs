//! Whole requests, both ways and in both schemes: as we send them, as Mastodon and GoToSocial send them, and as somebody
//! changes them on the way.

use std::sync::LazyLock;

use alcove_protocol::{ActorId, actor::KeyMaterial, base64};
use proptest::prelude::*;

use super::*;
use crate::cryptography::NewKey;

const NOW: Timestamp = Timestamp(1_767_323_045_000);
const BODY: &[u8] = br#"{"type":"Create"}"#;
const TYPE: &str = "application/activity+json";

/// One pair for all tests: making one takes a tenth of a second.
static PAIR: LazyLock<(SigningKey, VerificationKey)> = LazyLock::new(|| {
    let new = NewKey::rsa().unwrap();
    let public = VerificationKey::read(&KeyMaterial::Pem(new.public.clone())).unwrap();
    (SigningKey::read(&new.private_pem).unwrap(), public)
});

type Sign = fn(&OutgoingRequest<'_>, Signer<'_>, Timestamp) -> Result<Headers, KeyError>;
const SCHEMES: [Sign; 2] = [sign_cavage, sign_rfc9421];

/// A request on its way, to be changed by whoever likes.
#[derive(Clone)]
struct Message {
    method: &'static str,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

fn origin() -> Origin {
    ActorId::parse("https://h.example/").unwrap().origin()
}

fn signed(sign: Sign, method: &'static str, url: &str) -> Message {
    let url = Url::parse(url).unwrap();
    let body = if method == "POST" { BODY } else { b"" };
    let content_type = (method == "POST").then_some(TYPE);
    let request = OutgoingRequest { method, url: &url, content_type, body };
    let key_id = KeyId::parse("https://a.example/users/1#main-key").unwrap();
    let headers = sign(&request, Signer { key_id: &key_id, key: &PAIR.0 }, NOW).unwrap();
    // What the client library does: `Host`, where the signature has not set it.
    let host = ("host".to_owned(), request.authority().into_bytes());
    let set = headers.into_iter().filter(|(name, _)| *name != "host");
    let set = set.map(|(name, value)| (name.to_owned(), value.into_bytes()));
    Message {
        method,
        target: request.target(),
        headers: [host].into_iter().chain(set).collect(),
        body: body.into(),
    }
}

impl Message {
    fn claim(&self, now: Timestamp) -> Result<Claim, SignatureError> {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let request =
            SignedRequest { method: self.method, target: &self.target, headers: &headers, body: &self.body };
        parse(&request, &origin(), now)
    }

    fn check(&self) -> Result<Verified, SignatureError> {
        verify(&self.claim(NOW)?, &PAIR.1)
    }

    fn header(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(other, _)| other == name).unwrap().1
    }
}

#[test]
fn own_requests_verify_in_both_schemes() {
    for sign in SCHEMES {
        for (method, url) in [
            ("POST", "https://h.example/inbox"),
            ("POST", "https://h.example/users/1/inbox?a=%41&b"),
            ("GET", "https://h.example/users/1?page=1#fragment"),
        ] {
            let message = signed(sign, method, url);
            let claim = message.claim(NOW).unwrap();
            assert_eq!(claim.key_id.as_str(), "https://a.example/users/1#main-key");
            let verified = verify(&claim, &PAIR.1).unwrap();
            assert_eq!(verified.keep_until, claim.valid_until);
        }
    }
}

/// FEDERATION.md rule 4: what our signatures cover.
#[test]
fn own_signatures_cover_what_others_insist_on() {
    let mut cavage = signed(sign_cavage, "POST", "https://h.example/inbox");
    let text = String::from_utf8(cavage.header("signature").clone()).unwrap();
    assert!(
        text.contains(r#"algorithm="rsa-sha256",headers="(request-target) host date digest content-type""#)
    );
    let mut rfc9421 = signed(sign_rfc9421, "POST", "https://h.example/inbox");
    let text = String::from_utf8(rfc9421.header("signature-input").clone()).unwrap();
    assert_eq!(
        text,
        r#"sig1=("@method" "@target-uri" "content-digest" "content-type");created=1767323045;keyid="https://a.example/users/1#main-key";alg="rsa-v1_5-sha256""#
    );
}

/// A delivery as Mastodon 4.6 shapes it: lower-case host, `Digest`, and the content type covered.
#[test]
fn a_delivery_shaped_as_mastodons_verifies() {
    let date = "Fri, 02 Jan 2026 03:04:05 GMT";
    let digest = digest::legacy(BODY);
    let base = format!(
        "(request-target): post /users/1/inbox\nhost: h.example\ndate: {date}\ndigest: {digest}\ncontent-type: {TYPE}"
    );
    let signature = base64::encode(&PAIR.0.sign(base.as_bytes()).unwrap());
    let value = format!(
        r#"keyId="https://mastodon.example/users/ada#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="{signature}""#
    );
    let headers = [
        ("user-agent", "Mastodon/4.6.0 (http.rb/5.3.1; +https://mastodon.example/)"),
        ("host", "h.example"),
        ("date", date),
        ("accept-encoding", "gzip"),
        ("digest", &digest),
        ("content-type", TYPE),
        ("signature", &value),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).to_vec();
    let message = Message { method: "POST", target: "/users/1/inbox".into(), headers, body: BODY.into() };
    assert_eq!(message.check().unwrap().scheme, Scheme::Cavage);
    // Some sign the path alone and send a query with it.
    let with_query = Message { target: "/users/1/inbox?x=1".into(), ..message };
    assert!(with_query.check().is_ok());
}

/// Mastodon 4.7's second knock: RFC 9421 with `created` and `keyid` only.
#[test]
fn a_second_knock_shaped_as_mastodons_verifies() {
    let params = r#"("@method" "@target-uri" "content-digest");created=1767323045;keyid="https://mastodon.example/users/ada#main-key""#;
    let content_digest = digest::content_digest(BODY);
    let base = format!(
        "\"@method\": POST\n\"@target-uri\": https://h.example/inbox\n\"content-digest\": {content_digest}\n\"@signature-params\": {params}"
    );
    let signature = format!("sig1=:{}:", base64::encode(&PAIR.0.sign(base.as_bytes()).unwrap()));
    let headers = [
        ("host", "h.example"),
        ("content-digest", content_digest.as_str()),
        ("signature-input", &format!("sig1={params}")),
        ("signature", &signature),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).to_vec();
    let message = Message { method: "POST", target: "/inbox".into(), headers, body: BODY.into() };
    assert_eq!(message.check().unwrap().scheme, Scheme::Rfc9421);
}

/// S-08, S-12: another body, method, target, host, or encoding of the target.
#[test]
fn changed_requests_are_refused() {
    for sign in SCHEMES {
        let good = signed(sign, "POST", "https://h.example/users/1/inbox?a=%41");
        let changed = |change: fn(&mut Message)| {
            let mut message = good.clone();
            change(&mut message);
            message.check().unwrap_err()
        };
        assert_eq!(changed(|message| message.body.push(b' ')), SignatureError::Digest);
        assert_eq!(changed(|message| message.body.clear()), SignatureError::Digest);
        assert_eq!(
            changed(|message| message.target = "/users/2/inbox?a=%41".into()),
            SignatureError::Invalid
        );
        assert_eq!(changed(|message| message.target = "/users/1/inbox?a=A".into()), SignatureError::Invalid);
        assert_eq!(changed(|message| message.target = "/users/1/inbox".into()), SignatureError::Invalid);
        assert_eq!(changed(|message| message.method = "PUT"), SignatureError::Invalid);
        let absolute =
            |message: &mut Message| message.target = "https://h.example/users/1/inbox?a=%41".into();
        assert_eq!(changed(absolute), SignatureError::Target);
        assert_eq!(changed(|message| *message.header("host") = b"g.example".into()), SignatureError::Target);
        assert_eq!(
            changed(|message| *message.header("content-type") = b"text/plain".into()),
            SignatureError::Invalid
        );
        let second_host = |message: &mut Message| message.headers.push(("host".into(), b"h.example".into()));
        assert_eq!(changed(second_host), SignatureError::Several);
    }
}

/// S-12: a signature for another server of the same person.
#[test]
fn signatures_for_another_server_are_refused() {
    for sign in SCHEMES {
        let mut elsewhere = signed(sign, "POST", "https://g.example/inbox");
        assert_eq!(elsewhere.check(), Err(SignatureError::Target));
        *elsewhere.header("host") = b"h.example".into();
        assert_eq!(elsewhere.check(), Err(SignatureError::Invalid));
    }
}

#[test]
fn the_host_may_name_the_default_port_and_use_capitals() {
    let mut message = signed(sign_rfc9421, "POST", "https://h.example/inbox");
    *message.header("host") = b"H.example:443".into();
    assert!(message.check().is_ok());
    *message.header("host") = b"h.example:80".into();
    assert_eq!(message.check(), Err(SignatureError::Target));
}

/// S-10: the same request an hour and a half later, or seen by a clock far behind.
#[test]
fn old_requests_are_refused() {
    for sign in SCHEMES {
        let message = signed(sign, "POST", "https://h.example/inbox");
        let hours = |count: i64| message.claim(NOW.plus(count * alcove_protocol::time::HOUR)).map(|_| ());
        assert_eq!((hours(1), hours(-1)), (Ok(()), Ok(())));
        assert_eq!((hours(2), hours(-2)), (Err(SignatureError::Stale), Err(SignatureError::Stale)));
    }
}

/// S-11: the replay key belongs to key and signature, whatever else is changed about the request.
#[test]
fn replays_have_the_same_key() {
    let mut message = signed(sign_cavage, "POST", "https://h.example/inbox");
    let first = message.check().unwrap().replay_key;
    let value = String::from_utf8(message.header("signature").clone()).unwrap();
    *message.header("signature") = value.replace("a.example", "A.example").into_bytes();
    assert_eq!(message.check().unwrap().replay_key, first, "the key id is not covered");
    let other = signed(sign_cavage, "POST", "https://h.example/inbox?again");
    assert_ne!(other.check().unwrap().replay_key, first);
}

/// S-08, S-14: a key of another kind, or of somebody else.
#[test]
fn other_keys_do_not_verify() {
    let message = signed(sign_cavage, "POST", "https://h.example/inbox");
    let pem = include_str!("samples/rfc9421_rsa_pss.pem");
    let stranger = VerificationKey::read(&KeyMaterial::Pem(pem.into())).unwrap();
    assert_eq!(verify(&message.claim(NOW).unwrap(), &stranger), Err(SignatureError::Invalid));
    let pem = include_str!("samples/rfc9421_ed25519.pem");
    let ed25519 = VerificationKey::read(&KeyMaterial::Pem(pem.into())).unwrap();
    assert_eq!(verify(&message.claim(NOW).unwrap(), &ed25519), Err(SignatureError::Algorithm));
}

#[test]
fn a_body_without_digest_is_refused_even_in_a_get() {
    let mut message = signed(sign_cavage, "GET", "https://h.example/users/1");
    message.body = BODY.into();
    assert_eq!(message.check(), Err(SignatureError::NotCovered("digest")));
}

proptest! {
    /// S-07, S-52: whatever stands in the headers, nothing panics and nothing verifies.
    #[test]
    fn arbitrary_headers_never_panic(
        names in proptest::collection::vec(0..8_usize, 0..8),
        values in proptest::collection::vec(any::<Vec<u8>>(), 8),
        target in ".{0,20}",
    ) {
        let known = ["host", "date", "digest", "content-digest", "signature", "signature-input", "authorization", "x"];
        let mut headers: Vec<(String, Vec<u8>)> =
            names.iter().map(|index| (known[*index].to_owned(), values[*index].clone())).collect();
        headers.push(("host".into(), b"h.example".into()));
        let message = Message { method: "POST", target: format!("/{target}"), headers, body: BODY.into() };
        prop_assert!(message.check().is_err());
    }
}
