//! Invented names of people and packages, in the styles that real ones have.

use crate::seed::Dice;

const FIRST: [&str; 48] = [
    "Ada", "Aiko", "Alma", "Amir", "Anna", "Arne", "Bela", "Bruno", "Carla", "Chen", "Dana", "Dario", "Elif", "Emil",
    "Esra", "Fatou", "Felix", "Greta", "Hana", "Hugo", "Ida", "Ilya", "Ines", "Ivan", "Jana", "Joao", "Kaito", "Kofi",
    "Lars", "Leila", "Luca", "Maja", "Marek", "Mei", "Milo", "Nadia", "Nils", "Noor", "Olga", "Omar", "Pia", "Rosa",
    "Samir", "Sven", "Tara", "Viktor", "Wanda", "Yara",
];

const LAST: [&str; 48] = [
    "Abara", "Akman", "Arden", "Becker", "Berg", "Bianchi", "Blom", "Castro", "Cole", "Dahl", "Diaz", "Dubois",
    "Egger", "Fischer", "Fonseca", "Galli", "Haas", "Hansen", "Ito", "Jansen", "Kaya", "Keller", "Kimura", "Kowal",
    "Kruse", "Lange", "Lund", "Mensah", "Moreau", "Nagy", "Novak", "Okafor", "Olsen", "Park", "Petrov", "Rao", "Reyes",
    "Rossi", "Sato", "Silva", "Sousa", "Tanaka", "Toth", "Vance", "Weber", "Winter", "Yilmaz", "Zhou",
];

const THINGS: [&str; 40] = [
    "agent", "api", "audit", "auth", "badge", "billing", "cache", "charts", "cli", "client", "codec", "config", "core",
    "crypto", "dates", "diff", "editor", "events", "feed", "forms", "graph", "grid", "http", "i18n", "icons", "jobs",
    "logger", "maps", "mailer", "metrics", "parser", "queue", "router", "schema", "search", "storage", "tables",
    "theme", "tracing", "widgets",
];

const KINDS: [&str; 12] =
    ["", "utils", "react", "node", "types", "plugin", "server", "sdk", "testing", "v2", "next", "legacy"];

const TEAMS: [&str; 24] = [
    "release", "web", "mobile", "platform", "security", "docs", "design", "payments", "search", "data", "infra",
    "support", "partners", "tooling", "research", "growth", "identity", "billing", "maps", "media", "quality", "labs",
    "sdk", "core",
];

/// A user name and the full name behind it.
pub(crate) fn person(dice: &mut Dice) -> (String, String) {
    let (first, last) = (dice.pick(&FIRST, "Ada"), dice.pick(&LAST, "Berg"));
    let initial = first.chars().next().unwrap_or('x');
    let (low_first, low_last) = (first.to_lowercase(), last.to_lowercase());
    let name = match dice.below(12) {
        0 => format!("{first}{last}"),
        1 => format!("{first}-{last}"),
        2 | 3 => format!("{low_first}.{low_last}"),
        4 | 5 => format!("{low_first}-{low_last}"),
        6 => format!("{low_first}_{low_last}"),
        7 => format!("{}{low_last}", initial.to_lowercase()),
        8 => format!("{low_first}{low_last}{}", 70 + dice.below(30)),
        9 => format!("{low_last}{}", dice.below(100)),
        _ => format!("{low_first}{low_last}"),
    };
    (name, format!("{first} {last}"))
}

/// A package name without a scope.
pub(crate) fn package(dice: &mut Dice) -> String {
    let thing = dice.pick(&THINGS, "core");
    match dice.pick(&KINDS, "") {
        "" => thing.to_owned(),
        kind => format!("{thing}-{kind}"),
    }
}

/// A team name.
pub(crate) fn team(dice: &mut Dice) -> String {
    dice.pick(&TEAMS, "core").to_owned()
}

/// The name itself if it is free, else the first free one with a number behind it.
pub(crate) fn free(wanted: &str, dice: &mut Dice, taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut range = 10;
    while taken(&name) {
        name = format!("{wanted}{}", dice.below(range));
        range = range.saturating_mul(2);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut dice = Dice::new(3);
        assert_eq!(free("ada", &mut dice, |_| false), "ada");
        let other = free("ada", &mut dice, |name| name == "ada");
        assert!(other.starts_with("ada") && other.len() > 3);
    }

    #[test]
    fn names_have_the_letters_that_real_ones_have() {
        let mut dice = Dice::new(1);
        let names: Vec<_> = (0..500).map(|_| person(&mut dice).0).collect();
        let has = |wanted: fn(char) -> bool| names.iter().any(|name| name.contains(wanted));
        assert!(has(char::is_uppercase) && has(|letter| letter.is_ascii_digit()));
        assert!(has(|letter| letter == '.') && has(|letter| letter == '-'));
    }
}
