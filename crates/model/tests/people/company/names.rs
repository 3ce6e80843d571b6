//! Names as a company with several countries has them.

use super::chance::Chance;

const GIVEN: &[&str] = &[
    "Ada",
    "Agnieszka",
    "Ahmed",
    "Aiko",
    "Alejandro",
    "Amina",
    "Anders",
    "Anna",
    "Antoine",
    "Aoife",
    "Astrid",
    "Björn",
    "Carlos",
    "Chiara",
    "Chloé",
    "Daniel",
    "Deepa",
    "Dmitri",
    "Elif",
    "Emma",
    "Eszter",
    "Fatima",
    "Felix",
    "François",
    "Gábor",
    "Giulia",
    "Goran",
    "Grace",
    "Hana",
    "Hans",
    "Ingrid",
    "Isabel",
    "Ivan",
    "Jürgen",
    "Jana",
    "Jonas",
    "José",
    "Juan",
    "Karin",
    "Kenji",
    "Lars",
    "Leila",
    "Linda",
    "Lukas",
    "Maja",
    "Marek",
    "María",
    "Mateo",
    "Mei",
    "Michael",
    "Mohammed",
    "Nadia",
    "Nikola",
    "Noah",
    "Olga",
    "Omar",
    "Paul",
    "Petra",
    "Priya",
    "Ravi",
    "René",
    "Ruth",
    "Samuel",
    "Sara",
    "Seán",
    "Sofia",
    "Søren",
    "Tariq",
    "Thomas",
    "Tomáš",
    "Ulla",
    "Ursula",
    "Viktor",
    "Wei",
    "Yara",
    "Yusuf",
    "Zoë",
    "Łukasz",
    "Şirin",
    "Élodie",
];

const FIRST: &[&str] = &[
    "Al", "Bar", "Berg", "Brun", "Car", "Dahl", "Dvoř", "Eber", "Fal", "Gar", "Grün", "Hal", "Hern", "Ivan", "Jan",
    "Kov", "Kraw", "Lind", "Lop", "Mar", "Mül", "Nak", "Nov", "Oz", "Pet", "Ros", "Sant", "Schä", "Tan", "Wal",
];

const MIDDLE: &[&str] = &["", "a", "an", "ar", "e", "el", "en", "er", "i", "in", "o", "om", "or", "ov"];

const LAST: &[&str] =
    &["ák", "berg", "czyk", "dez", "fer", "ić", "ka", "ler", "li", "mura", "ner", "ova", "sen", "ski", "son", "to"];

/// A given and a family name.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) given: String,
    pub(crate) family: String,
}

impl Name {
    pub(crate) fn by(chance: &mut Chance) -> Self {
        Self { given: (*chance.one_of(GIVEN)).to_owned(), family: family(chance) }
    }

    /// The same person's after a wedding.
    pub(crate) fn married(&self, chance: &mut Chance) -> Self {
        Self { given: self.given.clone(), family: family(chance) }
    }

    pub(crate) fn display(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// As people fill in forms: as it is, turned round, shortened, on another keyboard.
    pub(crate) fn as_typed(&self, chance: &mut Chance) -> String {
        match chance.below(10) {
            0 => format!("{}, {}", self.family, self.given),
            1 => format!("{}. {}", self.given.chars().next().unwrap(), self.family),
            2 => format!("{} {}", plain(&self.given), plain(&self.family)),
            3 => self.display().to_uppercase(),
            _ => self.display(),
        }
    }

    /// What an address or a username is made of: `given` and `family` in letters of ASCII.
    pub(crate) fn parts(&self) -> (String, String) {
        (plain(&self.given).to_lowercase(), plain(&self.family).to_lowercase())
    }
}

fn family(chance: &mut Chance) -> String {
    format!("{}{}{}", chance.one_of(FIRST), chance.one_of(MIDDLE), chance.one_of(LAST))
}

fn plain(name: &str) -> String {
    let letter = |character: char| match character {
        'á' | 'ä' => "a",
        'é' | 'ë' => "e",
        'í' => "i",
        'ö' | 'ø' | 'ó' => "o",
        'ü' => "u",
        'ç' | 'ć' => "c",
        'ř' => "r",
        'š' => "s",
        'Ł' => "L",
        'Ş' => "S",
        'É' => "E",
        _ => "",
    };
    name.chars()
        .map(|character| if character.is_ascii() { character.to_string() } else { letter(character).to_owned() })
        .collect()
}
