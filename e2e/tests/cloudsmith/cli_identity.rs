//! `cloudsmith whoami`, `check`, `tokens`, `login`, `quota` and `policy`.

use rolecall_e2e::{Answer, Cli, Simulator};
use serde_json::json;

fn says(answer: &Answer, what: &str) {
    assert!(answer.succeeded().contains(what), "`{what}` is not in\n{}", answer.stdout);
}

#[test]
fn whoami_names_the_account_behind_the_key() {
    let simulator = Simulator::cloudsmith();
    let owner = Cli::new(&simulator, "owner");
    says(&owner.run("whoami"), "User: Maria Lund (slug: maria-lund, email: maria-lund@acme.example)");
    let told = owner.run("whoami -F json").json();
    assert_eq!((&told["data"]["username"], &told["data"]["is_authenticated"]), (&json!("maria-lund"), &json!(true)));
    let key = simulator.key("owner");
    says(&owner.run("whoami -v"), &format!("env var (ends with ...{})", &key[key.len() - 4..]));
    says(&Cli::new(&simulator, "service").run("whoami"), "User: Ci (slug: ci)");
}

#[test]
fn whoami_tells_nobody_from_a_wrong_key() {
    let simulator = Simulator::cloudsmith();
    let wrong = Cli::with_key(&simulator, "bad-key").run("whoami");
    assert!(wrong.refused(401).contains("Detail: Invalid token."), "{wrong:?}");
    let nobody = Cli::with_key(&simulator, "").run("whoami");
    assert_eq!(nobody.code, Some(1));
    assert!(nobody.stdout.contains("Nobody (i.e. anonymous user)"), "{nobody:?}");
}

#[test]
fn a_key_is_told_to_any_address_of_the_service_and_as_a_password() {
    let simulator = Simulator::cloudsmith();
    for suffix in ["v1", ""] {
        let cli = Cli::new(&simulator, "owner");
        let cli = cli.with("CLOUDSMITH_API_HOST", &format!("{}{suffix}", simulator.url()));
        says(&cli.run("whoami"), "slug: maria-lund");
    }
    let basic = format!("Authorization=token:{}", simulator.key("owner"));
    let cli = Cli::with_key(&simulator, "").with("CLOUDSMITH_API_HEADERS", &basic);
    says(&cli.run("whoami"), "slug: maria-lund");
}

#[test]
fn a_pipelines_identity_becomes_a_service_if_somebody_vouches_for_it() {
    let simulator = Simulator::cloudsmith();
    let pipeline = |token: &str| {
        Cli::with_key(&simulator, "")
            .with("CLOUDSMITH_OIDC_DISCOVERY_DISABLED", "")
            .with("CLOUDSMITH_OIDC_DETECTOR_ORDER", "generic")
            .with("CLOUDSMITH_WORKSPACE", simulator.organization())
            .with("CLOUDSMITH_SERVICE_SLUG", simulator.identity_service())
            .with("CLOUDSMITH_OIDC_TOKEN", token)
    };
    says(&pipeline(simulator.identity_token()).run("whoami"), "User: Ci (slug: ci)");
    let forged = pipeline("eyJhbGciOiJub25lIn0.e30.x").run("whoami");
    assert_eq!(forged.code, Some(1));
    assert!(forged.stdout.contains("Nobody") && forged.stderr.contains("401"), "{forged:?}");
}

#[test]
fn the_service_and_its_rates_are_told() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    says(&cli.run("check service"), "Cloudsmith API is operational.");
    let rates = cli.run("check rates");
    says(&rates, "core     | No");
    says(&rates, "Results: 1 resource");
}

#[test]
fn a_key_is_renewed_and_there_is_only_one() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "member");
    let listed = cli.run("tokens list -F json").json();
    let slug = listed["data"][0]["slug_perm"].as_str().expect("a key").to_owned();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
    let asked = cli.run_typing("tokens create", "n\n");
    says(&asked, "User already has a token. Would you like to recreate it? [y/N]:");

    let renewed = cli.run("tokens create -f");
    let value = renewed.succeeded().rsplit_once("New token value: ").expect("a value").1;
    assert!(renewed.stdout.contains(&format!("Using token {slug} (first available)")), "{}", renewed.stdout);
    cli.run("tokens list").refused(401);
    let cli = Cli::with_key(&simulator, value);
    let listed = cli.run("tokens list -F json").json();
    let slug = listed["data"][0]["slug_perm"].as_str().expect("a key");
    says(&cli.run(&format!("tokens refresh {slug} -f")), "New token value: ");
    cli.run("whoami").refused(401);
}

#[test]
fn signing_in_with_a_password_is_refused() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::with_key(&simulator, "");
    let answer = cli.run("login -l maria-lund@acme.example -p pw");
    answer.refused(422);
    assert!(answer.stdout.contains("no longer supported"), "{answer:?}");
}

#[test]
fn quotas_are_told() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    says(&cli.run("quota limits acme"), "Storage Quota");
    says(&cli.run("quota history acme"), "Quota History");
    says(&cli.run("quota limits acme --oss"), "Bandwidth Quota");
    assert!(cli.run("quota limits acme -F json").json()["data"]["usage"]["raw"]["storage"]["used"].is_number());
}

#[test]
fn there_are_no_policies_and_no_domains() {
    let simulator = Simulator::cloudsmith();
    let cli = Cli::new(&simulator, "owner");
    for kind in ["deny", "license", "vulnerability"] {
        assert_eq!(cli.run(&format!("policy {kind} list acme -F json")).json()["data"], json!([]), "{kind}");
    }
    assert_eq!(cli.run("domains list --org acme").json()["domains"], json!([]));
}
