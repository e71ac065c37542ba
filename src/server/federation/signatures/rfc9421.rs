//! RFC 9421, HTTP Message Signatures, in the profile of the Fediverse: exactly one signature over `@method` and
//! `@target-uri`, with a body also over `content-digest`; `rsa-v1_5-sha256` or `ed25519`. Component parameters (`sf`,
//! `bs`, `key`, `req`, `tr`, `name`) are refused: nobody sends them, and each is a way to cover less than it seems (S-13).

use alcove_protocol::{Origin, Timestamp, actor::KeyId};

use super::{
    Algorithm, Claim, Headers, KeyError, OutgoingRequest, SignatureError, SignedRequest, Signer, digest,
    structured::{self, Bare, Member, Parameters},
    window,
};

/// The label of our own signature; any other is as good.
const LABEL: &str = "sig1";

/// One member of `Signature-Input`.
#[derive(Debug)]
struct Input {
    components: Vec<String>,
    parameters: Parameters,
}

/// Reads the signature of a request and checks coverage and freshness.
pub(super) fn parse(
    request: &SignedRequest<'_>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Claim, SignatureError> {
    let (input, signature) = read(request)?;
    check_coverage(request, &input)?;
    let created = input.integer("created")?.ok_or(SignatureError::NotCovered("created"))?;
    let expires = input.integer("expires")?.map(window::from_seconds).transpose()?;
    let valid_until = window::valid_until(window::from_seconds(created)?, expires, now)?;
    let key_id = input.string("keyid")?.ok_or(SignatureError::Malformed("keyid is missing"))?;
    let algorithm = match input.string("alg")? {
        None => None,
        Some("rsa-v1_5-sha256") => Some(Algorithm::Rsa),
        Some("ed25519") => Some(Algorithm::Ed25519),
        Some(_) => return Err(SignatureError::Algorithm),
    };
    Ok(Claim {
        key_id: KeyId::parse(key_id).map_err(|_| SignatureError::Malformed("keyid is no address"))?,
        is_rfc9421: true,
        valid_until,
        algorithm,
        signature,
        bases: vec![signature_base(request, origin, &input)?],
    })
}

/// S-07, S-13: one member in each of the two headers, under one label.
fn read(request: &SignedRequest<'_>) -> Result<(Input, Vec<u8>), SignatureError> {
    let input = request.single("signature-input")?.ok_or(SignatureError::Missing)?;
    let signature = request.single("signature")?.ok_or(SignatureError::Missing)?;
    let mut inputs = structured::dictionary(input).ok_or(SignatureError::Malformed("Signature-Input"))?;
    let mut signatures = structured::dictionary(signature).ok_or(SignatureError::Malformed("Signature"))?;
    match (inputs.pop(), signatures.pop()) {
        (Some(_), Some(_)) if !inputs.is_empty() || !signatures.is_empty() => Err(SignatureError::Several),
        (Some((label, input)), Some((other, Member::Item(Bare::Bytes(bytes), _)))) if label == other => {
            Ok((Input::new(input)?, bytes))
        }
        _ => Err(SignatureError::Malformed("expected one label in Signature-Input and Signature")),
    }
}

impl Input {
    fn new(member: Member) -> Result<Self, SignatureError> {
        let Member::InnerList(items, parameters) = member else {
            return Err(SignatureError::Malformed("expected a list of components"));
        };
        let known = ["created", "expires", "nonce", "alg", "keyid", "tag"];
        if parameters.iter().any(|(name, _)| !known.contains(&name.as_str())) {
            return Err(SignatureError::Malformed("an unknown parameter"));
        }
        let mut components: Vec<String> = Vec::new();
        for (item, flags) in items {
            match item {
                Bare::String(name) if flags.is_empty() && !components.contains(&name) => {
                    components.push(name)
                }
                _ => return Err(SignatureError::Malformed("a component with parameters, or twice")),
            }
        }
        Ok(Self { components, parameters })
    }

    fn get(&self, name: &str) -> Option<&Bare> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    fn integer(&self, name: &str) -> Result<Option<i64>, SignatureError> {
        match self.get(name) {
            None => Ok(None),
            Some(Bare::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(SignatureError::Malformed("created and expires are seconds")),
        }
    }

    fn string(&self, name: &str) -> Result<Option<&str>, SignatureError> {
        match self.get(name) {
            None => Ok(None),
            Some(Bare::String(text)) => Ok(Some(text)),
            Some(_) => Err(SignatureError::Malformed("keyid and alg are strings")),
        }
    }

    fn covers(&self, wanted: &str) -> bool {
        self.components.iter().any(|name| name == wanted)
    }

    /// The value of `@signature-params`.
    fn to_params(&self) -> String {
        let quoted: Vec<String> = self.components.iter().map(|name| format!("\"{name}\"")).collect();
        let mut text = format!("({})", quoted.join(" "));
        structured::write_parameters(&self.parameters, &mut text);
        text
    }
}

/// S-12, S-13: nothing that decides what the request does may be left open. The host stands in `@target-uri`.
fn check_coverage(request: &SignedRequest<'_>, input: &Input) -> Result<(), SignatureError> {
    for wanted in ["@method", "@target-uri"] {
        if !input.covers(wanted) {
            return Err(SignatureError::NotCovered(wanted));
        }
    }
    if request.needs_digest() && !input.covers("content-digest") {
        return Err(SignatureError::NotCovered("content-digest"));
    }
    Ok(())
}

/// The text that is signed (RFC 9421 section 2.5).
fn signature_base(
    request: &SignedRequest<'_>,
    origin: &Origin,
    input: &Input,
) -> Result<Vec<u8>, SignatureError> {
    let mut base = Vec::new();
    for name in &input.components {
        let value = component(request, origin, name)?;
        base.extend([format!("\"{name}\": ").as_bytes(), &value, b"\n"].concat());
    }
    base.extend(format!("\"@signature-params\": {}", input.to_params()).into_bytes());
    Ok(base)
}

/// The value of a component (RFC 9421 section 2.1 and 2.2).
fn component(request: &SignedRequest<'_>, origin: &Origin, name: &str) -> Result<Vec<u8>, SignatureError> {
    let target = request.target;
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let derived = match name {
        "@method" => request.method.to_owned(),
        "@target-uri" => format!("{origin}{target}"),
        "@authority" => origin.authority().to_owned(),
        "@scheme" => origin.as_str().split(':').next().unwrap_or_default().to_owned(),
        "@request-target" => target.to_owned(),
        "@path" => path.to_owned(),
        "@query" => format!("?{}", query.unwrap_or_default()),
        header => {
            let lower = !header.starts_with('@') && !header.bytes().any(|byte| byte.is_ascii_uppercase());
            let value = request.joined(header).filter(|_| lower);
            return value.ok_or(SignatureError::Malformed("a covered component is missing or unknown"));
        }
    };
    Ok(derived.into_bytes())
}

/// Signs a request: with a body over `@method @target-uri content-digest content-type`, else over the first two. To be
/// called at the moment of sending, never at enqueueing.
///
/// # Errors
/// When the key cannot be used.
pub fn sign(request: &OutgoingRequest<'_>, signer: Signer<'_>, now: Timestamp) -> Result<Headers, KeyError> {
    let mut headers: Headers = Vec::new();
    if request.has_body() {
        headers.push(("content-digest", digest::content_digest(request.body)));
    }
    headers.extend(request.content_type.map(|kind| ("content-type", kind.to_owned())));
    let target_uri = request.target_uri();
    let algorithm = match signer.key.algorithm() {
        Algorithm::Rsa => "rsa-v1_5-sha256",
        Algorithm::Ed25519 => "ed25519",
    };
    let mut lines = vec![("@method", request.method.to_owned()), ("@target-uri", target_uri)];
    lines.extend(headers.iter().cloned());
    let input = Input {
        components: lines.iter().map(|(name, _)| (*name).to_owned()).collect(),
        parameters: vec![
            ("created".to_owned(), Bare::Integer(now.seconds())),
            ("keyid".to_owned(), Bare::String(signer.key_id.to_string())),
            ("alg".to_owned(), Bare::String(algorithm.to_owned())),
        ],
    };
    let params = input.to_params();
    let mut base: String = lines.iter().map(|(name, value)| format!("\"{name}\": {value}\n")).collect();
    base.push_str(&format!("\"@signature-params\": {params}"));
    let mut signature = format!("{LABEL}=");
    structured::write(&Bare::Bytes(signer.key.sign(base.as_bytes())?), &mut signature);
    headers.push(("signature-input", format!("{LABEL}={params}")));
    headers.push(("signature", signature));
    Ok(headers)
}

#[cfg(test)]
mod tests;
