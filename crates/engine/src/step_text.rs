//! The texts of steps that a person takes, filled with whom and what they are about.

use rolecall_model::{ConnectorDeclaration, LeavingStep, ResourceRef, Trait};

/// What a step is about.
#[derive(Clone, Copy, Debug)]
pub struct StepSubject<'a> {
    /// Who holds what is taken away.
    pub principal: &'a ResourceRef,
    /// What it is held on.
    pub resource: &'a ResourceRef,
    /// The root of the connector.
    pub root: &'a ResourceRef,
}

/// A step as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepText {
    /// What it does.
    pub what: String,
    /// How: a command, whose words are quoted for a shell where they need it, or a page.
    pub how: String,
    /// What one needs for it.
    pub needs: &'static str,
}

impl StepText {
    /// Fills the placeholders of a declared step; [`LeavingStep`] says what they mean.
    #[must_use]
    pub fn of(declared: &LeavingStep, subject: StepSubject<'_>, declaration: &ConnectorDeclaration) -> Self {
        let known = placeholders(subject, declaration);
        Self {
            what: filled(declared.what, &known, str::to_owned),
            how: filled(declared.how, &known, quoted),
            needs: declared.needs,
        }
    }
}

type Placeholder = (&'static str, String);

fn placeholders(subject: StepSubject<'_>, declaration: &ConnectorDeclaration) -> [Placeholder; 6] {
    let StepSubject { principal, resource, root } = subject;
    let declared = declaration.resource_type(principal.kind.as_str());
    let is_group = declared.is_some_and(|declared| declared.trait_ == Some(Trait::Group));
    let team = if is_group { &principal.id } else { &resource.id };
    // npm's client takes a team as `acme:developers`.
    let team = team.rsplit_once('/').map_or_else(|| team.to_string(), |(of, name)| format!("{of}:{name}"));
    let name = principal.id.rsplit_once('/').map_or(&*principal.id, |(_, name)| name);
    [
        ("{account}", principal.id.to_string()),
        ("{principal}", principal.id.to_string()),
        ("{name}", name.to_owned()),
        ("{organization}", root.id.to_string()),
        ("{resource}", resource.id.to_string()),
        ("{team}", team),
    ]
}

/// Goes through the text once, so that no id can be taken for a placeholder.
fn filled(text: &str, known: &[Placeholder], spell: fn(&str) -> String) -> String {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        filled.push_str(before);
        rest = match known.iter().find_map(|(name, value)| Some((value, after.strip_prefix(name)?))) {
            Some((value, behind)) => {
                filled.push_str(&spell(value));
                behind
            }
            None => {
                filled.push('{');
                after.strip_prefix('{').unwrap_or_default()
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// An id as a shell takes it for one word, whatever somebody has put into it.
fn quoted(id: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@/:._-".contains(letter);
    if !id.is_empty() && !id.starts_with('-') && id.chars().all(is_plain) {
        return id.to_owned();
    }
    format!("'{}'", id.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use rolecall_connect::{cloudsmith, npm};
    use rstest::rstest;

    use super::*;

    fn how(
        declaration: &ConnectorDeclaration,
        principal: (&'static str, &str),
        on: (&'static str, &str),
        slug: &str,
    ) -> String {
        let of = |(kind, id): (&'static str, &str)| ResourceRef::new(kind, id);
        let (principal, resource, root) = (&of(principal), &of(on), &ResourceRef::new("organization", "acme"));
        let taking = declaration.write.as_ref().unwrap().taking(principal.kind.as_str(), resource.kind.as_str(), slug);
        StepText::of(&taking.unwrap().step, StepSubject { principal, resource, root }, declaration).how
    }

    #[rstest]
    #[case(("user", "lena"), ("organization", "acme"), "developer", "npm org rm acme lena")]
    #[case(("user", "lena"), ("organization", "acme"), "owner", "npm org set acme lena developer")]
    #[case(("user", "lena"), ("team", "acme/core"), "member", "npm team rm acme:core lena")]
    #[case(("team", "acme/core"), ("package", "@acme/a"), "read-only", "npm access revoke acme:core @acme/a")]
    #[case(("user", "lena"), ("package", "a"), "owner", "npm owner rm lena a")]
    #[case(("user", "{team}"), ("package", "a b"), "owner", "npm owner rm '{team}' 'a b'")]
    #[case(("user", "-x"), ("package", "it's"), "read-write", "npm owner rm '-x' 'it'\\''s'")]
    fn a_grant_at_npm_goes_by_a_command(
        #[case] principal: (&'static str, &str),
        #[case] on: (&'static str, &str),
        #[case] slug: &str,
        #[case] command: &str,
    ) {
        assert_eq!(how(&npm::DECLARATION, principal, on, slug), command);
    }

    #[test]
    fn a_teams_privilege_at_cloudsmith_goes_by_its_name() {
        let (team, repository) = (("team", "acme/release"), ("repository", "acme/prod"));
        let command = how(&cloudsmith::DECLARATION, team, repository, "write");
        assert_eq!(command, "cloudsmith repos privileges revoke acme/prod --team release");
    }
}
