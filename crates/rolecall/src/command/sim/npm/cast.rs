//! The organisation that is served, and the parts that accounts and tokens of it play.

use std::collections::BTreeMap;

use rolecall_sim::npm::{Access, Role, TokenSpec, World, generate, story};
use serde_json::{Value, json};

use super::SetArgs;

/// An organisation in its registry, with the account that reads it.
pub(super) struct Set {
    pub(super) world: World,
    pub(super) organization: String,
    account: String,
    token: String,
}

impl Set {
    pub(super) fn of(args: &SetArgs) -> Self {
        let sizes = [args.members, args.teams, args.packages, args.team_size];
        if args.story || (args.seed.is_none() && sizes.iter().all(Option::is_none)) {
            let story = story::world();
            let organization = story.organization.to_owned();
            return Self { world: story.world, organization, account: story::READER.to_owned(), token: story.token };
        }
        let shape = generate::Shape {
            members: args.members.unwrap_or(40),
            teams: args.teams.unwrap_or(6),
            packages: args.packages.unwrap_or(60),
        };
        let generate::Shape { members, teams, packages } = shape;
        let seed = args.seed.unwrap_or_default();
        let made = match args.team_size {
            Some(team_size) => generate::uniform(seed, generate::Uniform { members, teams, team_size, packages }),
            None => generate::world(seed, shape),
        };
        Self { world: made.world, organization: made.organization, account: made.reader, token: made.token }
    }

    fn first(&self, wanted: Role) -> Option<String> {
        let members = self.world.members(&self.organization).into_iter();
        let others = members.filter(|(name, role)| *role == wanted && *name != self.account);
        others.map(|(name, _)| name).next()
    }

    /// Somebody with an account who is no member.
    fn outsider(&self) -> Option<String> {
        let members = self.world.members(&self.organization);
        let outside = |name: &String| members.iter().all(|(member, _)| member != name);
        self.world.accounts().into_iter().rfind(outside)
    }

    /// The first package of the organisation that some of its developers may publish and some may
    /// not, with the first of each.
    fn contrast(&self) -> Option<(String, String, String)> {
        let members = self.world.members(&self.organization).into_iter();
        let developers: Vec<_> = members.filter(|(_, role)| *role == Role::Developer).map(|(name, _)| name).collect();
        let scope = format!("@{}/", self.organization);
        let packages = self.world.packages().into_iter().filter(|name| name.starts_with(&scope));
        packages.into_iter().find_map(|package| {
            let may = |name: &&String| self.world.may_publish(name, &package);
            let publisher = developers.iter().find(may)?.clone();
            let reader = developers.iter().find(|name| !may(name))?.clone();
            Some((package, publisher, reader))
        })
    }
}

/// Who is given a token, and the package on which publisher and reader differ.
pub(super) struct Cast {
    package: Option<String>,
    one_time_password: String,
    parts: BTreeMap<&'static str, Actor>,
}

/// An account with a token; both empty when the organisation has nobody for the part.
#[derive(Default)]
struct Actor {
    account: Option<String>,
    token: Option<String>,
}

impl Cast {
    /// Finds somebody for every part and makes the tokens.
    pub(super) fn of(set: &mut Set) -> Self {
        let (package, publisher, reader) = match set.contrast() {
            Some((package, publisher, reader)) => (Some(package), Some(publisher), Some(reader)),
            None => (None, None, None),
        };
        let (owner, admin, outsider) = (set.first(Role::Owner), set.first(Role::Admin), set.outsider());
        let mut cast = Self { package, one_time_password: set.world.otp_code().to_owned(), parts: BTreeMap::new() };
        let inventory = Actor { account: Some(set.account.clone()), token: Some(set.token.clone()) };
        cast.parts.insert("read-only", inventory);

        let scope = format!("@{}", set.organization);
        let writes = |name: &str, access| TokenSpec::granular(name).packages(access, &[&scope]);
        // As a build machine has one. Both get the same kind, so that only the accounts' rights differ.
        cast.add("publisher", set, &publisher, |name| writes(name, Access::ReadWrite).bypass_2fa());
        cast.add("reader", set, &reader, |name| writes(name, Access::ReadWrite).bypass_2fa());
        cast.add("stage-only", set, &publisher, |name| writes(name, Access::StageOnly));

        for (part, account) in [
            ("owner-session", &owner),
            ("admin-session", &admin),
            ("developer-session", &publisher),
            ("outsider-session", &outsider),
        ] {
            cast.add(part, set, account, TokenSpec::session);
        }

        let organization = set.organization.clone();
        let governs = |name: &str| {
            writes(name, Access::ReadWrite).organizations(Access::ReadWrite, &[&organization]).bypass_2fa()
        };
        cast.add("bypass", set, &owner, |name| governs(name).named("bypass"));
        cast.add("expired", set, &owner, |name| governs(name).named("expired").expired());
        // A range that documentation keeps for itself, so that nobody calls from there.
        cast.add("elsewhere", set, &owner, |name| governs(name).named("elsewhere").cidr("203.0.113.0/24"));
        cast.add("classic", set, &owner, TokenSpec::classic);
        cast
    }

    fn add(&mut self, part: &'static str, set: &mut Set, account: &Option<String>, spec: impl Fn(&str) -> TokenSpec) {
        let token = account.as_deref().map(|name| set.world.token(spec(name)));
        self.parts.insert(part, Actor { account: account.clone(), token });
    }

    /// What is said when the registry is ready.
    pub(super) fn announcement(&self, url: &str, organization: &str) -> Value {
        let tokens: BTreeMap<_, _> = self.parts.iter().map(|(part, actor)| (part, &actor.token)).collect();
        let accounts: BTreeMap<_, _> = self.parts.iter().map(|(part, actor)| (part, &actor.account)).collect();
        json!({
            "registry": format!("{url}/"),
            "organization": organization,
            "package": self.package,
            "one-time-password": self.one_time_password,
            "tokens": tokens,
            "accounts": accounts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(seed: Option<u64>) -> SetArgs {
        SetArgs { seed, ..SetArgs::default() }
    }

    #[test]
    fn the_story_is_served_unless_something_else_is_asked_for() {
        assert_eq!(Set::of(&args(None)).account, story::READER);
        assert_ne!(Set::of(&args(Some(1))).account, story::READER);
    }

    #[test]
    fn publisher_and_reader_differ_in_what_they_may_do() {
        for seed in [None, Some(1), Some(2), Some(3)] {
            let mut set = Set::of(&args(seed));
            let cast = Cast::of(&mut set);
            let package = cast.package.as_deref().expect("a package");
            let may = |part: &str| {
                let account = cast.parts[part].account.as_deref();
                set.world.may_publish(account.expect("an account"), package)
            };
            assert!(may("publisher"), "seed {seed:?}");
            assert!(!may("reader"), "seed {seed:?}");
        }
    }

    #[test]
    fn every_part_of_the_story_is_played_by_somebody_who_fits() {
        let mut set = Set::of(&args(None));
        let cast = Cast::of(&mut set);
        assert!(cast.parts.values().all(|actor| actor.account.is_some() && actor.token.is_some()));
        let members: BTreeMap<_, _> = set.world.members(&set.organization).into_iter().collect();
        let role = |part: &str| cast.parts[part].account.as_ref().and_then(|account| members.get(account)).copied();
        assert_eq!(role("owner-session"), Some(Role::Owner));
        assert_eq!(role("admin-session"), Some(Role::Admin));
        assert_eq!(role("developer-session"), Some(Role::Developer));
        assert_eq!(role("outsider-session"), None);
    }
}
