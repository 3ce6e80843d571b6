//! Certificates: whom the client trusts, and what it says when it does not.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rolecall_http::{Client, ClientError, ClientOptions, Credential, ErrorKind, RequestError, TlsIssue};
use rolecall_testkit::{Authority, acceptor};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::{CANARY, Reply, answer, quick, read};

/// The address of a server whose certificate, of that authority, says `name`.
pub(crate) async fn serve_as(authority: &Authority, name: &str) -> String {
    serve(authority.acceptor(name).unwrap()).await
}

async fn serve(acceptor: TlsAcceptor) -> String {
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
    let authority = Authority::new().unwrap();
    let body = read(&trusting(&serve_as(&authority, "localhost").await, &authority)).await.unwrap();
    assert_eq!(body.bytes, "[]");
}

#[tokio::test]
async fn an_unknown_issuer_is_explained() {
    let base = serve_as(&Authority::new().unwrap(), "localhost").await;
    let (issue, error) = issue(&base, &Authority::new().unwrap()).await;
    assert_eq!(issue, TlsIssue::UnknownIssuer);
    let hint = error.hint().unwrap();
    for word in ["inspected by a company proxy", "SSL_CERT_FILE", "`cafile`", "`--ca-file`"] {
        assert!(hint.contains(word), "{hint}");
    }
}

#[tokio::test]
async fn other_certificate_faults_have_their_own_words() {
    let authority = Authority::new().unwrap();
    let (wrong_name, _) = issue(&serve_as(&authority, "registry.example.com").await, &authority).await;
    assert_eq!(wrong_name, TlsIssue::WrongName);
    let mut old = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    old.not_after = date_time_ymd(2001, 1, 1);
    let (expired, error) = issue(&serve(authority.acceptor_with(&old).unwrap()).await, &authority).await;
    assert_eq!(expired, TlsIssue::NotCurrent);
    assert!(error.hint().unwrap().contains("clock"));
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let base = serve(acceptor(params.self_signed(&key).unwrap().into(), &key).unwrap()).await;
    let (_, error) = issue(&base, &Authority::new().unwrap()).await;
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
    assert_eq!(issue(&base, &Authority::new().unwrap()).await.0, TlsIssue::Handshake);
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
