//! TLS from certificate files, for servers without a proxy in front.

use std::{path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{
    config::Tls,
    error::{Error, Result},
};

/// What the files hold; `None` when none are named, which is plain HTTP for a proxy in front.
///
/// # Errors
/// A file that cannot be read, or a key that does not belong to the certificate.
pub fn load(settings: &Tls) -> Result<Option<ServerConfig>> {
    if settings.certificate.as_os_str().is_empty() {
        return Ok(None);
    }
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&settings.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("tls.certificate", &settings.certificate, &error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&settings.key)
        .map_err(|error| unreadable("tls.key", &settings.key, &error.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::unknown)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| unreadable("tls.certificate", &settings.certificate, &error.to_string()))?;
    Ok(Some(config))
}

fn unreadable(option: &str, path: &Path, why: &str) -> Error {
    Error::invalid(format!(
        "{option}: {}: expected a certificate chain and its key in PEM: {why}",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Tls {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let settings = Tls { certificate: folder.join("chain.pem"), key: folder.join("key.pem") };
        std::fs::write(&settings.certificate, made.cert.pem()).unwrap();
        std::fs::write(&settings.key, made.signing_key.serialize_pem()).unwrap();
        settings
    }

    #[test]
    fn files_that_do_not_belong_together_are_refused_by_name() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (settings, other) = (files(one.path()), files(two.path()));
        assert!(load(&settings).unwrap().is_some());
        assert!(load(&Tls::default()).unwrap().is_none());
        let mixed = Tls { certificate: settings.certificate.clone(), key: other.key };
        assert!(load(&mixed).unwrap_err().to_string().starts_with("tls.certificate"));
        let missing = Tls { key: one.path().join("nothing.pem"), ..settings };
        assert!(load(&missing).unwrap_err().to_string().starts_with("tls.key"));
    }
}
