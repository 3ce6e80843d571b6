//! What the cells of a roster say.

use rolecall_model::person::{Day, Employment, PersonKind};

use super::DateOrder;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day in one of the spellings in use.
///
/// # Errors
/// With what to do, where it is no day or could be two.
pub(super) fn day(text: &str, order: Option<DateOrder>) -> Result<Day, String> {
    // Exports often give midnight with the day.
    let date = text.split_once('T').map_or(text, |(date, _)| date);
    let date = date.strip_suffix(" 00:00:00").unwrap_or(date);
    let parts: Vec<&str> = date.split(['-', '.', '/', ' ']).collect();
    let separators: Vec<&str> = date.matches(['-', '.', '/', ' ']).collect();
    let found = match (parts.as_slice(), separators.as_slice()) {
        ([year, month, day], ["-", "-"] | ["/", "/"]) if year.len() == 4 => of_numbers(year, month, day),
        ([day, month, year], [".", "."]) => of_numbers(year, month, day),
        ([day, month, year], [" ", " "] | ["-", "-"]) => {
            month_number(month).and_then(|month| of_numbers(year, &month, day))
        }
        ([one, other, year], ["/", "/"]) => return slashed(text, one, other, year, order),
        _ => None,
    };
    found.ok_or_else(|| not_a_day(text))
}

fn not_a_day(text: &str) -> String {
    format!("`{text}` is not a day; write it like 2026-05-03")
}

fn slashed(text: &str, one: &str, other: &str, year: &str, order: Option<DateOrder>) -> Result<Day, String> {
    let day_first = of_numbers(year, other, one);
    let month_first = of_numbers(year, one, other);
    match (order, day_first, month_first) {
        (Some(DateOrder::DayFirst), Some(day), _) | (Some(DateOrder::MonthFirst), _, Some(day)) => Ok(day),
        (None, Some(day), None) | (None, None, Some(day)) => Ok(day),
        (None, Some(day), Some(same)) if day == same => Ok(day),
        (None, Some(day), Some(other)) => Err(format!(
            "`{text}` may be {day} or {other}; say in the mapping whether the day or the month comes first"
        )),
        _ => Err(not_a_day(text)),
    }
}

fn of_numbers(year: &str, month: &str, day: &str) -> Option<Day> {
    let is_number =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = year.len() == 4 && is_number(year, 4) && is_number(month, 2) && is_number(day, 2);
    if !is_date {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn month_number(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let number = MONTHS.iter().position(|month| name.get(..3) == Some(*month))?;
    Some((number + 1).to_string())
}

/// Whether somebody works here; `None` for a word that is not known.
pub(super) fn employment(word: &str) -> Option<Employment> {
    Some(match word.to_lowercase().replace(['_', '-'], " ").as_str() {
        "active" | "employed" | "current" | "hired" | "true" | "yes" | "1" => Employment::Active,
        "on leave" | "onleave" | "leave" | "leave of absence" | "parental leave" | "sabbatical" => Employment::OnLeave,
        "departed" | "terminated" | "inactive" | "left" | "former" | "deactivated" | "resigned" | "retired"
        | "false" | "no" | "0" => Employment::Departed,
        "unknown" | "" => Employment::Unknown,
        _ => return None,
    })
}

/// On what terms somebody works here, from a directory's word for it.
#[must_use]
pub fn kind(word: &str) -> PersonKind {
    match word.to_lowercase().as_str() {
        "" => PersonKind::Unknown,
        "employee" | "permanent" | "regular" | "staff" => PersonKind::Employee,
        "contractor" | "contingent" | "external" | "freelancer" | "consultant" => PersonKind::Contractor,
        "trainee" | "intern" | "apprentice" | "working student" => PersonKind::Trainee,
        _ => PersonKind::Other(word.to_owned()),
    }
}
