//! The file that declares connectors. Every mistake in it is told with its line, all of them at once, and no value is
//! repeated that could be a secret.

use std::collections::BTreeMap;
use std::path::Path;

use rolecall_connect::TokenPlace;
use rolecall_store::{NewConnector, SEALED};
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::{Kind as SettingKind, Setting, Settings};
use super::{Kind, kind, kind_names, name_check};

/// A mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A connector as the file wants it.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) config: NewConnector,
    /// Where it begins.
    pub(crate) line: usize,
}

/// Reads the file's text. `folder` is where the file lies: paths in it are relative to that.
pub(crate) fn file_read(text: &str, folder: &Path) -> Result<Vec<Declared>, Vec<Problem>> {
    // The parser's own rendering of an error would repeat the line, which may hold a token.
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        vec![Problem { line, text: format!("this is no TOML: {}", error.message().lines().next().unwrap_or_default()) }]
    })?;
    let mut reader = Reader { text, folder, problems: Vec::new() };
    let declared = reader.document(document.get_ref());
    if reader.problems.is_empty() {
        return Ok(declared);
    }
    reader.problems.sort_by_key(|problem| problem.line);
    Err(reader.problems)
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

struct Reader<'t> {
    text: &'t str,
    folder: &'t Path,
    problems: Vec<Problem>,
}

/// What is known of every connector, whatever its type.
const KEYS: [&str; 5] = ["type", "name", "description", "owners", "token"];

impl Reader<'_> {
    fn problem<T>(&mut self, at: &Spanned<T>, text: impl Into<String>) {
        let line = line_at(self.text, at.span().start);
        self.problems.push(Problem { line, text: text.into() });
    }

    fn document(&mut self, document: &DeTable<'_>) -> Vec<Declared> {
        let mut declared = Vec::new();
        for (key, value) in document {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("connector", DeValue::Array(entries)) => {
                    declared.extend(entries.iter().filter_map(|entry| self.entry(entry)));
                }
                ("connector", _) => self.problem(key, "write each connector below a line of its own: [[connector]]"),
                (other, _) => self.problem(key, format!("unknown key {other:?}; there is only [[connector]]")),
            }
        }
        self.names_check(&declared);
        declared
    }

    fn names_check(&mut self, declared: &[Declared]) {
        let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for Declared { config, line } in declared {
            let title = (config.connector_type.as_str(), config.name.as_str());
            if let Some(before) = first.get(&title) {
                let text = format!("{}:{} is declared in line {before} already", title.0, title.1);
                self.problems.push(Problem { line: *line, text });
            } else {
                first.insert(title, *line);
            }
        }
    }

    fn entry(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Declared> {
        let DeValue::Table(table) = entry.get_ref() else {
            self.problem(entry, "write each connector below a line of its own: [[connector]]");
            return None;
        };
        let Some(type_name) = self.text(table, "type") else {
            if !has(table, "type") {
                self.problem(entry, format!("the connector's type is missing; there is {}", kind_names()));
            }
            return None;
        };
        let kind = match kind(&type_name) {
            Ok(kind) => kind,
            Err(failure) => {
                self.problem(at(table, "type").unwrap_or(entry), failure.message);
                return None;
            }
        };
        self.keys_check(kind, table);
        let config = self.config(kind, table, entry)?;
        Some(Declared { config, line: line_at(self.text, entry.span().start) })
    }

    fn keys_check(&mut self, kind: &dyn Kind, table: &DeTable<'_>) {
        let known: Vec<&str> = KEYS
            .into_iter()
            .chain([kind.root_key(), kind.base_key()])
            .chain(kind.settings().map(|setting| setting.name))
            .collect();
        for (key, _) in table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                self.problem(
                    key,
                    format!("unknown key {name:?}; a connector of type {} has {}", kind.name(), known.join(", ")),
                );
            }
        }
    }

    fn config(&mut self, kind: &dyn Kind, table: &DeTable<'_>, entry: &Spanned<DeValue<'_>>) -> Option<NewConnector> {
        let root = self.root(kind, table, entry);
        let base = self.base(kind, table);
        let name = self.text(table, "name").or_else(|| root.clone());
        if let Some(Err(why)) = name.as_deref().map(name_check) {
            self.problem(at(table, "name").unwrap_or(entry), why);
        }
        let mut config = NewConnector {
            connector_type: kind.name().to_owned(),
            description: self.text(table, "description").unwrap_or_default(),
            owners: self.owners(table),
            secret_source: self.token(kind, table).source(),
            settings: self.settings(kind, table).to_json(),
            ..NewConnector::default()
        };
        (config.name, config.root, config.base_url) = (name?, root?, base?);
        if let Err(failure) = kind.check(&config) {
            self.problem(entry, failure.message);
        }
        Some(config)
    }

    fn root(&mut self, kind: &dyn Kind, table: &DeTable<'_>, entry: &Spanned<DeValue<'_>>) -> Option<String> {
        let key = kind.root_key();
        if !has(table, key) {
            self.problem(entry, format!("{key} is missing: what this connector reads"));
        }
        let text = self.text(table, key)?;
        kind.root(&text).map_err(|failure| self.problem(at(table, key).unwrap_or(entry), failure.message)).ok()
    }

    fn base(&mut self, kind: &dyn Kind, table: &DeTable<'_>) -> Option<String> {
        let key = kind.base_key();
        let text = self.text(table, key);
        match kind.base(text.as_deref()) {
            Ok(base) => Some(base),
            Err(failure) => {
                if let Some(value) = at(table, key) {
                    self.problem(value, failure.message);
                }
                None
            }
        }
    }

    fn owners(&mut self, table: &DeTable<'_>) -> Vec<String> {
        let Some(value) = at(table, "owners") else { return Vec::new() };
        let texts = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.problem(value, "owners must be a list of texts, such as [\"ana@example.com\"]");
            Vec::new()
        })
    }

    fn settings(&mut self, kind: &dyn Kind, table: &DeTable<'_>) -> Settings {
        let mut settings = Settings::default();
        for setting in kind.settings() {
            let Some(value) = at(table, setting.name) else { continue };
            match setting.value(&self.plain(setting, value.get_ref())) {
                Ok(checked) => settings.set(setting, checked),
                Err(why) => self.problem(value, why),
            }
        }
        settings
    }

    /// The value as JSON; what JSON has no counterpart for is null, which no setting takes.
    fn plain(&self, setting: &Setting, value: &DeValue<'_>) -> Json {
        match value {
            DeValue::String(path) if setting.kind == SettingKind::Path && !path.is_empty() => {
                self.folder.join(path.as_ref()).to_string_lossy().into_owned().into()
            }
            DeValue::String(text) => text.as_ref().into(),
            DeValue::Boolean(flag) => (*flag).into(),
            DeValue::Datetime(moment) => moment.to_string().into(),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Json::Null, Json::from)
            }
            DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Json::Null, Json::from),
            DeValue::Table(table) => {
                let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                    let key: &str = Spanned::<std::borrow::Cow<'_, str>>::get_ref(key).as_ref();
                    (key.to_owned(), self.plain(setting, value.get_ref()))
                };
                Json::Object(table.iter().map(entry).collect())
            }
            DeValue::Array(_) => Json::Null,
        }
    }

    fn token(&mut self, kind: &dyn Kind, table: &DeTable<'_>) -> TokenPlace {
        let Some(value) = at(table, "token") else { return TokenPlace::Usual };
        let place = match value.get_ref() {
            DeValue::Table(place) => self.token_place(kind, place),
            _ => Err(format!(
                "a token does not belong in a file that is kept and shared: say where it is found, as in \
                 token = {{ env = \"ACME_{}\" }} or token = {{ file = \"/run/secrets/{}\" }}; and if it was a \
                 real one, delete it at the registry and make another",
                kind.connector_type().tokens.variable,
                kind.name()
            )),
        };
        place.unwrap_or_else(|why| {
            self.problem(value, why);
            TokenPlace::Usual
        })
    }

    fn token_place(&self, kind: &dyn Kind, place: &DeTable<'_>) -> Result<TokenPlace, String> {
        let mut keys = place.iter();
        match (keys.next().map(|(key, value)| (key.get_ref().as_ref(), value.get_ref())), keys.next()) {
            (Some(("env", DeValue::String(name))), None) => TokenPlace::variable(name),
            (Some(("file", DeValue::String(path))), None) => {
                // Looked at before it is joined to a folder, so that a token given for a path is recognised.
                TokenPlace::file(Path::new(path.as_ref()))?;
                TokenPlace::file(&self.folder.join(path.as_ref()))
            }
            (Some((SEALED, DeValue::Boolean(true))), None) => Ok(TokenPlace::Sealed),
            (Some((name, DeValue::Boolean(true))), None) => {
                TokenPlace::own(kind.connector_type().tokens, name).ok_or_else(|| places_wanted(kind))
            }
            _ => Err(places_wanted(kind)),
        }
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value = at(table, key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.trim().to_owned()),
            _ => {
                self.problem(value, format!("{key} must be a text in quotes"));
                None
            }
        }
    }
}

/// What a token's place can be, in words.
fn places_wanted(kind: &dyn Kind) -> String {
    let own: String =
        kind.connector_type().tokens.own_places.iter().map(|own| format!(", {} = true", own.name)).collect();
    format!("token takes exactly one of env = \"NAME\", file = \"/path\", {SEALED} = true{own}")
}

fn at<'v, 't>(table: &'v DeTable<'t>, key: &str) -> Option<&'v Spanned<DeValue<'t>>> {
    table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
}

fn has(table: &DeTable<'_>, key: &str) -> bool {
    at(table, key).is_some()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Vec<Declared>, Vec<Problem>> {
        file_read(text, Path::new("/etc/rolecall"))
    }

    #[test]
    fn a_whole_entry_is_understood() {
        let text = "[[connector]]\ntype = \"npm\"\nname = \"prod\"\norg = \"@acme\"\ndescription = \"all of it\"\n\
                    owners = [\"ana@example.com\"]\nregistry = \"https://npm.example.com\"\n\
                    token = { file = \"secrets/npm\" }\ntoken_expires = 2027-01-31\nrate = 2\n\
                    monthly_requests = 200_000\nmembership_only = true\n\
                    removal_limit = { default = 5, team-members = 10 }\nremoval_share = 0.05\nca_file = \"/etc/ca.pem\"\n";
        let declared = read(text).map_err(|problems| format!("{problems:?}"));
        // The certificates are looked at too, and these do not exist.
        assert!(declared.is_err_and(|why| why.contains("ca.pem") && why.contains("line: 1")));
        let declared = read(&text.replace("ca_file", "# ca_file")).unwrap();
        let config = &declared[0].config;
        assert_eq!((config.name.as_str(), config.root.as_str(), declared[0].line), ("prod", "acme", 1));
        assert_eq!(config.secret_source.as_deref(), Some("file:/etc/rolecall/secrets/npm"));
        let settings = json!({
            "tokenExpires": "2027-01-31", "rate": 2.0, "monthlyRequests": 200_000, "membershipOnly": true,
            "removalLimit": { "default": 5, "team-members": 10 }, "removalShare": 0.05
        });
        assert_eq!(config.settings, settings);
    }

    #[rstest]
    #[case::unknown_key("type = \"npm\"\norg = \"acme\"\norgg = 1", 4, "unknown key \"orgg\"")]
    #[case::unknown_type("type = \"cargo\"\norg = \"acme\"", 2, "there is npm")]
    #[case::no_type("org = \"acme\"", 1, "type is missing")]
    #[case::no_organisation("type = \"npm\"", 1, "org is missing")]
    #[case::no_name("type = \"npm\"\norg = \"a b\"", 3, "names no npm organisation")]
    #[case::wrong_type("type = \"npm\"\norg = \"acme\"\nrate = \"fast\"", 4, "rate must be a number")]
    #[case::wrong_limit("type = \"npm\"\norg = \"acme\"\nremoval_limit = -1", 4, "removal_limit must be")]
    #[case::wrong_share("type = \"npm\"\norg = \"acme\"\nremoval_share = { roster = 2 }", 4, "from 0 to 1")]
    #[case::no_listing("type = \"npm\"\norg = \"acme\"\nremoval_limit = { rooster = 2 }", 1, "team-members")]
    #[case::wrong_date("type = \"npm\"\norg = \"acme\"\ntoken_expires = 2027-13-01", 4, "no TOML")]
    #[case::wrong_text("type = \"npm\"\norg = 7", 3, "org must be a text")]
    #[case::wrong_list("type = \"npm\"\norg = \"acme\"\nowners = \"ana\"", 4, "owners must be a list")]
    #[case::half_attested("type = \"npm\"\norg = \"acme\"\nattest_user = \"ana\"", 1, "go together")]
    #[case::registry("type = \"npm\"\norg = \"acme\"\nregistry = \"ftp://x\"", 4, "https://")]
    #[case::plain("type = \"npm\"\norg = \"acme\"\nregistry = \"http://npm.example.com\"", 1, "unencrypted")]
    #[case::colon("type = \"npm\"\norg = \"acme\"\nname = \"npm:acme\"", 4, "no colon")]
    #[case::two_places("type = \"npm\"\norg = \"acme\"\ntoken = { env = \"A\", file = \"b\" }", 4, "exactly one")]
    fn a_mistake_is_told_with_its_line(#[case] entry: &str, #[case] line: usize, #[case] text: &str) {
        let problems = read(&format!("[[connector]]\n{entry}\n")).unwrap_err();
        assert_eq!((problems.len(), problems[0].line), (1, line), "{problems:?}");
        assert!(problems[0].text.contains(text), "{problems:?}");
    }

    #[test]
    fn every_mistake_is_told_and_names_are_declared_once() {
        let text = "colour = 1\n[[connector]]\ntype = \"npm\"\norg = \"acme\"\n\n[[connector]]\ntype = \"npm\"\n\
                    name = \"acme\"\norg = \"other\"\nrate = 0\n";
        let problems = read(text).unwrap_err();
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 6, 10]);
        assert!(problems[1].text.contains("in line 2 already"), "{problems:?}");
        assert!(read("connector = 7").is_err() && read("connector = [7]").is_err());
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn a_token_in_the_file_is_refused_and_not_repeated() {
        let secret = "npm_abcdefghijklmnopqrstuvwxyz0123456789";
        for token in [
            format!("token = \"{secret}\""),
            format!("token = {secret}"),
            format!("token = '{secret}"),
            format!("token = {{ env = \"{secret}\" }}"),
            format!("token = {{ file = \"{secret}\" }}"),
            format!("token = {{ value = \"{secret}\" }}"),
            format!("token = [\"{secret}\"]"),
        ] {
            let problems = read(&format!("[[connector]]\ntype = \"npm\"\norg = \"acme\"\n{token}\n")).unwrap_err();
            assert!(!format!("{problems:?}").contains("abcdef"), "{problems:?}");
            assert_eq!(problems[0].line, 4, "{problems:?}");
        }
    }
}
