//! draft-cavage-http-signatures-12 Appendix C, whose key is too weak for us and is used for nothing else; and what
//! hostile headers get.

use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use proptest::prelude::*;

use super::*;

const KEY: &str = include_str!("../samples/cavage.pem");
const BODY: &[u8] = br#"{"hello": "world"}"#;
const NOW: Timestamp = Timestamp(1_388_957_500_000);
const REQUEST: [(&str, &[u8]); 5] = [
    ("host", b"example.com"),
    ("date", b"Sun, 05 Jan 2014 21:31:40 GMT"),
    ("content-type", b"application/json"),
    ("digest", b"SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ("content-length", b"18"),
];
const C_1: &str = r#"keyId="Test",algorithm="rsa-sha256",headers="date",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM=""#;
const C_2: &str = r#"keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=""#;
const C_3: &str = r#"keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=""#;

fn parsed(headers: &[(&str, &[u8])]) -> Result<Claim, SignatureError> {
    let target = "/foo?param=value&pet=dog";
    parse(&SignedRequest { method: "POST", target, headers, body: BODY }, NOW)
}

/// The draft's request with one more header.
fn with(name: &str, value: &str) -> Result<Claim, SignatureError> {
    parsed(&[&REQUEST[..], &[(name, value.as_bytes())]].concat())
}

fn verifies(base: &[u8], signature: &[u8]) -> bool {
    let (_, der) = rsa::pkcs8::Document::from_pem(KEY).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, der.as_bytes());
    key.verify(base, signature).is_ok()
}

#[test]
fn appendix_c_bases_match() {
    let request =
        SignedRequest { method: "POST", target: "/foo?param=value&pet=dog", headers: &REQUEST, body: BODY };
    for text in [C_1, C_2, C_3] {
        let parameters = read_parameters(text).unwrap();
        let names = covered(parameters.headers.unwrap()).unwrap();
        let base = base(&request, request.target, &parameters, &names).unwrap();
        assert!(verifies(&base, &base64::decode(parameters.signature.unwrap(), 128).unwrap()), "{names:?}");
    }
}

#[test]
fn appendix_c_3_passes_whole() {
    let claim = with("signature", &C_3.replace("Test", "https://a.example/key")).unwrap();
    assert_eq!(claim.key_id.as_str(), "https://a.example/key");
    assert_eq!(claim.algorithm, Some(Algorithm::Rsa));
    assert_eq!(claim.bases.len(), 2, "with the query and without");
    assert!(verifies(&claim.bases[0], &claim.signature) && !verifies(&claim.bases[1], &claim.signature));
    let in_authorization = format!("Signature {}", C_3.replace("Test", "https://a.example/key"));
    assert_eq!(with("authorization", &in_authorization).unwrap().signature, claim.signature);
}

/// S-09: `(request-target)`, `host`, a time and `digest` must be covered.
#[test]
fn narrow_signatures_are_refused() {
    let signed = |headers: &str| {
        let value = format!(
            r#"keyId="https://a.example/key",headers="{headers}",signature="AAAA",created=1388957500"#
        );
        with("signature", &value).unwrap_err()
    };
    assert_eq!(signed("host date digest"), SignatureError::NotCovered("(request-target)"));
    assert_eq!(signed("(request-target) date digest"), SignatureError::NotCovered("host"));
    assert_eq!(signed("(request-target) host digest"), SignatureError::NotCovered("date or (created)"));
    assert_eq!(signed("(request-target) host date"), SignatureError::NotCovered("digest"));
    assert_eq!(signed(""), SignatureError::NotCovered("(request-target)"));
    let without_headers = r#"keyId="https://a.example/key",signature="AAAA",created=1388957500"#;
    let refused = with("signature", without_headers).unwrap_err();
    assert_eq!(
        refused,
        SignatureError::NotCovered("(request-target)"),
        "the default covers `(created)` only"
    );
}

/// S-07, S-08: missing, doubled or garbled signatures, and wrong algorithms.
#[test]
fn garbled_signatures_are_refused() {
    let good = r#"keyId="https://a.example/key",algorithm="hs2019",created=1388957500,headers="(request-target) (created) host digest",signature="AAAA""#;
    assert!(with("signature", good).is_ok());
    assert_eq!(parsed(&REQUEST).unwrap_err(), SignatureError::Missing);
    assert_eq!(with("authorization", "Bearer x").unwrap_err(), SignatureError::Missing);
    let authorization = format!("Signature {good}");
    let both = [("signature", good.as_bytes()), ("authorization", authorization.as_bytes())];
    assert_eq!(parsed(&[&REQUEST[..], &both].concat()).unwrap_err(), SignatureError::Several);
    let twice = [("signature", good.as_bytes()), ("signature", good.as_bytes())];
    assert_eq!(parsed(&[&REQUEST[..], &twice].concat()).unwrap_err(), SignatureError::Several);
    for (from, to) in [
        ("hs2019", "rsa-sha256"),
        ("hs2019", "rsa-sha512"),
        ("hs2019", "hmac-sha256"),
        ("hs2019", "ecdsa-sha256"),
    ] {
        assert_eq!(
            with("signature", &good.replace(from, to)).unwrap_err(),
            SignatureError::Algorithm,
            "{to}"
        );
    }
    for (from, to) in [
        ("keyId=", "keyid="),
        ("keyId=\"https://a.example/key\",", ""),
        (",signature=\"AAAA\"", ""),
        ("\"AAAA\"", "\"%%\""),
        ("\"AAAA\"", "\"AAAA"),
        ("https://a.example/key", "key"),
        ("created=1388957500", "created=soon"),
        ("created=1388957500", "created=\"1388957500"),
        ("host", "host host"),
        ("host", "host x-missing"),
        ("keyId", "keyId=\"https://b.example/key\",keyId"),
        (",", ";"),
        ("a.example", "a\\\".example"),
    ] {
        let error = with("signature", &good.replace(from, to)).unwrap_err();
        assert!(matches!(error, SignatureError::Malformed(_)), "{from} -> {to}: {error:?}");
    }
    assert!(with("signature", &format!("{good},x=\"{}\"", "a".repeat(MAX_HEADER))).is_err());
    assert!(with("signature", &format!("{good}{}", ",x=1".repeat(100))).is_err());
}

/// S-10: a stale date, a date in the future, none, and one that is no date. Only what is covered counts.
#[test]
fn stale_signatures_are_refused() {
    let signature = C_3.replace("Test", "https://a.example/key");
    let at = |date: &'static str| {
        let mut headers = REQUEST.to_vec();
        headers[1] = ("date", date.as_bytes());
        headers.push(("signature", signature.as_bytes()));
        parsed(&headers).map(|_| ())
    };
    assert_eq!(at("Sun, 05 Jan 2014 20:40:00 GMT"), Ok(()));
    assert_eq!(at("Sun, 05 Jan 2014 20:20:00 GMT"), Err(SignatureError::Stale));
    assert_eq!(at("Sun, 05 Jan 2014 22:40:00 GMT"), Err(SignatureError::Stale));
    assert!(matches!(at("yesterday"), Err(SignatureError::Malformed(_))));
    let expired = r#"keyId="https://a.example/key",created=1388950000,expires=1388953000,headers="(request-target) (created) (expires) host digest",signature="AAAA""#;
    assert_eq!(with("signature", expired).unwrap_err(), SignatureError::Stale);
}

proptest! {
    /// S-07: no header makes us panic.
    #[test]
    fn no_header_panics(value: Vec<u8>, text in r#"(keyId|created|headers|signature|x)?=?"?[ -~]{0,30}"?,?"#) {
        let _ = parsed(&[&REQUEST[..], &[("signature", &value)]].concat());
        let _ = with("signature", &text);
        let _ = with("authorization", &format!("Signature {text}"));
    }
}
