//! Which requests are sent by what, and what for: an answer for those who must know before a token leaves their house.

use super::requests;
use crate::RequestNote;

const DOCTOR: &str = "doctor";
const THOROUGH: &str = "doctor --transcript";
const SYNC: &str = "sync";
const TRUST: &str = "sync --with-trust";

const PER_PACKAGE: &str = "1 per package, oldest reading first, within the month's budget";
const PER_TEAM: &str = "1 per team";
const ONE_TEAM: &str = "1, for one team";

/// Every request that `doctor` and `sync` may send.
pub(super) fn request_list() -> Vec<RequestNote> {
    doctor().into_iter().chain(thorough()).chain(sync()).chain(trust()).collect()
}

fn doctor() -> Vec<RequestNote> {
    vec![
        RequestNote::new(DOCTOR, &requests::WHOAMI, "", "whose token it is", "1"),
        RequestNote::new(DOCTOR, &requests::PROFILE, "", "whether that account has a second factor", "1"),
        RequestNote::new(
            DOCTOR,
            &requests::ROSTER,
            "",
            "whether the members are seen, and its own role among them",
            "1",
        ),
        RequestNote::new(DOCTOR, &requests::TEAMS, "format=cli", "whether the teams are seen", "1"),
        RequestNote::new(DOCTOR, &requests::TEAM_MEMBERS, "format=cli", "whether a team's members are seen", ONE_TEAM),
        RequestNote::new(DOCTOR, &requests::TEAM_PACKAGES, "format=cli", "whether a team's rights are seen", ONE_TEAM),
        RequestNote::new(DOCTOR, &requests::PACKAGES, "format=cli", "whether the packages are seen", "1"),
        RequestNote::new(DOCTOR, &requests::VISIBILITY, "", "to find a public and a private package", "at most 6"),
        RequestNote::new(
            DOCTOR,
            &requests::COLLABORATORS,
            "format=cli",
            "whether npm's own list of rights is seen",
            "at most 2",
        ),
        RequestNote::new(DOCTOR, &requests::PACKUMENT, "", "whether a package's document is seen", "at most 2"),
        RequestNote::new(
            DOCTOR,
            &requests::TOKENS,
            "page, perPage=100",
            "what the token itself may do, and until when",
            "1 per 100 tokens of the account",
        ),
    ]
}

fn thorough() -> Vec<RequestNote> {
    vec![
        RequestNote::new(THOROUGH, &requests::ROSTER, "", "what anyone sees: sent without the token", "1"),
        RequestNote::new(THOROUGH, &requests::TEAMS, "", "the spelling without format=cli", "1"),
        RequestNote::new(THOROUGH, &requests::TEAM_MEMBERS, "", "the spelling without format=cli", ONE_TEAM),
        RequestNote::new(THOROUGH, &requests::TEAM_PACKAGES, "", "the spelling without format=cli", ONE_TEAM),
        RequestNote::new(
            THOROUGH,
            &requests::PACKAGES,
            "",
            "the spelling without format=cli; again, if it changed",
            "at most 2",
        ),
    ]
}

fn sync() -> Vec<RequestNote> {
    vec![
        RequestNote::new(SYNC, &requests::WHOAMI, "", "whose token it is, to prove that the roster is everyone", "1"),
        RequestNote::new(
            SYNC,
            &requests::ROSTER,
            "",
            "members and their roles",
            "1, and 1 more to confirm a removal or a refusal",
        ),
        RequestNote::new(SYNC, &requests::TEAMS, "format=cli", "teams", "1"),
        RequestNote::new(SYNC, &requests::PACKAGES, "format=cli", "packages", "1"),
        RequestNote::new(SYNC, &requests::TEAM_PACKAGES, "format=cli", "what a team may do", PER_TEAM),
        RequestNote::new(SYNC, &requests::TEAM_MEMBERS, "format=cli", "members of a team", PER_TEAM),
        RequestNote::new(
            SYNC,
            &requests::COLLABORATORS,
            "format=cli",
            "who, according to npm, may publish a package",
            PER_PACKAGE,
        ),
        RequestNote::new(
            SYNC,
            &requests::PACKUMENT,
            "",
            "who last published a package, and its repository",
            PER_PACKAGE,
        ),
        RequestNote::new(SYNC, &requests::VISIBILITY, "", "whether a package is public", PER_PACKAGE),
        RequestNote::new(
            SYNC,
            &requests::TOKENS,
            "page, perPage=100",
            "tokens of the reading account",
            "1 per 100 tokens of the account",
        ),
    ]
}

fn trust() -> Vec<RequestNote> {
    let why = "trusted publishers of a package, with your one-time password";
    vec![
        RequestNote::new(TRUST, &requests::TRUST, "", why, "1 per package, and 1 per question for a password"),
        RequestNote::new(
            TRUST,
            &requests::DONE,
            "authId",
            "whether you approved on the web page",
            "about 1 a second while you do",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_what_may_be_sent_neither_more_nor_less() {
        let listed: BTreeSet<(String, &str)> =
            request_list().into_iter().map(|note| (note.method, note.path)).collect();
        let declared: BTreeSet<(String, &str)> =
            requests::DECLARED.iter().map(|template| (template.method.to_string(), template.path)).collect();
        assert_eq!(listed, declared);
    }
}
