//! Tables for spreadsheets.

/// A row. A cell that a spreadsheet would take for a formula is made text: names come from strangers.
pub(crate) fn line(cells: impl IntoIterator<Item = String>) -> String {
    let mut text = cells.into_iter().map(|cell| quoted(&cell)).collect::<Vec<_>>().join(",");
    text.push_str("\r\n");
    text
}

fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        let cells = ["a", "b, c", "say \"hi\"", "=1+1", "-3", "@acme/core"].map(str::to_owned);
        assert_eq!(super::line(cells), "a,\"b, c\",\"say \"\"hi\"\"\",'=1+1,-3,'@acme/core\r\n");
    }
}
