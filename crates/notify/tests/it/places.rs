//! Files and logs.

use rolecall_notify::Notice;
use tokio::net::{UdpSocket, UnixDatagram};

use crate::support::{endpoint, notice, tell};

#[tokio::test]
async fn a_file_gets_a_line_for_each_notice() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("alerts.jsonl");
    let file = endpoint("file", &[("path", path.to_str().unwrap())]);
    let pretty = Notice { json: "{\n  \"id\": \"b\"\n}\n".to_owned(), ..notice("b") };
    tell(&file, "", &notice("a")).await.unwrap();
    let receipt = tell(&file, "", &pretty).await.unwrap();
    assert_eq!((receipt.answer.as_str(), receipt.reference), ("a line was written", None));
    let text = std::fs::read_to_string(&path).unwrap();
    let ids: Vec<_> =
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, ["a", "b"]);
    let error = tell(&endpoint("file", &[("path", "/nowhere/alerts")]), "", &notice("a")).await.unwrap_err();
    assert!(error.is_transient(), "a folder can be made: {error:?}");
}

#[tokio::test]
async fn a_log_gets_one_message_whatever_is_in_it() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    let hostile = Notice { kind: "al\r\nert".to_owned(), json: "{\"a\":\n1}".to_owned(), ..notice("a") };
    tell(&endpoint("syslog", &[("server", &address)]), "", &hostile).await.unwrap();
    let mut bytes = [0; 512];
    let length = server.recv(&mut bytes).await.unwrap();
    let line = std::str::from_utf8(&bytes[..length]).unwrap();
    assert!(line.starts_with("<109>1 2023-11-14T21:56:40.000000Z - rolecall "), "{line}");
    assert!(line.ends_with(r#" alert - {"a": 1}"#), "{line}");

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let socket = UnixDatagram::bind(&path).unwrap();
    tell(&endpoint("syslog", &[("server", path.to_str().unwrap())]), "", &notice("a")).await.unwrap();
    assert!(socket.recv(&mut bytes).await.unwrap() > 0);
}
