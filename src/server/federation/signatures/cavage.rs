//! draft-cavage-http-signatures-12, as the Fediverse speaks it: RSASSA-PKCS1-v1_5 with SHA-256 under the names
//! `rsa-sha256`, `hs2019` or none. For `hs2019` the draft would have PSS; nobody sends that.

use alcove_protocol::{Timestamp, actor::KeyId, base64};

use super::{
    Algorithm, Claim, Headers, KeyError, OutgoingRequest, SignatureError, SignedRequest, Signer, digest,
    window,
};

/// The longest `Signature` header, in bytes.
const MAX_HEADER: usize = 8 * 1024;
/// The most parameters, and the most covered headers.
const MAX_PARTS: usize = 64;
/// The most bytes of a signature: RSA with 8192 bits.
const MAX_SIGNATURE: usize = 1_024;

/// The parameters of a `Signature` header.
#[derive(Debug, Default)]
struct Parameters<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    created: Option<&'a str>,
    expires: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
}

/// Reads the signature of a request and checks coverage and freshness.
pub(super) fn parse(request: &SignedRequest<'_>, now: Timestamp) -> Result<Claim, SignatureError> {
    let parameters = read_parameters(find(request)?)?;
    let key_id = parameters.key_id.ok_or(SignatureError::Malformed("keyId is missing"))?;
    let signature = parameters.signature.ok_or(SignatureError::Malformed("signature is missing"))?;
    let names = covered(parameters.headers.unwrap_or("(created)"))?;
    check_coverage(request, &names)?;
    let algorithm = algorithm(&parameters, &names)?;
    let valid_until = check_window(request, &parameters, &names, now)?;
    let mut bases = vec![base(request, request.target, &parameters, &names)?];
    // Some sign the path without the query that they send (FEDERATION.md 1.1).
    if let Some((path, _)) = request.target.split_once('?') {
        bases.push(base(request, path, &parameters, &names)?);
    }
    Ok(Claim {
        key_id: KeyId::parse(key_id).map_err(|_| SignatureError::Malformed("keyId is no address"))?,
        is_rfc9421: false,
        valid_until,
        algorithm,
        signature: base64::decode(signature, MAX_SIGNATURE).ok_or(SignatureError::Malformed("signature"))?,
        bases,
    })
}

/// S-07: the signature stands in `Signature`, or with GoToSocial in `Authorization`, never in both and never twice.
fn find<'a>(request: &SignedRequest<'a>) -> Result<&'a str, SignatureError> {
    let signature = request.single("signature")?;
    let authorization = request.single("authorization")?.and_then(|value| {
        let (scheme, rest) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("signature").then_some(rest)
    });
    match (signature, authorization) {
        (Some(_), Some(_)) => Err(SignatureError::Several),
        (one, other) => one.or(other).ok_or(SignatureError::Missing),
    }
}

/// Reads `name="value"` and `name=123`, separated by commas. Escapes do not occur in anything that is legal here.
fn read_parameters(text: &str) -> Result<Parameters<'_>, SignatureError> {
    let malformed = || SignatureError::Malformed("expected name=\"value\", separated by commas");
    let mut parameters = Parameters::default();
    let mut rest = text.trim();
    for _ in 0..MAX_PARTS {
        let (name, after) =
            rest.split_once('=').filter(|_| text.len() <= MAX_HEADER).ok_or_else(malformed)?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(malformed)?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        parameters.set(name.trim(), value.trim()).ok_or_else(malformed)?;
        rest = after.trim_start();
        if rest.is_empty() {
            return Ok(parameters);
        }
        rest = rest.strip_prefix(',').ok_or_else(malformed)?.trim_start();
    }
    Err(malformed())
}

impl<'a> Parameters<'a> {
    /// Takes one parameter; `None` when it stands twice (S-07) or is garbled. Unknown ones mean nothing.
    fn set(&mut self, name: &str, value: &'a str) -> Option<()> {
        let place = match name {
            "keyId" => &mut self.key_id,
            "algorithm" => &mut self.algorithm,
            "created" => &mut self.created,
            "expires" => &mut self.expires,
            "headers" => &mut self.headers,
            "signature" => &mut self.signature,
            _ => return (!name.is_empty()).then_some(()),
        };
        (!value.contains('\\') && place.replace(value).is_none()).then_some(())
    }
}

/// The covered names in order, in lower case, each once.
fn covered(headers: &str) -> Result<Vec<String>, SignatureError> {
    let names: Vec<String> = headers.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    let twice = names.iter().enumerate().any(|(index, name)| names[..index].contains(name));
    if twice || names.len() > MAX_PARTS {
        return Err(SignatureError::Malformed("headers names one twice, or too many"));
    }
    Ok(names)
}

/// S-09, S-12: nothing that decides what the request does may be left open.
fn check_coverage(request: &SignedRequest<'_>, names: &[String]) -> Result<(), SignatureError> {
    let covers = |wanted: &str| names.iter().any(|name| name == wanted);
    for wanted in ["(request-target)", "host"] {
        if !covers(wanted) {
            return Err(SignatureError::NotCovered(wanted));
        }
    }
    if !covers("date") && !covers("(created)") {
        return Err(SignatureError::NotCovered("date or (created)"));
    }
    if request.needs_digest() && !covers("digest") {
        return Err(SignatureError::NotCovered("digest"));
    }
    Ok(())
}

/// `(created)` and `(expires)` belong to `hs2019`, which no name at all stands for.
fn algorithm(parameters: &Parameters<'_>, names: &[String]) -> Result<Option<Algorithm>, SignatureError> {
    let timed = names.iter().any(|name| matches!(name.as_str(), "(created)" | "(expires)"));
    match parameters.algorithm {
        None | Some("hs2019") => Ok(None),
        Some("rsa-sha256") if !timed => Ok(Some(Algorithm::Rsa)),
        _ => Err(SignatureError::Algorithm),
    }
}

/// S-10: how long it counts. Only what is covered is believed.
fn check_window(
    request: &SignedRequest<'_>,
    parameters: &Parameters<'_>,
    names: &[String],
    now: Timestamp,
) -> Result<Timestamp, SignatureError> {
    let covered = |wanted: &str| names.iter().any(|name| name == wanted);
    let seconds = |value: Option<&str>| {
        let value = value.and_then(|text| text.parse().ok());
        window::from_seconds(value.ok_or(SignatureError::Malformed("created and expires are seconds"))?)
    };
    let expires = covered("(expires)").then(|| seconds(parameters.expires)).transpose()?;
    let created = if covered("(created)") {
        seconds(parameters.created)?
    } else {
        let date = request.single("date")?.and_then(Timestamp::from_http_date);
        date.ok_or(SignatureError::Malformed("Date is missing or no HTTP date"))?
    };
    window::valid_until(created, expires, now)
}

/// The text that is signed (section 2.3 of the draft).
fn base(
    request: &SignedRequest<'_>,
    target: &str,
    parameters: &Parameters<'_>,
    names: &[String],
) -> Result<Vec<u8>, SignatureError> {
    let lines: Result<Vec<Vec<u8>>, SignatureError> = names
        .iter()
        .map(|name| {
            let value = match name.as_str() {
                "(request-target)" => {
                    Some(format!("{} {target}", request.method.to_ascii_lowercase()).into_bytes())
                }
                "(created)" => parameters.created.map(|value| value.as_bytes().to_vec()),
                "(expires)" => parameters.expires.map(|value| value.as_bytes().to_vec()),
                header => request.joined(header),
            };
            let value = value.ok_or(SignatureError::Malformed("a covered header is missing"))?;
            Ok([name.as_bytes(), b": ", &value].concat())
        })
        .collect();
    Ok(lines?.join(&b"\n"[..]))
}

/// Signs a request: with a body over `(request-target) host date digest content-type`, else without the last two. To be
/// called at the moment of sending, never at enqueueing.
///
/// # Errors
/// When the key cannot be used.
pub fn sign(request: &OutgoingRequest<'_>, signer: Signer<'_>, now: Timestamp) -> Result<Headers, KeyError> {
    let mut headers: Headers = vec![("host", request.authority()), ("date", now.to_http_date())];
    if request.has_body() {
        headers.push(("digest", digest::legacy(request.body)));
    }
    headers.extend(request.content_type.map(|kind| ("content-type", kind.to_owned())));
    let target = format!("{} {}", request.method.to_ascii_lowercase(), request.target());
    let mut lines = vec![format!("(request-target): {target}")];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    let names: Vec<&str> =
        std::iter::once("(request-target)").chain(headers.iter().map(|(name, _)| *name)).collect();
    let signature = base64::encode(&signer.key.sign(lines.join("\n").as_bytes())?);
    let value = format!(
        r#"keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{signature}""#,
        signer.key_id,
        names.join(" ")
    );
    headers.push(("signature", value));
    Ok(headers)
}

#[cfg(test)]
mod tests;
