//! Both ends of a TLS connection to `localhost` under the demonstration's own authority, for HTTP/1.1 only: frames of
//! HTTP/2 would cut what is recorded into pieces.

use std::{io, sync::Arc};

use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    authority::Certificate,
    error::{Error, Result},
};

/// The name in every certificate of the demonstration.
pub fn localhost() -> io::Result<ServerName<'static>> {
    ServerName::try_from("localhost").map_err(io::Error::other)
}

/// The end that shows `certificate`.
pub fn acceptor(certificate: &Certificate) -> Result<TlsAcceptor> {
    accepting(certificate).map(|config| TlsAcceptor::from(Arc::new(config))).map_err(refused)
}

/// The end that trusts `root`, PEM, and nothing else.
pub fn connector(root: &str) -> Result<TlsConnector> {
    connecting(root).map(|config| TlsConnector::from(Arc::new(config))).map_err(refused)
}

fn accepting(certificate: &Certificate) -> std::result::Result<ServerConfig, rustls::Error> {
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).map_err(unreadable)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![read(&certificate.chain)?], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn connecting(root: &str) -> std::result::Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(read(root)?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read(pem: &str) -> std::result::Result<CertificateDer<'static>, rustls::Error> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(unreadable)
}

fn unreadable(error: rustls_pki_types::pem::Error) -> rustls::Error {
    rustls::Error::General(error.to_string())
}

fn refused(error: rustls::Error) -> Error {
    Error::NotStarted { service: "TLS for the demonstration".into(), reason: error.to_string() }
}
