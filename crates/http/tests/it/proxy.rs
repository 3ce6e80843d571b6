//! Which way requests go: proxies, the environment, and this machine.

use rolecall_http::{Client, ClientError, ClientOptions, ErrorKind};
use rolecall_testkit::Authority;

use crate::child::in_child;
use crate::support::{Reply, Server, quick, read};
use crate::tls::serve_as;

/// A host that is not this machine, and that no resolver knows.
const ELSEWHERE: &str = "http://registry.example.invalid";

#[tokio::test]
async fn a_given_proxy_is_used() {
    if !in_child("proxy::a_given_proxy_is_used", &[]).await {
        return;
    }
    let proxy = Server::with([Reply::json("[]")]).await;
    let url = format!("http://me:pass@{}", proxy.address).parse().unwrap();
    read(&Client::new(ClientOptions { proxy: Some(url), ..quick(ELSEWHERE) }).unwrap()).await.unwrap();
    let request = proxy.seen().remove(0);
    assert!(request.starts_with("GET http://registry.example.invalid/-/org/acme/user HTTP/1.1"), "{request}");
    assert!(request.contains("proxy-authorization: Basic bWU6cGFzcw=="), "{request}");
}

#[tokio::test]
async fn the_environment_names_a_proxy() {
    let proxy = Server::with([Reply::json("[]")]).await;
    let url = format!("http://{}", proxy.address);
    if in_child("proxy::the_environment_names_a_proxy", &[("HTTP_PROXY", &url)]).await {
        read(&Client::new(quick(ELSEWHERE)).unwrap()).await.unwrap();
    } else {
        assert_eq!(proxy.seen().len(), 1);
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel_whose_refusal_is_explained() {
    let proxy = Server::with([Reply::new(407, "")]).await;
    let url = format!("http://{}", proxy.address);
    if in_child("proxy::https_goes_through_a_tunnel_whose_refusal_is_explained", &[("HTTPS_PROXY", &url)]).await {
        let error = read(&Client::new(quick("https://registry.example.invalid")).unwrap()).await.unwrap_err();
        let ErrorKind::Connect { detail } = &error.kind else { panic!("{error:?}") };
        assert!(detail.contains("proxy"), "{detail}");
        assert!(error.hint().unwrap().contains("HTTPS_PROXY"));
    } else {
        assert!(proxy.seen()[0].starts_with("CONNECT registry.example.invalid:443 HTTP/1.1"));
    }
}

#[tokio::test]
async fn no_proxy_holds_for_the_environment_and_for_a_given_proxy() {
    let proxy = Server::with([Reply::json("[]")]).await;
    let url = format!("http://{}", proxy.address);
    let environment = [("HTTP_PROXY", url.as_str()), ("NO_PROXY", "example.invalid"), ("TEST_PROXY", &url)];
    if in_child("proxy::no_proxy_holds_for_the_environment_and_for_a_given_proxy", &environment).await {
        let given = std::env::var("TEST_PROXY").unwrap().parse().unwrap();
        for proxy in [None, Some(given)] {
            let error = read(&Client::new(ClientOptions { proxy, ..quick(ELSEWHERE) }).unwrap()).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Dns);
        }
    } else {
        assert_eq!(proxy.seen().len(), 0);
    }
}

#[tokio::test]
async fn this_machine_is_reached_directly_whatever_is_configured() {
    let proxy = Server::with([Reply::new(500, "")]).await;
    let url = format!("http://{}", proxy.address);
    let environment = [("HTTP_PROXY", url.as_str()), ("ALL_PROXY", &url), ("TEST_PROXY", &url)];
    if in_child("proxy::this_machine_is_reached_directly_whatever_is_configured", &environment).await {
        let given = std::env::var("TEST_PROXY").unwrap().parse().unwrap();
        let server = Server::with([Reply::json("[]")]).await;
        for proxy in [None, Some(given)] {
            read(&Client::new(ClientOptions { proxy, ..server.options() }).unwrap()).await.unwrap();
        }
    } else {
        assert_eq!(proxy.seen().len(), 0);
    }
}

#[tokio::test]
async fn ssl_cert_file_is_trusted() {
    let authority = Authority::new().unwrap();
    let base = serve_as(&authority, "localhost").await;
    let file = authority.file();
    let environment = [("SSL_CERT_FILE", file.to_str().unwrap()), ("TEST_BASE", &base)];
    if in_child("proxy::ssl_cert_file_is_trusted", &environment).await {
        let base = std::env::var("TEST_BASE").unwrap();
        assert_eq!(read(&Client::new(quick(&base)).unwrap()).await.unwrap().bytes, "[]");
    }
}

#[tokio::test]
async fn a_machine_without_authorities_can_only_reach_itself_or_what_it_is_given() {
    let test = "proxy::a_machine_without_authorities_can_only_reach_itself_or_what_it_is_given";
    let environment = [("SSL_CERT_FILE", "no-such-file.pem"), ("SSL_CERT_DIR", "no-such-directory")];
    if in_child(test, &environment).await && cfg!(target_os = "linux") {
        let error = Client::new(quick("https://registry.example.com")).unwrap_err();
        assert!(matches!(error, ClientError::Tls { .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("SSL_CERT_FILE"));
        Client::new(quick("http://127.0.0.1:1")).unwrap();
        let authority = Authority::new().unwrap();
        let base = serve_as(&authority, "localhost").await;
        let client = Client::new(ClientOptions { ca_file: Some(authority.file()), ..quick(&base) }).unwrap();
        assert_eq!(read(&client).await.unwrap().bytes, "[]");
    }
}

#[tokio::test]
async fn an_unknown_host_is_named_as_such() {
    if in_child("proxy::an_unknown_host_is_named_as_such", &[]).await {
        let error = read(&Client::new(quick(ELSEWHERE)).unwrap()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Dns);
        assert!(error.hint().unwrap().contains("registry.example.invalid"));
    }
}

#[test]
fn unknown_kinds_of_proxy_are_refused() {
    let proxy = Some("socks5://proxy.example.com".parse().unwrap());
    let error = Client::new(ClientOptions { proxy, ..quick("https://registry.example.com") }).unwrap_err();
    assert!(matches!(error, ClientError::Proxy { .. }) && error.hint().is_some());
}
