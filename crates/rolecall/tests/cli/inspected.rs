//! Behind a proxy that inspects TLS with a certificate authority of its own, as many companies have one: the registry is
//! known there by a name that no resolver knows, so that nothing but the proxy leads to it.

use std::path::{Path, PathBuf};

use rolecall_testkit::{Authority, Binary, InspectingProxy, Ran};
use rstest::rstest;

use crate::support::{Served, binary, run, served};

const HOST: &str = "npm.example.test";
const REGISTRY: &str = "https://npm.example.test/";
/// The proxy's own password, which is as secret as the token.
const PASSWORD: &str = "hunter2hunter2";

/// An organisation that can only be reached through a proxy that inspects.
struct Company {
    served: Served,
    authority: Authority,
    stranger: Authority,
    proxy: InspectingProxy,
}

impl Company {
    async fn new(seed: u64) -> Self {
        let served = served(seed, 8, 2, 3).await;
        let (authority, stranger) = (Authority::new().unwrap(), Authority::new().unwrap());
        let proxy = InspectingProxy::start(&authority, HOST, served.server.address()).await.unwrap();
        Self { served, authority, stranger, proxy }
    }

    fn way(&self) -> String {
        format!("http://auditor:{PASSWORD}@{}", self.proxy.address())
    }

    fn ca_file(&self) -> String {
        self.authority.file().display().to_string()
    }

    /// A machine whose own authorities are others, whatever machine the tests run on.
    fn binary(&self) -> Binary {
        binary(&self.served.token).variable("SSL_CERT_FILE", &self.stranger.file().display().to_string())
    }

    /// A machine that knows the way and the authority.
    fn equipped(&self) -> Binary {
        self.binary().variable("npm_config_https_proxy", &self.way()).variable("npm_config_cafile", &self.ca_file())
    }

    fn sync(&self, binary: &Binary, more: &[&str]) -> Ran {
        let organization = self.served.organization.as_str();
        let mut arguments = vec!["sync", "npm", "--org", organization, "--registry", REGISTRY, "-vv"];
        arguments.extend(more);
        self.run(binary, &arguments)
    }

    /// Runs it, and looks for secrets in what it says.
    fn run(&self, binary: &Binary, arguments: &[&str]) -> Ran {
        let ran = run(binary, arguments);
        for secret in [&self.served.token["npm_".len()..][..12], PASSWORD, "YXVkaXRvcjpodW50ZXIy"] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{secret} in {ran:?}");
        }
        ran
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_refused_with_the_way_out() {
    let company = Company::new(91).await;
    let ran = company.sync(&company.binary(), &["--proxy", &company.way()]);
    assert_eq!(ran.code, 4, "{ran:?}");
    for word in ["error:", HOST, "hint:", "`--ca-file`", "SSL_CERT_FILE", "`cafile`"] {
        assert!(ran.stderr.contains(word), "{word:?} is missing in {}", ran.stderr);
    }
    assert!(company.served.server.requests().is_empty(), "the token was shown to nobody");
}

/// How a machine is told of the proxy and its authority.
#[derive(Clone, Copy, Debug)]
enum Told {
    Options,
    Environment,
    Npmrc,
    NpmVariables,
    LoudNpmVariables,
}

#[rstest]
#[case(Told::Options)]
#[case(Told::Environment)]
#[case(Told::Npmrc)]
#[case(Told::NpmVariables)]
#[case(Told::LoudNpmVariables)]
#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_say_it_is_understood(#[case] told: Told) {
    let company = Company::new(92).await;
    let (way, ca_file) = (company.way(), company.ca_file());
    let binary = match told {
        Told::Options | Told::Npmrc => company.binary(),
        Told::Environment => {
            binary(&company.served.token).variable("HTTPS_PROXY", &way).variable("SSL_CERT_FILE", &ca_file)
        }
        Told::NpmVariables => company.equipped(),
        Told::LoudNpmVariables => {
            company.binary().variable("NPM_CONFIG_HTTPS_PROXY", &way).variable("NPM_CONFIG_CAFILE", &ca_file)
        }
    };
    if let Told::Npmrc = told {
        std::fs::write(binary.home().join(".npmrc"), format!("https-proxy={way}\ncafile={ca_file}\n")).unwrap();
    }
    let options = if let Told::Options = told { &["--proxy", &way, "--ca-file", &ca_file][..] } else { &[] };
    let ran = company.sync(&binary, options);
    assert_eq!(ran.code, 0, "{told:?}: {ran:?}");
    assert!(ran.stderr.contains("GET"), "the log shows requests: {}", ran.stderr);
    let asked = company.proxy.asked();
    assert!(asked.iter().all(|head| head.starts_with("CONNECT npm.example.test:443 ")), "{asked:?}");
    assert!(!asked.is_empty() && asked.iter().all(|head| !head.contains(&company.served.token)), "{asked:?}");
    assert_no_password(binary.home());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_reads_a_registry_goes_through() {
    let company = Company::new(93).await;
    let binary = company.equipped();
    let organization = company.served.organization.as_str();
    let add =
        ["connectors", "add", "npm", "--org", organization, "--registry", REGISTRY, "--name", "inside", "--check"];
    for arguments in [
        &add[..],
        &["connectors", "sync", "inside", "--require-complete"],
        &["connectors", "show", "inside"],
        &["sync", "--all"],
        &["sync", "npm", "--org", organization, "--registry", REGISTRY, "--name", "inside"],
        &["status"],
        &["list", "packages"],
        &["changes"],
        &["check"],
        &["report"],
        &["export", "--output", "now.ndjson"],
        &["diff", "now.ndjson"],
    ] {
        let ran = company.run(&binary, &[&["-vv"], arguments].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
    }
    assert_no_password(binary.home());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_remembers_its_authority_and_may_not_remember_a_proxys_password() {
    let company = Company::new(94).await;
    let binary = company.binary();
    let (bare, ca_file) = (format!("http://{}", company.proxy.address()), company.ca_file());
    let add = ["connectors", "add", "npm", "--org", &company.served.organization, "--registry", REGISTRY];
    let refused = company.run(&binary, &[&add[..], &["--proxy", &company.way()]].concat());
    assert_eq!(refused.code, 2, "{refused:?}");
    let kept = company.run(&binary, &[&add[..], &["--proxy", &bare, "--ca-file", &ca_file]].concat());
    assert_eq!(kept.code, 0, "{kept:?}");
    assert_eq!(company.run(&binary, &["sync", "--all"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_is_reached_without_the_proxy() {
    let company = Company::new(95).await;
    let binary = company.equipped().variable("HTTPS_PROXY", &company.way()).variable("HTTP_PROXY", &company.way());
    assert_eq!(company.run(&binary, &["demo"]).code, 0);
    assert_eq!(company.run(&binary, &company.served.sync_arguments(&[])).code, 0);
    assert_eq!(company.proxy.asked(), Vec::<String>::new());
}

/// Nothing that a run left behind holds the proxy's password, but for the `.npmrc` that it was read from.
fn assert_no_password(home: &Path) {
    let files: Vec<PathBuf> = std::fs::read_dir(home).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in files.iter().filter(|file| file.is_file() && !file.ends_with(".npmrc")) {
        let bytes = std::fs::read(file).unwrap();
        let found = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        assert!(!found, "{} holds the proxy's password", file.display());
    }
}
