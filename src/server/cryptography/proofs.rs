//! Integrity proofs on activities (FEP-8b32): Verifiable Credential Data Integrity 1.0 with the suite `eddsa-jcs-2022`, over
//! JSON as RFC 8785 orders it. A proof lets an activity be believed whoever brings it. Reading takes two steps, as for HTTP
//! signatures: [`parse`] checks all that can be known without the key, [`verify`] the rest. Whether the key is the actor's is
//! for whoever looked it up. What is merely linked from a document is not covered, and no JSON-LD is expanded.

use alcove_protocol::{
    Timestamp,
    actor::KeyId,
    context, json as read,
    time::{DAY, HOUR},
};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::{Algorithm, KeyError, SigningKey, VerificationKey, base58};

/// The only suite that the Fediverse speaks.
const SUITE: &str = "eddsa-jcs-2022";
/// How long after it was made a proof still brings something new, in milliseconds: as long as others go on delivering what
/// is public. What is older can be fetched from where it came from.
pub const MAX_AGE: i64 = 3 * DAY;
/// How far the clock of whoever made a proof may be off, in milliseconds.
const SKEW: i64 = HOUR;

/// What a proof claims, after everything was checked that needs no key.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The key that is to be found.
    pub key_id: KeyId,
    /// Until when it has to be remembered that this proof was met (S-11).
    pub keep_until: Timestamp,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Why an activity is not believed for its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is none, or more than one.
    #[error("expected exactly one proof")]
    Number,
    /// It is of another kind, or made for another purpose.
    #[error("expected a DataIntegrityProof of the suite eddsa-jcs-2022 for the purpose assertionMethod")]
    Kind,
    /// It cannot be read.
    #[error("expected a proof with {0}")]
    Malformed(&'static str),
    /// The document was given another meaning than the one that was signed.
    #[error("expected the context that was signed")]
    Context,
    /// Made too long ago, ahead of our clock, or expired.
    #[error("expected a proof that counts now")]
    Stale,
    /// It does not belong to this document and this key.
    #[error("expected a proof that fits the document and an Ed25519 key")]
    Invalid,
}

/// Checks everything about the proof of a document that can be checked without the key.
///
/// # Errors
/// The first thing that is wrong.
pub fn parse(document: &Value, now: Timestamp) -> Result<Claim, ProofError> {
    let [Value::Object(proof)] = read::many(document, "proof") else { return Err(ProofError::Number) };
    let is = |name: &str, wanted: &str| proof.get(name).and_then(Value::as_str) == Some(wanted);
    if !is("type", "DataIntegrityProof")
        || !is("cryptosuite", SUITE)
        || !is("proofPurpose", "assertionMethod")
    {
        return Err(ProofError::Kind);
    }
    let text = |name: &str| proof.get(name).and_then(Value::as_str);
    let key_id = text("verificationMethod").and_then(|id| KeyId::parse(id).ok());
    let signature = text("proofValue").and_then(|text| base58::decode(text.strip_prefix('z')?));
    Ok(Claim {
        keep_until: keep_until(proof, now)?,
        key_id: key_id.ok_or(ProofError::Malformed("a verificationMethod that is an address"))?,
        signature: signature.ok_or(ProofError::Malformed("a proofValue in base58"))?,
        message: message(&unsecured(document, proof)?, proof)?,
    })
}

/// Checks the proof itself.
///
/// # Errors
/// [`ProofError::Invalid`] when that key did not sign this document.
pub fn verify(claim: &Claim, key: &VerificationKey) -> Result<(), ProofError> {
    let held = key.algorithm() == Algorithm::Ed25519 && key.verifies(&claim.message, &claim.signature);
    if held { Ok(()) } else { Err(ProofError::Invalid) }
}

/// The digest by which a proof that somebody gave is known again, `None` where there is none. It names who gave it: whoever
/// puts somebody else's proof on a document of their own uses up nothing of that other one (S-11).
pub fn mark(actor: &str, document: &Value) -> Option<Vec<u8>> {
    let value = read::text(document.get("proof")?, "proofValue")?;
    Some(sha256(format!("{actor} {value}").as_bytes()))
}

/// Puts a proof on a document. Whatever is changed afterwards breaks it.
///
/// # Errors
/// When the key cannot be used.
pub fn add(document: &mut Value, key_id: &KeyId, key: &SigningKey, now: Timestamp) -> Result<(), KeyError> {
    let Some(members) = document.as_object_mut() else { return Ok(()) };
    let mut contexts = contexts(members.get("@context"));
    if !contexts.contains(&json!(context::DATA_INTEGRITY)) {
        contexts.push(json!(context::DATA_INTEGRITY));
    }
    members.insert("@context".into(), contexts.clone().into());
    let mut proof = Map::new();
    proof.insert("@context".into(), contexts.into());
    proof.insert("type".into(), json!("DataIntegrityProof"));
    proof.insert("cryptosuite".into(), json!(SUITE));
    proof.insert("verificationMethod".into(), json!(key_id));
    proof.insert("proofPurpose".into(), json!("assertionMethod"));
    // Fedify writes it anew before it verifies, without the zeros at the end of a fraction.
    proof.insert("created".into(), json!(now.to_rfc3339_seconds()));
    let message = message(members, &proof).map_err(|_| KeyError::Unusable)?;
    proof.insert("proofValue".into(), json!(format!("z{}", base58::encode(&key.sign(&message)?))));
    members.insert("proof".into(), proof.into());
    Ok(())
}

/// What was signed: the document without its proof, in the context that the proof names. A signature of the kind that was
/// there before proofs is no part of it.
fn unsecured(document: &Value, proof: &Map<String, Value>) -> Result<Map<String, Value>, ProofError> {
    let mut members = document.as_object().cloned().ok_or(ProofError::Number)?;
    members.remove("proof");
    members.remove("signature");
    if let Some(signed) = proof.get("@context") {
        if !contexts(members.get("@context")).starts_with(&contexts(Some(signed))) {
            return Err(ProofError::Context);
        }
        members.insert("@context".into(), signed.clone());
    }
    Ok(members)
}

fn contexts(context: Option<&Value>) -> Vec<Value> {
    match context {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(single) => vec![single.clone()],
    }
}

/// Both digests one after the other: of the proof without its value, and of the document.
fn message(document: &Map<String, Value>, proof: &Map<String, Value>) -> Result<Vec<u8>, ProofError> {
    let mut options = proof.clone();
    options.remove("proofValue");
    let canonical = |value: &Map<String, Value>| {
        serde_json_canonicalizer::to_vec(value).map_err(|_| ProofError::Malformed("JSON that has an order"))
    };
    Ok([sha256(&canonical(&options)?), sha256(&canonical(document)?)].concat())
}

/// Only what says when it was made counts, and that for a while: otherwise what was taken back could be brought again.
fn keep_until(proof: &Map<String, Value>, now: Timestamp) -> Result<Timestamp, ProofError> {
    let time = |name: &str| match proof.get(name) {
        None => Ok(None),
        Some(value) => {
            let time = value.as_str().and_then(Timestamp::from_rfc3339);
            time.map(Some).ok_or(ProofError::Malformed("created and expires as 2026-01-02T03:04:05Z"))
        }
    };
    let created = time("created")?.ok_or(ProofError::Malformed("created"))?;
    let until = created.plus(MAX_AGE);
    let until = time("expires")?.map_or(until, |expires| expires.min(until));
    if created <= now.plus(SKEW) && now < until { Ok(until) } else { Err(ProofError::Stale) }
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests;
