//! RFC 9421 Appendix B: the algorithms that we speak from end to end, the others by checking that the published
//! signature verifies over the base that we build.

use alcove_protocol::{ActorId, actor::KeyMaterial};
use aws_lc_rs::{
    hmac,
    signature::{RSA_PSS_2048_8192_SHA512, UnparsedPublicKey},
};

use super::*;
use crate::cryptography::VerificationKey;

const ED25519: &str = include_str!("../samples/rfc9421_ed25519.pem");
const RSA_PSS: &str = include_str!("../samples/rfc9421_rsa_pss.pem");
const BODY: &[u8] = br#"{"hello": "world"}"#;
const DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const REQUEST: [(&str, &[u8]); 5] = [
    ("host", b"example.com"),
    ("date", b"Tue, 20 Apr 2021 02:07:55 GMT"),
    ("content-type", b"application/json"),
    ("content-digest", DIGEST.as_bytes()),
    ("content-length", b"18"),
];

fn example(host: &str) -> Origin {
    ActorId::parse(&format!("https://{host}/")).unwrap().origin()
}

/// The base and the signature of the RFC's test request with these two headers.
fn vector(input: &str, signature: &str) -> Result<(Vec<u8>, Vec<u8>), SignatureError> {
    let mut headers = REQUEST.to_vec();
    headers.extend([("signature-input", input.as_bytes()), ("signature", signature.as_bytes())]);
    let target = "/foo?param=Value&Pet=dog";
    let request = SignedRequest { method: "POST", target, headers: &headers, body: BODY };
    let (input, signature) = read(&request)?;
    Ok((signature_base(&request, &example("example.com"), &input)?, signature))
}

fn pss_verifies((base, signature): (Vec<u8>, Vec<u8>)) -> bool {
    let (_, der) = rsa::pkcs8::Document::from_pem(RSA_PSS).unwrap();
    UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA512, der.as_bytes()).verify(&base, &signature).is_ok()
}

#[test]
fn appendix_b_2_1_minimal() {
    let found = vector(
        r#"sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
        "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsc\
         kzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56\
         YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8\
         IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:",
    );
    let found = found.unwrap();
    assert_eq!(
        str::from_utf8(&found.0).unwrap(),
        r#""@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#
    );
    assert!(pss_verifies(found));
}

/// B.2.2 covers a single query parameter, which we refuse on purpose (S-13).
#[test]
fn appendix_b_2_2_selective_is_refused() {
    let found = vector(
        r#"sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss""#,
        "sig-b22=:AAAA:",
    );
    assert_eq!(found, Err(SignatureError::Malformed("a component with parameters, or twice")));
}

#[test]
fn appendix_b_2_3_full_coverage() {
    let found = vector(
        r#"sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
        "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp76\
         8ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91\
         kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyo\
         EZAFL2FUo5fTIztsDZKEgM4cUA==:",
    );
    assert!(pss_verifies(found.unwrap()));
}

#[test]
fn appendix_b_2_5_hmac() {
    let (base, signature) = vector(
        r#"sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#,
        "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
    )
    .unwrap();
    let secret = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
    let secret = alcove_protocol::base64::decode(secret, 64).unwrap();
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &secret), &base, &signature).unwrap();
}

#[test]
fn appendix_b_2_6_ed25519() {
    let (base, signature) = vector(
        r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    )
    .unwrap();
    let key = VerificationKey::read(&KeyMaterial::Pem(ED25519.into())).unwrap();
    assert!(key.verifies(&base, &signature));
    assert!(!key.verifies(&base[1..], &signature));
}

/// Appendix B.4: what a proxy may change without breaking a signature, and what it may not.
#[test]
fn appendix_b_4_transformations() {
    let key = VerificationKey::read(&KeyMaterial::Pem(ED25519.into())).unwrap();
    let verifies = |method: &str, target: &str, host: &str, accept: &[&[u8]]| {
        let mut headers: Vec<(&str, &[u8])> = vec![
            ("signature-input", br#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#),
            ("signature", b"transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:"),
        ];
        headers.extend(accept.iter().map(|value| ("accept", *value)));
        let request = SignedRequest { method, target, headers: &headers, body: b"" };
        let (input, signature) = read(&request).unwrap();
        key.verifies(&signature_base(&request, &example(host), &input).unwrap(), &signature)
    };
    let target = "/demo?name1=Value1&Name2=value2";
    assert!(verifies("GET", target, "example.org", &[b"application/json", b"*/*"]));
    assert!(
        verifies("GET", "/demo?other", "example.org", &[b"application/json, */*"]),
        "the query is not covered"
    );
    assert!(
        verifies("GET", target, "example.org", &[b" application/json ", b"*/* "]),
        "white space around values"
    );
    assert!(!verifies("GET", target, "example.org", &[b"*/*", b"application/json"]), "another order");
    assert!(
        !verifies("POST", target, "example.com", &[b"application/json", b"*/*"]),
        "another method and host"
    );
}

fn refusal(input: &str, signature: &str) -> SignatureError {
    let headers: [(&str, &[u8]); 3] =
        [("host", b"h.example"), ("signature-input", input.as_bytes()), ("signature", signature.as_bytes())];
    let request = SignedRequest { method: "POST", target: "/inbox", headers: &headers, body: b"{}" };
    parse(&request, &example("h.example"), Timestamp(1_767_323_045_000)).unwrap_err()
}

/// S-13: two signatures, a missing label, uncovered components, flags, duplicates, unknown parameters.
#[test]
fn odd_signatures_are_refused() {
    let full =
        r#"("@method" "@target-uri" "content-digest");created=1767323045;keyid="https://a.example/key""#;
    let one = |input: &str| refusal(&format!("sig1={input}"), "sig1=:AAAA:");
    assert_eq!(refusal(&format!("a={full}, b={full}"), "a=:AAAA:, b=:AAAA:"), SignatureError::Several);
    assert_eq!(refusal(&format!("a={full}"), "a=:AAAA:, b=:AAAA:"), SignatureError::Several);
    assert!(
        matches!(refusal(&format!("a={full}"), "b=:AAAA:"), SignatureError::Malformed(_)),
        "another label"
    );
    assert!(matches!(refusal(full, "sig1=:AAAA:"), SignatureError::Malformed(_)), "no label");
    assert!(matches!(refusal(&format!("sig1={full}"), "sig1=AAAA"), SignatureError::Malformed(_)));
    assert!(matches!(refusal("", ""), SignatureError::Malformed(_)));
    for component in ["@method", "@target-uri", "content-digest"] {
        let less = full.replace(&format!("\"{component}\""), "\"host\"");
        assert_eq!(one(&less), SignatureError::NotCovered(component));
    }
    assert_eq!(one(&full.replace("created=1767323045;", "")), SignatureError::NotCovered("created"));
    assert_eq!(one(&format!("{full};alg=\"rsa-pss-sha512\"")), SignatureError::Algorithm);
    assert_eq!(one(&full.replace("1767323045", "1767300000")), SignatureError::Stale);
    for (from, to) in [
        ("\"content-digest\"", "\"content-digest\";sf"),
        ("\"content-digest\"", "\"content-digest\";bs"),
        ("\"content-digest\"", "\"content-digest\";req"),
        ("\"@method\"", "\"@method\" \"@method\""),
        ("\"@method\"", "\"@method\" \"@status\""),
        ("\"@method\"", "\"@method\" \"Host\""),
        ("\"@method\"", "\"@method\" \"x-missing\""),
        (";created", ";unknown=1;created"),
        ("=1767323045", "=\"1767323045\""),
        ("\"https://a.example/key\"", "key"),
        ("https://a.example/key", "key"),
    ] {
        // What covers the digest must also carry it, so that every one of these reaches the check that it is about.
        let error =
            one(&full.replace(from, to).replace("\"content-digest\")", "\"content-digest\" \"host\")"));
        assert!(matches!(error, SignatureError::Malformed(_)), "{to}: {error:?}");
    }
}
