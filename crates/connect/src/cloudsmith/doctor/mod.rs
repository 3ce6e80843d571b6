//! What a key can see of an organisation, what it cannot, why, and what to change.
//!
//! Every listing is read as a sync would read it, one team and few repositories standing for all. Nothing is recorded.

mod consistency;
mod listings;
mod surroundings;

use async_trait::async_trait;
use rolecall_http::{Call, RequestError};

use super::declaration::ROSTER;
use super::failure::is_refused;
use super::redact::{ORGANIZATION, VOCABULARY};
use super::sight::{Blind, Holder, Sight, WIDER_KEY};
use super::transcript::CloudsmithShapes;
use super::{CloudsmithConnector, failure, is_public, requests};
use crate::examination::{Line, token_check};
use crate::transcript::transcript;
use crate::{Check, CheckState, Examination, ExaminationOptions, Examine, Pseudonyms, Recorder, Transcript, Trouble};
use consistency::Consistency;
use listings::Probe;

/// An examination under way.
struct Doctor<'a> {
    connector: &'a CloudsmithConnector,
    options: &'a ExaminationOptions<'a>,
    recorder: &'a Recorder,
    examination: Examination,
    /// What the listings say about each other.
    consistency: Consistency,
}

#[async_trait]
impl Examine for CloudsmithConnector {
    async fn examine(&self, options: &ExaminationOptions<'_>, recorder: &Recorder) -> Examination {
        let mut doctor = Doctor {
            connector: self,
            options,
            recorder,
            examination: Examination::default(),
            consistency: Consistency::default(),
        };
        doctor.run().await;
        doctor.examination
    }

    fn transcript(&self, recorder: &Recorder) -> Transcript {
        let mut names = Pseudonyms::new(&VOCABULARY);
        if !is_public(&self.api) {
            names.of("host", self.client.host());
        }
        names.of(ORGANIZATION, self.organization());
        transcript(&CloudsmithShapes, recorder, names)
    }
}

impl Doctor<'_> {
    async fn run(&mut self) {
        self.push(token_check(self.options, "Cloudsmith answers strangers too, with nothing of an organisation"));
        let sight = self.connector.sight().await;
        let first = match &sight {
            Err(Blind::Request(error)) => Some(error),
            Ok(_) | Err(Blind::Anonymous) => None,
        };
        self.push(self.line().check(first, &self.options.route));
        let sight = match sight {
            Ok(sight) => sight,
            Err(blind) => {
                self.push(self.blind_check(&blind));
                return self.give_up();
            }
        };
        self.push(account_check(sight, self.connector.organization()));
        self.listings_examine(sight).await;
        self.surroundings_examine(sight).await;
        if self.options.thorough {
            self.thorough().await;
        }
        self.rates_examine().await;
        self.push(self.default_check());
    }

    fn push(&mut self, check: Check) {
        self.examination.checks.push(check);
    }

    fn line(&self) -> Line<'_> {
        Line {
            host: self.connector.client.host(),
            scheme: self.connector.api.scheme(),
            flag: "--api",
            recorder: self.recorder,
        }
    }

    /// That it is not known whose key it is: without that, nothing else can be judged.
    fn blind_check(&self, blind: &Blind) -> Check {
        if self.options.credential.is_none() && matches!(blind, Blind::Anonymous) {
            return Check::not_tried("account", "there is no key");
        }
        let means = "nothing of the organisation can be read: a sync would end here";
        let (advice, trouble) = match blind {
            Blind::Anonymous => (failure::anonymous(), Trouble::Credential),
            Blind::Request(error) => {
                let advice = failure::fatal(error, self.connector.organization());
                let is_page = self.recorder.was_page(&requests::SELF);
                let trouble = if is_refused(error) && !is_page { Trouble::Credential } else { Trouble::Source };
                (advice, trouble)
            }
        };
        let is_page = self.recorder.was_page(&requests::SELF);
        let change = if is_page { Some(self.line().page_advice()) } else { advice.hint };
        Check::new("account", CheckState::Failed, advice.reason.text).means(means).change(change).trouble(trouble)
    }

    fn give_up(&mut self) {
        let names = listings::NAMES.iter().chain(surroundings::NAMES);
        for name in names.copied().chain(["rate limits"]) {
            self.push(Check::not_tried(name, "it is not known whose key it is, so nothing could be concluded"));
        }
        self.push(self.default_check());
    }

    /// What only a transcript has use for.
    async fn thorough(&self) {
        let client = &self.connector.client;
        // Only the recorder needs these answers, and failures are answers too.
        let _ = client.get(&requests::SELF, Call::new().anonymous()).await;
        let unfiltered = self.connector.of_organization().query(requests::PAGE, "1").query(requests::PAGE_SIZE, "1");
        let _ = client.get(&requests::MEMBERS, unfiltered).await;
    }

    /// A request that failed. Without a roster, the key shows nothing of the organisation.
    fn failed(&self, probe: &Probe, error: &RequestError) -> Check {
        let is_roster = probe.listing == ROSTER;
        let (trouble, change) = match self.line().trouble(probe.template, error) {
            Trouble::Source if self.recorder.was_page(probe.template) => {
                (Trouble::Source, Some(self.line().page_advice()))
            }
            Trouble::Sight if is_roster => {
                (Trouble::Credential, failure::fatal(error, self.connector.organization()).hint)
            }
            Trouble::Sight => (Trouble::Sight, Some(probe.change.to_owned())),
            trouble => (trouble, error.hint()),
        };
        Check::new(probe.name, CheckState::Failed, failure::reason(error).text)
            .means(probe.means)
            .change(change)
            .trouble(trouble)
    }

    /// What no request shows.
    fn default_check(&self) -> Check {
        const NAME: &str = "default privilege";
        match self.connector.default_privilege.as_deref() {
            Some(privilege) => {
                Check::ok(NAME, format!("what every member may do in every repository, as stated: {privilege}"))
            }
            None => Check::not_tried(NAME, "Cloudsmith shows the workspace's default object privilege to no program")
                .means("if it is not none, members and managers have rights that no answer names")
                .change("read it on the workspace's settings page, and state it with --default-privilege".to_owned()),
        }
    }
}

/// Whose key it is, and what is kept from it: the first thing to know.
fn account_check(sight: &Sight, organization: &str) -> Check {
    let role = match (sight.holder, sight.role.as_str()) {
        (Holder::Stranger, _) => format!("who is not seen in {organization}"),
        (_, "") => format!("whose role in {organization} is not told"),
        (_, role) => format!("{role} of {organization}"),
    };
    let found = format!("the key belongs to the {}, {role}", sight.name());
    match sight.withheld() {
        None => Check::ok("account", found).means("it is shown every member, team and service"),
        Some(withheld) => Check::limited("account", found)
            .means(format!(
                "it {withheld}. Every list may be shorter than the truth, and nothing is removed on its word"
            ))
            .change(WIDER_KEY.to_owned())
            .trouble(Trouble::Sight),
    }
}
