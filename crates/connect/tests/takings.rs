//! Whatever can be held can be taken away, and what is left then is what the type says that there is.

use rolecall_connect::{cloudsmith, npm};
use rolecall_model::{ConnectorDeclaration, LeavingStep, TakingDeclaration, TakingEffect};
use rstest::rstest;

/// Grants that no step takes away: connector type, principal, resource, entitlement and the reason. There are none.
const NOT_TAKEN: &[(&str, &str, &str, &str, &str)] = &[];

/// Everything that can be held: by whom, on what, as what.
fn grants(declaration: &ConnectorDeclaration) -> Vec<(&'static str, &'static str, &'static str)> {
    let of_type = declaration.types.iter().flat_map(|on| on.entitlements.iter().map(|held| (on.name, held)));
    of_type.flat_map(|(on, held)| held.grantable_to.iter().map(move |whom| (*whom, on, held.slug))).collect()
}

#[rstest]
#[case(&npm::DECLARATION)]
#[case(&cloudsmith::DECLARATION)]
fn every_grant_can_be_taken_away_or_it_is_said_why_not(#[case] declaration: &ConnectorDeclaration) {
    let (write, all) = (declaration.write.as_ref().unwrap(), grants(declaration));
    assert!(all.len() > 8, "{all:?}");
    let mut used: Vec<*const TakingDeclaration> = Vec::new();
    for (whom, on, slug) in all {
        let excuse = NOT_TAKEN.iter().any(|one| (one.0, one.1, one.2, one.3) == (declaration.name, whom, on, slug));
        let taking = write.taking(whom, on, slug);
        assert!(taking.is_some() != excuse, "{}: {slug} of {whom} on {on}", declaration.name);
        used.extend(taking.map(std::ptr::from_ref));
    }
    let idle = write.takings.iter().filter(|taking| !used.contains(&std::ptr::from_ref(*taking)));
    assert_eq!(idle.map(|taking| taking.step.what).collect::<Vec<_>>(), Vec::<&str>::new(), "nothing uses these");
}

#[rstest]
#[case(&npm::DECLARATION)]
#[case(&cloudsmith::DECLARATION)]
fn what_is_left_is_lower_and_the_lowest_role_leaves_nothing(#[case] declaration: &ConnectorDeclaration) {
    let write = declaration.write.as_ref().unwrap();
    for (whom, on, slug) in grants(declaration) {
        let leaves = write.taking(whom, on, slug).unwrap().leaves;
        let held = |slug| declaration.entitlement(on, slug).unwrap();
        match leaves {
            TakingEffect::Lowered(to) => {
                assert!(held(to).exclusive_order < held(slug).exclusive_order, "{slug} to {to} on {on}");
                assert!(held(to).grantable_to.contains(&whom), "{whom} as {to} on {on}");
                let then = write.taking(whom, on, to).unwrap().leaves;
                assert!(!matches!(then, TakingEffect::Lowered(_)), "{to} of {whom} on {on} never ends");
            }
            TakingEffect::Everything => assert_eq!(on, declaration.root_type, "only the root can be left"),
            TakingEffect::Grant => assert_ne!(on, declaration.root_type, "who is in nothing of it has left it"),
        }
    }
}

#[rstest]
#[case(&npm::DECLARATION)]
#[case(&cloudsmith::DECLARATION)]
fn texts_hold_what_can_be_filled_in(#[case] declaration: &ConnectorDeclaration) {
    const KNOWN: &[&str] = &["account", "principal", "name", "organization", "resource", "team"];
    for LeavingStep { what, how, needs } in
        declaration.write.as_ref().unwrap().takings.iter().map(|taking| &taking.step)
    {
        for text in [what, how] {
            let names = text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0);
            assert!(names.into_iter().all(|name| KNOWN.contains(&name)), "{text:?}");
        }
        assert!(!needs.contains('{'), "{needs:?}");
    }
}

#[test]
fn whoever_leaves_is_taken_out_and_what_is_their_own_is_taken_off() {
    let how = |taking: Option<&TakingDeclaration>| taking.map(|taking| taking.step.how).unwrap_or_default();
    let npm = npm::DECLARATION.write.as_ref().unwrap();
    assert_eq!(how(npm.taking_out("user")), "npm org rm {organization} {account}");
    assert_eq!(how(npm.taking_off("user", "package")), "npm owner rm {account} {resource}");
    assert_eq!(how(npm.taking_off("user", "team")), "npm team rm {team} {account}");
    assert!(npm.taking_out("team").is_none() && npm.taking_off("user", "organization").is_none());
    let cloudsmith = cloudsmith::DECLARATION.write.as_ref().unwrap();
    assert!(how(cloudsmith.taking_out("user")).ends_with("DELETE /orgs/{organization}/members/{account}/ of the API"));
    assert!(how(cloudsmith.taking_out("service")).starts_with("DELETE /orgs/{organization}/services/{account}/"));
    assert_eq!(how(cloudsmith.taking_off("user", "team")), "the team's page Members");
    assert!(how(cloudsmith.taking_off("user", "repository")).contains("page Access Control"));
}
