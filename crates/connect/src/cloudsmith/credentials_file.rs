//! The credentials file of Cloudsmith's own command line: an INI file with `api_key` in `[default]` or in a profile.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

/// The variable with the key, which Cloudsmith's own programs read too.
pub(super) const KEY_VARIABLE: &str = "CLOUDSMITH_API_KEY";

/// The variable that names a profile of the credentials file, as for Cloudsmith's own command line.
pub const PROFILE_VARIABLE: &str = "CLOUDSMITH_PROFILE";

const FILE: &str = "credentials.ini";

/// Where the user's credentials file may be, most specific first. Never in the current folder: a project's own file must
/// not decide which key is used.
#[must_use]
pub fn credentials_paths(home: Option<&Path>, config_home: Option<&Path>) -> Vec<PathBuf> {
    let config = config_home.map(Path::to_path_buf).or_else(|| home.map(|home| home.join(".config")));
    let folders = [
        config.map(|config| config.join("cloudsmith")),
        home.map(|home| home.join(".cloudsmith")),
        home.map(|home| home.join("Library/Application Support/cloudsmith")),
    ];
    folders.into_iter().flatten().map(|folder| folder.join(FILE)).collect()
}

/// The key in the text of a credentials file: of the profile, if one is named and has one, or else the default.
#[must_use]
pub fn credentials_key(text: &str, profile: Option<&str>) -> Option<SecretString> {
    let wanted = profile.map(|profile| format!("profile:{profile}"));
    let of = |wanted: &str| {
        let mut section = String::new();
        let mut found = None;
        for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                section = name.0.trim().to_owned();
            } else if section == wanted
                && !line.starts_with(['#', ';'])
                && let Some((name, value)) = line.split_once(['=', ':'])
                && name.trim().eq_ignore_ascii_case("api_key")
            {
                let value = value.trim().trim_matches(['"', '\'']);
                found = (!value.is_empty()).then(|| SecretString::from(value.to_owned())).or(found);
            }
        }
        found
    };
    wanted.and_then(|wanted| of(&wanted)).or_else(|| of("default"))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn the_profiles_key_comes_before_the_default_one() {
        let text = "; mine\n[default]\n# api_key = no\napi_key = \"one\"\n\n[profile:work]\nAPI_KEY: two\n[profile:empty]\napi_key=\n";
        let key = |profile| credentials_key(text, profile).map(|key| key.expose_secret().to_owned());
        assert_eq!(key(None).as_deref(), Some("one"));
        assert_eq!(key(Some("work")).as_deref(), Some("two"));
        assert_eq!(key(Some("empty")).as_deref(), Some("one"));
        assert_eq!(key(Some("absent")).as_deref(), Some("one"));
        assert!(credentials_key("api_key = outside any section", None).is_none());
    }

    #[test]
    fn the_current_folder_is_not_looked_at() {
        let paths = credentials_paths(Some(Path::new("/house/ada")), None);
        assert!(paths.iter().all(|path| path.is_absolute()));
        assert_eq!(paths[0], Path::new("/house/ada/.config/cloudsmith/credentials.ini"));
    }
}
