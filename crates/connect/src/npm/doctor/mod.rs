//! What a token can see of an organisation, what it cannot, why, and what to change.
//!
//! Every step is one of the declared reading requests, sent as a sync would send it. Nothing is recorded.

mod own_token;
mod packages;

use async_trait::async_trait;
use rolecall_http::{Answer, Call, ErrorKind, RequestError, RequestTemplate};
use rolecall_model::{Outcome, Proof};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::answer::Pairs;
use super::pseudonym::ORGANIZATION;
use super::roster::Identity;
use super::transcript::NpmShapes;
use super::{NpmConnector, TOKEN_PAGE, TOKEN_PAGES, failure, is_public, redact, requests, roster};
use crate::examination::{Line, listing_check, token_check};
use crate::transcript::transcript;
use crate::{Check, CheckState, Examination, ExaminationOptions, Examine, Pseudonyms, Recorder, Transcript, Trouble};

/// An examination under way.
struct Doctor<'a> {
    connector: &'a NpmConnector,
    options: &'a ExaminationOptions<'a>,
    recorder: &'a Recorder,
    examination: Examination,
}

#[async_trait]
impl Examine for NpmConnector {
    async fn examine(&self, options: &ExaminationOptions<'_>, recorder: &Recorder) -> Examination {
        let mut doctor = Doctor { connector: self, options, recorder, examination: Examination::default() };
        doctor.run().await;
        doctor.examination
    }

    fn transcript(&self, recorder: &Recorder) -> Transcript {
        let mut names = Pseudonyms::new(&redact::VOCABULARY);
        if !is_public(&self.registry) {
            names.of("host", self.client.host());
        }
        names.of(ORGANIZATION, self.organization());
        transcript(&NpmShapes::new(&recorder.records()), recorder, names)
    }
}

impl Doctor<'_> {
    async fn run(&mut self) {
        let strangers = "npm shows strangers public packages only, and nothing of an organisation";
        self.push(token_check(self.options, strangers));
        let identity = self.connector.identity().await.clone();
        let roster = self.ask::<Pairs>(&requests::ROSTER, self.of_organization()).await;
        self.push(self.line().check(roster.as_ref().err(), &self.options.route));
        self.push(self.account_check(&identity, roster.is_ok()));
        if let Err(error) = &roster
            && self.is_hopeless(error, &identity)
        {
            self.push(self.roster_failed(error));
            return self.give_up();
        }
        self.profile_examine().await;
        match roster {
            Ok(pairs) => self.push(self.roster_check(pairs, &identity)),
            Err(error) => self.push(self.roster_failed(&error)),
        }
        let team = self.teams_examine().await;
        let packages = self.organization_packages_examine().await;
        self.packages_examine(&packages).await;
        self.token_examine().await;
        if self.options.thorough {
            self.thorough(team.as_deref()).await;
        }
        self.push(self.headers_check());
        self.push(trust_check());
    }

    fn push(&mut self, check: Check) {
        self.examination.checks.push(check);
    }

    fn of_organization(&self) -> Call<'_> {
        Call::new().path("org", self.connector.organization())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        template: &'static RequestTemplate,
        call: Call<'_>,
    ) -> Result<T, RequestError> {
        match self.connector.client.get(template, call).await? {
            Answer::Fresh(body) => body.json(),
            // Only the thorough part asks conditionally, and looks at no body.
            Answer::NotModified => Err(unasked(template, &self.connector.client)),
        }
    }

    fn line(&self) -> Line<'_> {
        Line {
            host: self.connector.client.host(),
            scheme: self.connector.registry.scheme(),
            flag: "--registry",
            recorder: self.recorder,
        }
    }

    /// A failed check, with what to change.
    fn failed(&self, name: &'static str, template: &RequestTemplate, error: &RequestError) -> Check {
        let line = self.line();
        let trouble = line.trouble(template, error);
        let change = match (trouble, name) {
            (Trouble::Source, _) if self.recorder.was_page(template) => Some(line.page_advice()),
            (Trouble::Sight, "visibility" | "collaborators" | "package document") => {
                Some(self.connector.package_advice())
            }
            (Trouble::Sight, _) => Some("use a token of an owner or admin, with the organisation selected".to_owned()),
            _ => error.hint(),
        };
        Check::new(name, CheckState::Failed, failure::reason(error).text).change(change).trouble(trouble)
    }

    fn account_check(&self, identity: &Identity, roster_is_seen: bool) -> Check {
        match identity {
            Identity::Known(user) => Check::ok("account", format!("the token belongs to {user}")),
            Identity::Unknown(why) => {
                let attested = self.connector.attestation.is_some();
                let check = if roster_is_seen {
                    Check::limited("account", format!("npm does not say whose token it is: {why}"))
                } else {
                    Check::new("account", CheckState::Failed, why.as_str())
                };
                let check = check
                    .means(
                        "nothing shows by itself that the roster is everyone, so nothing would be removed on its word",
                    )
                    .change("state whose token it is with --attest-user and --attest-members".to_owned());
                if roster_is_seen && !attested { check.trouble(Trouble::Sight) } else { check }
            }
        }
    }

    /// Whether asking on would only repeat the failure.
    fn is_hopeless(&self, error: &RequestError, identity: &Identity) -> bool {
        let is_unanswered = self.recorder.records().is_empty();
        is_unanswered || (failure::is_refused(error) && matches!(identity, Identity::Unknown(_)))
    }

    fn give_up(&mut self) {
        let names = [
            "profile",
            "teams",
            "team members",
            "team packages",
            "packages",
            "visibility",
            "collaborators",
            "package document",
            "token's limits",
            "headers",
        ];
        for name in names {
            self.push(Check::not_tried(name, "the roster's failure would only repeat itself"));
        }
        self.push(trust_check());
    }

    async fn profile_examine(&mut self) {
        let profile = self.ask::<Json>(&requests::PROFILE, Call::new()).await;
        self.push(match &profile {
            Ok(profile) => profile_check(profile.get("tfa")),
            Err(error) => Check::limited("profile", failure::reason(error).text)
                .means("whether the reading account has a second factor is unknown; answers do not rest on it"),
        });
    }

    fn roster_check(&self, pairs: Pairs, identity: &Identity) -> Check {
        let members = pairs.0.len();
        let reading = roster::reading(&self.connector.root, pairs, identity, self.connector.attestation.as_ref());
        let found = format!("{members} members");
        match reading.outcome {
            Outcome::Whole(Proof::Itself | Proof::Sight) => {
                Check::ok("roster", format!("{found}, with the token's account as owner or admin among them"))
                    .means("it is provably everyone")
            }
            Outcome::Whole(Proof::Attested) => Check::ok("roster", format!("{found}, as attested")),
            Outcome::Whole(Proof::None(reason)) => Check::limited("roster", format!("{found}; {}", reason.text))
                .means("everybody in it is recorded, nothing shows that it is everyone, and nothing is removed on its word")
                .change("use a token of an owner or admin of the organisation".to_owned())
                .trouble(Trouble::Sight),
            Outcome::Partial(reason) | Outcome::Unavailable(reason) => {
                Check::new("roster", CheckState::Failed, reason.text)
                    .means("who is in the organisation cannot be said")
                    .change("try again; if it stays, send a transcript (--transcript FILE)".to_owned())
                    .trouble(Trouble::Source)
            }
            Outcome::NotModified => Check::limited("roster", "npm answered nothing"),
        }
    }

    fn roster_failed(&self, error: &RequestError) -> Check {
        let advice = failure::fatal(error, self.connector.organization());
        let is_page = self.recorder.was_page(&requests::ROSTER);
        let trouble = match &error.kind {
            _ if is_page => Trouble::Source,
            ErrorKind::Unauthorised { .. } | ErrorKind::Forbidden { .. } | ErrorKind::NotFound { .. } => {
                Trouble::Credential
            }
            _ => Trouble::Source,
        };
        let change = if is_page { Some(self.line().page_advice()) } else { advice.hint };
        Check::new("roster", CheckState::Failed, advice.reason.text)
            .means("who is in the organisation cannot be read: a sync would end here")
            .change(change)
            .trouble(trouble)
    }

    /// Teams, and members and packages of one of them. Returns its name.
    async fn teams_examine(&mut self) -> Option<String> {
        let call = self.of_organization().query(requests::FORMAT, requests::CLI);
        let names = match self.ask::<Vec<String>>(&requests::TEAMS, call).await {
            Ok(names) => names,
            Err(error) => {
                let check = self.failed("teams", &requests::TEAMS, &error);
                self.push(check.means("rights come from teams: without them nobody's right to publish is known"));
                for name in ["team members", "team packages"] {
                    self.push(Check::not_tried(name, "no team is known to try it on"));
                }
                return None;
            }
        };
        self.push(listing_check("teams", names.len(), "team", "teams"));
        let bare = |name: &String| name.rsplit(':').next().unwrap_or(name).to_owned();
        let team = names.iter().map(bare).find(|name| name == "developers").or_else(|| names.first().map(bare));
        let Some(team) = team else {
            for name in ["team members", "team packages"] {
                self.push(Check::not_tried(name, "the organisation has no team"));
            }
            return None;
        };
        self.team_examine(&team).await;
        Some(team)
    }

    async fn team_examine(&mut self, team: &str) {
        let call = || self.of_organization().path("team", team).query(requests::FORMAT, requests::CLI);
        let members = self.ask::<Vec<String>>(&requests::TEAM_MEMBERS, call()).await;
        let packages = self.ask::<Pairs>(&requests::TEAM_PACKAGES, call()).await;
        let means = "who may publish through this team stays unknown";
        let members = match members {
            Ok(members) => listing_check("team members", members.len(), "member", "members"),
            Err(error) => self.failed("team members", &requests::TEAM_MEMBERS, &error).means(means),
        };
        let packages = match packages {
            Ok(pairs) => packages::packages_check("team packages", pairs.0.len()),
            Err(error) => self.failed("team packages", &requests::TEAM_PACKAGES, &error).means(means),
        };
        self.push(members.of(team));
        self.push(packages.of(team));
    }

    async fn organization_packages_examine(&mut self) -> Vec<String> {
        let call = self.of_organization().query(requests::FORMAT, requests::CLI);
        match self.ask::<Pairs>(&requests::PACKAGES, call).await {
            Ok(pairs) => {
                self.push(packages::packages_check("packages", pairs.0.len()));
                packages::names(&pairs)
            }
            Err(error) => {
                let check = self.failed("packages", &requests::PACKAGES, &error);
                self.push(check.means("packages that no team holds are not known"));
                Vec::new()
            }
        }
    }

    async fn token_examine(&mut self) {
        let Some(credential) = self.options.credential else {
            return self.push(Check::not_tried("token's limits", "there is no token"));
        };
        let pages = self.token_pages().await;
        let organization = self.connector.organization();
        self.push(own_token::check(&pages, credential, organization, self.options.now));
    }

    async fn token_pages(&self) -> Result<Vec<own_token::Page>, RequestError> {
        let mut pages = Vec::new();
        for number in 0..TOKEN_PAGES {
            let (number, size) = (number.to_string(), TOKEN_PAGE.to_string());
            let call = Call::new().query("page", &number).query("perPage", &size);
            let page: Json = self.ask(&requests::TOKENS, call).await?;
            let is_last = page.pointer("/urls/next").is_none_or(Json::is_null);
            pages.extend(serde_json::from_value(page).ok());
            if is_last {
                break;
            }
        }
        Ok(pages)
    }

    /// What only a transcript has use for.
    async fn thorough(&self, team: Option<&str>) {
        let client = &self.connector.client;
        // Only the recorder needs these answers, and failures are answers too.
        let _ = client.get(&requests::ROSTER, self.of_organization().anonymous()).await;
        let _ = client.get(&requests::TEAMS, self.of_organization()).await;
        if let Some(team) = team {
            let call = || self.of_organization().path("team", team);
            let _ = client.get(&requests::TEAM_MEMBERS, call()).await;
            let _ = client.get(&requests::TEAM_PACKAGES, call()).await;
        }
        let packages = client.get(&requests::PACKAGES, self.of_organization()).await;
        if let Some(validator) = packages.ok().and_then(Answer::fresh).and_then(|body| body.validator) {
            let _ = client.get(&requests::PACKAGES, self.of_organization().validator(&validator)).await;
        }
    }

    /// What npm says about caching and limits.
    fn headers_check(&self) -> Check {
        let records = self.recorder.records();
        let having = |name: &str| records.iter().filter(|record| record.header(name).is_some()).count();
        let tags = having("etag");
        let limits: Vec<&str> = records
            .iter()
            .flat_map(|record| &record.headers)
            .map(|(name, _)| name.as_str())
            .filter(|name| name.contains("ratelimit") || *name == "retry-after")
            .collect();
        let mut limits = limits;
        limits.sort_unstable();
        limits.dedup();
        let limits = if limits.is_empty() { "no limits are announced".to_owned() } else { limits.join(", ") };
        let found = format!(
            "entity tags on {tags} of {} answers, cache rules on {}; {limits}",
            records.len(),
            having("cache-control")
        );
        let means = if tags > 0 { "what did not change is not sent again" } else { "every sync reads everything anew" };
        Check::ok("headers", found).means(means)
    }
}

fn profile_check(tfa: Option<&Json>) -> Check {
    let mode = match tfa {
        Some(Json::Null | Json::Bool(false)) => None,
        Some(tfa) => Some(tfa.get("mode").and_then(Json::as_str).unwrap_or("on")),
        None => return Check::limited("profile", "npm does not say whether the account has a second factor"),
    };
    match mode {
        Some(mode) => Check::ok("profile", format!("two-factor authentication of the reading account: {mode}")),
        None => Check::limited("profile", "the reading account has no two-factor authentication")
            .means("npm shows it no trusted publisher, and whoever has its password has its view of the organisation")
            .change("turn it on in the account's settings on npm's website".to_owned()),
    }
}

fn trust_check() -> Check {
    Check::not_tried("trusted publishers", "npm shows them to a person with a one-time password only")
        .means("workflows that may publish are named by who-can only after they were read")
        .change("rolecall sync npm --with-trust".to_owned())
}

fn unasked(template: &RequestTemplate, client: &rolecall_http::Client) -> RequestError {
    RequestError {
        request: format!("{} {}", template.method, template.path),
        host: client.host().to_owned(),
        kind: ErrorKind::Status { status: 304, retry_after: None, message: None },
        attempts: 1,
    }
}
