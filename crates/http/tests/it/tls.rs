//! Certificates: whom the client trusts, and what it says when it does not.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rolecall_http::{Client, ClientError, ClientOptions, Credential, ErrorKind, RequestError, TlsIssue};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::{CANARY, Reply, answer, quick, read};

/// Keeps the names of authorities apart: one is found by its name before its signature is looked at.
static AUTHORITIES: AtomicU32 = AtomicU32::new(1);

/// An authority of our own, as a company's inspecting proxy has one.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    directory: tempfile::TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("authority {}", AUTHORITIES.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), directory }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// The address of a server whose certificate says `name`.
    pub(crate) async fn serve(&self, name: &str) -> String {
        self.serve_with(CertificateParams::new(vec![name.to_owned()]).unwrap()).await
    }

    async fn serve_with(&self, params: CertificateParams) -> String {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        serve(certificate.into(), &key).await
    }
}

async fn serve(certificate: CertificateDer<'static>, key: &KeyPair) -> String {
    rolecall_http::provider_install();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, vec![Reply::json("[]")], Arc::default()).await;
            }
        }
    });
    base
}

fn trusting(base: &str, authority: &Authority) -> Client {
    let credential = Some(Credential::bearer(CANARY));
    Client::new(ClientOptions { ca_file: Some(authority.file()), credential, ..quick(base) }).unwrap()
}

async fn issue(base: &str, authority: &Authority) -> (TlsIssue, RequestError) {
    let error = read(&trusting(base, authority)).await.unwrap_err();
    let ErrorKind::Tls { issue, .. } = &error.kind else { panic!("{error:?}") };
    assert_eq!(error.attempts, 1, "a certificate is not tried again");
    (*issue, error)
}

#[tokio::test]
async fn a_given_authority_is_trusted() {
    let authority = Authority::new();
    let body = read(&trusting(&authority.serve("localhost").await, &authority)).await.unwrap();
    assert_eq!(body.bytes, "[]");
}

#[tokio::test]
async fn an_unknown_issuer_is_explained() {
    let base = Authority::new().serve("localhost").await;
    let (issue, error) = issue(&base, &Authority::new()).await;
    assert_eq!(issue, TlsIssue::UnknownIssuer);
    let hint = error.hint().unwrap();
    for word in ["inspected by a company proxy", "SSL_CERT_FILE", "`cafile`", "`--ca-file`"] {
        assert!(hint.contains(word), "{hint}");
    }
}

#[tokio::test]
async fn other_certificate_faults_have_their_own_words() {
    let authority = Authority::new();
    let (wrong_name, _) = issue(&authority.serve("registry.example.com").await, &authority).await;
    assert_eq!(wrong_name, TlsIssue::WrongName);
    let mut old = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    old.not_after = date_time_ymd(2001, 1, 1);
    let (expired, error) = issue(&authority.serve_with(old).await, &authority).await;
    assert_eq!(expired, TlsIssue::NotCurrent);
    assert!(error.hint().unwrap().contains("clock"));
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let base = serve(params.self_signed(&key).unwrap().into(), &key).await;
    let (_, error) = issue(&base, &Authority::new()).await;
    assert!(error.hint().unwrap().contains("--ca-file"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_a_failed_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    });
    assert_eq!(issue(&base, &Authority::new()).await.0, TlsIssue::Handshake);
}

#[test]
fn unusable_authority_files_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let made = |text: &str| {
        let file = directory.path().join("ca.pem");
        std::fs::write(&file, text).unwrap();
        Client::new(ClientOptions { ca_file: Some(file), ..quick("https://registry.example.com") }).unwrap_err()
    };
    let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let not_one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for text in ["", "no certificate", broken, not_one] {
        let error = made(text);
        assert!(matches!(error, ClientError::CaFile { .. } | ClientError::Tls { .. }), "{text}: {error:?}");
        assert!(error.hint().unwrap().contains("PEM"));
    }
    let missing = ClientOptions { ca_file: Some("no-such-file.pem".into()), ..quick("https://registry.example.com") };
    let error = Client::new(missing).unwrap_err();
    assert!(error.to_string().contains("no-such-file.pem"), "{error}");
}
