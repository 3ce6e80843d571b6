//! The certificate that the hub shows.

use std::path::Path;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::exit::{Exit, Failure};

/// TLS with the certificates and the key of these files.
pub(super) fn configuration(certificate: &Path, key: &Path) -> Result<ServerConfig, Failure> {
    let unusable = |path: &Path, why: &str| {
        Failure::new(Exit::Usage, format!("{} cannot be used for TLS: {why}", path.display())).hint(
            "both files are PEM: the certificate first, then those that signed it; and its key, without a password",
        )
    };
    let certificates = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|error| unusable(certificate, &error.to_string()))?;
    if certificates.is_empty() {
        return Err(unusable(certificate, "there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error.to_string()))?;
    let built = ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, private);
    let mut configuration = built.map_err(|error| unusable(key, &error.to_string()))?;
    configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(configuration)
}
