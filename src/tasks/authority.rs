//! A throw-away certificate authority for servers that live as long as a chore. Not for any other use: its key is in
//! memory only, and nothing but a chore's own children trusts it.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::error::{Error, Result};

/// The authority and its own certificate.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate as PEM text: what a client must trust.
    pub root: String,
}

/// A certificate for one name.
pub struct Certificate {
    /// The certificate as PEM text.
    pub chain: String,
    /// Its private key as PEM text (PKCS #8).
    pub key: String,
}

impl Authority {
    /// Makes a new authority.
    pub fn new() -> Result<Self> {
        Self::generate().map_err(failed)
    }

    /// Makes a certificate for `host`, a name or an address.
    pub fn certify(&self, host: &str) -> Result<Certificate> {
        self.sign(host).map_err(failed)
    }

    fn generate() -> std::result::Result<Self, rcgen::Error> {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        parameters.distinguished_name.push(DnType::CommonName, "Alcove throw-away authority");
        let key = KeyPair::generate()?;
        let root = parameters.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(parameters, key), root })
    }

    fn sign(&self, host: &str) -> std::result::Result<Certificate, rcgen::Error> {
        let mut parameters = CertificateParams::new([host.to_owned()])?;
        parameters.distinguished_name.push(DnType::CommonName, host);
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        Ok(Certificate { chain: certificate.pem(), key: key.serialize_pem() })
    }
}

fn failed(error: rcgen::Error) -> Error {
    Error::NotStarted { service: "the throw-away certificate authority".into(), reason: error.to_string() }
}
