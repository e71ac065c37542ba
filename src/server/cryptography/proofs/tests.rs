//! Proofs as the specifications show them, as we make them, and as somebody changes them on the way.

use alcove_protocol::actor::KeyMaterial;
use proptest::prelude::*;

use super::*;
use crate::cryptography::NewKey;

/// When the examples of both specifications were signed.
const NOW: Timestamp = Timestamp(1_677_281_798_000);
/// The key of both.
const MULTIKEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

fn key(multikey: &str) -> VerificationKey {
    VerificationKey::read(&KeyMaterial::Multikey(multikey.into())).unwrap()
}

fn check(document: &Value) -> Result<(), ProofError> {
    verify(&parse(document, NOW)?, &key(MULTIKEY))
}

/// The test vector of FEP-8b32.
fn fep() -> Value {
    let contexts = json!([context::ACTIVITY_STREAMS, "https://w3id.org/security/data-integrity/v2"]);
    json!({
        "@context": contexts, "id": "https://server.example/activities/1", "type": "Create",
        "actor": "https://server.example/users/alice",
        "object": {
            "id": "https://server.example/objects/1", "type": "Note",
            "attributedTo": "https://server.example/users/alice", "content": "Hello world",
            "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
        },
        "proof": {
            "@context": contexts, "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": "https://server.example/users/alice#ed25519-key",
            "proofPurpose": "assertionMethod", "created": "2023-02-24T23:36:38Z",
            "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
        },
    })
}

/// FEP-8b32, its test vector: what the specification signed is read and holds.
#[test]
fn the_example_of_the_fep_holds() {
    assert_eq!(check(&fep()), Ok(()));
    let mut listed = fep();
    listed["proof"] = json!([listed["proof"]]);
    assert_eq!(check(&listed), Ok(()), "a list of one");
    let mut both = fep();
    both["signature"] = json!({"type": "RsaSignature2017", "signatureValue": "x"});
    assert_eq!(check(&both), Ok(()), "an older kind of signature beside it");
}

/// Data Integrity EdDSA Cryptosuites v1.0, the test vector of `eddsa-jcs-2022`: digests and signature. Its key is a DID, which
/// nobody is addressed by here.
#[test]
fn the_example_of_the_w3c_holds() {
    let contexts =
        json!(["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]);
    let credential = json!({
        "@context": contexts, "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"], "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678", "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    });
    let method = format!("did:key:{MULTIKEY}#{MULTIKEY}");
    let options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2023-02-24T23:36:38Z",
        "verificationMethod": method, "proofPurpose": "assertionMethod", "@context": contexts,
    });
    let message = message(credential.as_object().unwrap(), options.as_object().unwrap()).unwrap();
    let hex: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
    let digests = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db\
                   59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19";
    assert_eq!(hex, digests);
    let value = "2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX";
    assert!(key(MULTIKEY).verifies(&message, &base58::decode(value).unwrap()));
    let mut secured = credential;
    secured["proof"] = options;
    assert_eq!(
        parse(&secured, NOW).unwrap_err(),
        ProofError::Malformed("a verificationMethod that is an address")
    );
}

/// S-18: whatever is changed about a document or its proof, it holds no more.
#[test]
fn a_changed_document_does_not_hold() {
    let changed = |pointer: &str, value: Value| {
        let mut document = fep();
        *document.pointer_mut(pointer).unwrap() = value;
        check(&document).unwrap_err()
    };
    assert_eq!(changed("/object/content", json!("Hullo world")), ProofError::Invalid);
    assert_eq!(changed("/object/location/longitude", json!(-71.184_901)), ProofError::Invalid);
    assert_eq!(changed("/actor", json!("https://server.example/users/mallory")), ProofError::Invalid);
    assert_eq!(changed("/proof/created", json!("2023-02-24T23:36:39Z")), ProofError::Invalid);
    assert_eq!(changed("/proof/verificationMethod", json!("https://e.example/#k")), ProofError::Invalid);
    assert_eq!(changed("/@context", json!("https://e.example/ns")), ProofError::Context);
    assert_eq!(changed("/proof/@context", json!("https://e.example/ns")), ProofError::Context);
    let mut more = fep();
    more["to"] = json!("https://e.example/");
    assert_eq!(check(&more), Err(ProofError::Invalid));
}

/// S-14, S-18: proofs of another kind, for another purpose, several, or none; keys that are linked in odd ways.
#[test]
fn other_proofs_are_not_taken() {
    let with = |name: &str, value: Value| {
        let mut document = fep();
        document["proof"][name] = value;
        check(&document).unwrap_err()
    };
    assert_eq!(with("proofPurpose", json!("authentication")), ProofError::Kind);
    assert_eq!(with("proofPurpose", json!(["assertionMethod"])), ProofError::Kind);
    assert_eq!(with("cryptosuite", json!("eddsa-rdfc-2022")), ProofError::Kind);
    assert_eq!(with("type", json!("Ed25519Signature2020")), ProofError::Kind);
    for method in
        [json!({"id": "https://server.example/users/alice#ed25519-key"}), json!("did:key:z6Mk"), json!(7)]
    {
        assert!(matches!(with("verificationMethod", method), ProofError::Malformed(_)));
    }
    for value in [json!("42ffGu6A"), json!("z0OIl"), json!(format!("z{}", "2".repeat(97))), json!(null)] {
        assert!(matches!(with("proofValue", value), ProofError::Malformed(_)));
    }
    assert_eq!(with("proofValue", json!("z")), ProofError::Invalid);
    let mut two = fep();
    two["proof"] = json!([two["proof"], two["proof"]]);
    assert_eq!(check(&two), Err(ProofError::Number));
    two["proof"] = json!([]);
    assert_eq!(check(&two), Err(ProofError::Number));
    two["proof"] = json!("https://server.example/proof");
    assert_eq!(check(&two), Err(ProofError::Number));
    let rsa = NewKey::rsa().unwrap();
    let rsa = VerificationKey::read(&KeyMaterial::Pem(rsa.public)).unwrap();
    assert_eq!(verify(&parse(&fep(), NOW).unwrap(), &rsa), Err(ProofError::Invalid), "a key of another kind");
}

/// S-10, S-11: a proof counts for a while only, so that what was taken back cannot be brought again later.
#[test]
fn proofs_count_for_a_while() {
    let at = |now: Timestamp| parse(&fep(), now).map(|claim| claim.keep_until);
    assert_eq!(at(NOW), Ok(NOW.plus(MAX_AGE)));
    assert!(at(NOW.plus(MAX_AGE - 1)).is_ok() && at(NOW.plus(-SKEW)).is_ok());
    assert_eq!(at(NOW.plus(MAX_AGE)), Err(ProofError::Stale));
    assert_eq!(at(NOW.plus(-SKEW - 1)), Err(ProofError::Stale));
    let expiring = |expires: Value| {
        let mut document = fep();
        document["proof"]["expires"] = expires;
        parse(&document, NOW).map(|claim| claim.keep_until)
    };
    assert_eq!(expiring(json!("2023-02-24T23:36:38Z")), Err(ProofError::Stale));
    assert_eq!(expiring(json!("2023-02-24T23:36:39Z")), Ok(NOW.plus(1_000)));
    assert_eq!(expiring(json!("2999-01-01T00:00:00Z")), Ok(NOW.plus(MAX_AGE)));
    assert!(matches!(expiring(json!("soon")), Err(ProofError::Malformed(_))));
    let mut timeless = fep();
    timeless["proof"].as_object_mut().unwrap().remove("created");
    assert_eq!(parse(&timeless, NOW).unwrap_err(), ProofError::Malformed("created"));
}

/// S-11: a proof is known again by who gave it, so that nobody uses up that of somebody else.
#[test]
fn a_proof_is_known_again() {
    let ours = mark("https://server.example/users/alice", &fep());
    assert!(ours.is_some() && ours == mark("https://server.example/users/alice", &fep()));
    assert_ne!(ours, mark("https://server.example/users/mallory", &fep()));
    assert_eq!(mark("https://server.example/users/alice", &json!({"proof": "x"})), None);
}

#[test]
fn what_we_sign_holds_and_says_so_in_its_context() {
    let new = NewKey::ed25519(&mut rand::rngs::OsRng).unwrap();
    let id = KeyId::parse("https://h.example/users/1#ed25519-key").unwrap();
    for context in
        [json!(context::ACTIVITY_STREAMS), json!([context::ACTIVITY_STREAMS, {"x": "as:x"}]), json!(null)]
    {
        let mut document = json!({"@context": context, "type": "Like", "actor": "https://h.example/users/1"});
        add(&mut document, &id, &SigningKey::read(&new.private_pem).unwrap(), NOW).unwrap();
        let sent: Value = serde_json::from_str(&document.to_string()).unwrap();
        let claim = parse(&sent, NOW).unwrap();
        assert_eq!((claim.key_id.as_str(), verify(&claim, &key(&new.public))), (id.as_str(), Ok(())));
        assert_eq!(sent["@context"].as_array().unwrap().last().unwrap(), context::DATA_INTEGRITY);
        assert_eq!(sent["@context"], sent["proof"]["@context"]);
        assert_eq!(sent["proof"]["created"], "2023-02-24T23:36:38Z", "no fraction, not even of zeros");
    }
}

/// RFC 8785 appendix B and section 3.2.3: numbers as every other program writes them, members in the order of UTF-16.
#[test]
fn json_is_put_in_order() {
    let canonical = |text: &str| {
        serde_json_canonicalizer::to_string(&serde_json::from_str::<Value>(text).unwrap()).unwrap()
    };
    for (from, to) in [
        ("333333333.33333329", "333333333.3333333"),
        ("1E30", "1e+30"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"),
        ("9007199254740993", "9007199254740992"),
        ("-0", "0"),
        (
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude02":5,"\u0080":6,"\u00f6":7}"#,
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😂\":5,\"\u{fb33}\":3}",
        ),
    ] {
        assert_eq!(canonical(from), to, "{from}");
    }
}

proptest! {
    /// S-52: whatever stands where a proof should be, nothing panics and nothing holds.
    #[test]
    fn arbitrary_proofs_never_panic(name in "[a-zA-Z@]{0,12}", text in ".{0,60}", number in any::<f64>(), spot in 0..7_usize) {
        let mut document = fep();
        let known = ["type", "cryptosuite", "proofPurpose", "verificationMethod", "proofValue", "created", "@context"];
        document["proof"][known[spot]] = json!(text);
        document[name] = json!(number);
        prop_assert!(check(&document).is_err());
    }
}
