//! Cells of tables that people open with a spreadsheet.

/// A cell as it may stand in a file: one that a spreadsheet would take for a formula is made text by an apostrophe, for names
/// come from strangers. Numbers are numbers, and the name of a package in a scope is a name.
#[must_use]
pub fn spreadsheet_cell(cell: String) -> String {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    let is_harmless = cell == "-" || is_number || is_scoped_name(&cell);
    if begins && !is_harmless { format!("'{cell}") } else { cell }
}

/// `@acme/core`: without anything by which a function could be called.
fn is_scoped_name(cell: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "._~-".contains(letter))
    };
    let parts = cell.strip_prefix('@').and_then(|name| name.split_once('/'));
    parts.is_some_and(|(scope, name)| is_plain(scope) && is_plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_a_formula_is_made_text() {
        for cell in ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "@acme/core(1)", "\t=1", "@a", "@/", "-x"] {
            assert_eq!(spreadsheet_cell(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "-", "-3", "+1.5", "@acme/core", "@acme/a.b_c~d-e", "a=1", "2026-11-27"] {
            assert_eq!(spreadsheet_cell(cell.to_owned()), cell);
        }
    }
}
