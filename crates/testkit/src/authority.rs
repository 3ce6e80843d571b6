//! A certificate authority of one's own, as a company's inspecting proxy has one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Keeps the names of authorities apart: one is found by its name before its signature is looked at.
static AUTHORITIES: AtomicU32 = AtomicU32::new(1);

/// An authority that nobody trusts who was not told to.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    directory: tempfile::TempDir,
}

impl Authority {
    /// A new one, whose certificate is in [`Self::file`].
    ///
    /// # Errors
    /// When the certificate cannot be made or written.
    pub fn new() -> std::io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(std::io::Error::other)?;
        let name = format!("authority {}", AUTHORITIES.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().map_err(std::io::Error::other)?;
        let directory = tempfile::tempdir()?;
        let certificate = params.self_signed(&key).map_err(std::io::Error::other)?;
        std::fs::write(directory.path().join("ca.pem"), certificate.pem())?;
        Ok(Self { issuer: Issuer::new(params, key), directory })
    }

    /// Its certificate, as a PEM file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// TLS with a certificate of this authority that says `name`.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn acceptor(&self, name: &str) -> std::io::Result<TlsAcceptor> {
        self.acceptor_with(&CertificateParams::new(vec![name.to_owned()]).map_err(std::io::Error::other)?)
    }

    /// TLS with a certificate of this authority made of `params`.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn acceptor_with(&self, params: &CertificateParams) -> std::io::Result<TlsAcceptor> {
        let key = KeyPair::generate().map_err(std::io::Error::other)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(std::io::Error::other)?;
        acceptor(certificate.into(), &key)
    }
}

/// TLS with this very certificate.
///
/// # Errors
/// When certificate and key do not fit.
pub fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> std::io::Result<TlsAcceptor> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
        .map_err(std::io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
