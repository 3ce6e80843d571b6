//! scim2-tester, which discovers what a SCIM server says of itself and tries all of it: every resource type, every attribute
//! by PATCH, every method.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::{TOOLS, provided};

const PROGRAM: &str = r#"
import json, sys
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server
address, token = sys.stdin.read().split()
http = Client(base_url=address, headers={"Authorization": "Bearer " + token}, trust_env=False)
results = check_server(SyncSCIMClient(http))
json.dump([[r.status.name, r.title, r.resource_type, str(r.reason)] for r in results], sys.stdout)"#;

/// What came of one check of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimCheck {
    /// `SUCCESS`, `COMPLIANT`, `ACCEPTABLE`, `DEVIATION`, `ERROR`, `CRITICAL` or `SKIPPED`.
    pub status: String,
    /// What was checked.
    pub title: String,
    /// Of which resource type, if of one.
    pub resource: Option<String>,
    /// How it went.
    pub reason: String,
}

/// Runs the suite against the server at this address, with the token of a directory, which it fills.
///
/// # Panics
/// When the suite is missing, or does not come to its end.
#[must_use]
pub fn scim_suite(address: &str, token: &str) -> Vec<ScimCheck> {
    let python = provided(TOOLS.0, TOOLS.1, "scim/bin/python");
    let mut suite = Command::new(python);
    suite.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut suite = suite.spawn().expect("Python starts");
    // Not on the command line, which everybody on a machine can read.
    let mut input = suite.stdin.take().expect("its input is piped");
    input.write_all(format!("{address} {token}").as_bytes()).expect("it reads");
    drop(input);
    let output = suite.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let results: Vec<[Json; 4]> = serde_json::from_slice(&output.stdout).expect("Python writes JSON");
    let text = |json: &Json| json.as_str().map(str::to_owned);
    let check = |[status, title, resource, reason]: &[Json; 4]| ScimCheck {
        status: text(status).unwrap_or_default(),
        title: text(title).unwrap_or_default(),
        resource: text(resource),
        reason: text(reason).unwrap_or_default(),
    };
    results.iter().map(check).collect()
}
