//! What is wrong with a query, shown in the query.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rolecall_query::{Diagnostic, Severity};

use crate::output::note;
use crate::output::text::printable;

/// Shows each remark on standard error.
pub(super) fn diagnostics_show(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        // Whoever prints takes the colours out where there is no terminal.
        note(&rendered(&Renderer::styled(), text, diagnostic));
    }
}

fn rendered(renderer: &Renderer, text: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // Names of a registry may be in it, and the query may have been pasted.
    let (text, message) = (shown(text), printable(&diagnostic.message));
    let mut group = Group::with_title(level.primary_title(&message).id(diagnostic.code));
    if let Some(range) = diagnostic.span.map(|span| span.range()).filter(|range| text.get(range.clone()).is_some()) {
        group = group.element(Snippet::source(&text).annotation(AnnotationKind::Primary.span(range)));
    }
    let help = diagnostic.help.as_deref().map(printable);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The query without what could steer a terminal, each byte in its place.
fn shown(text: &str) -> String {
    let keeps = |c: char| matches!(c, '\n' | '\t') || printable(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8();
    text.chars().map(|c| if keeps(c) { c.to_string() } else { "?".repeat(c.len_utf8()) }).collect()
}

#[cfg(test)]
mod tests {
    use rolecall_query::Span;

    use super::*;

    #[test]
    fn a_remark_points_at_its_place() {
        let diagnostic = Diagnostic {
            severity: Severity::Warning,
            code: "unknown-class",
            message: "nothing is called Usr".to_owned(),
            span: Some(Span::new(5, 8)),
            help: Some("did you mean User?".to_owned()),
        };
        let text = rendered(&Renderer::plain(), "FIND Usr", &diagnostic);
        for part in ["warning[unknown-class]: nothing is called Usr", "1 | FIND Usr", "^^^", "help: did you mean User?"]
        {
            assert!(text.contains(part), "{text}");
        }
        let nowhere = Diagnostic { span: None, help: None, ..diagnostic };
        assert_eq!(rendered(&Renderer::plain(), "", &nowhere).trim(), "warning[unknown-class]: nothing is called Usr");
    }

    #[test]
    fn a_query_cannot_steer_the_terminal() {
        assert_eq!(shown("a\u{1b}[2J\u{202e}é\n"), "a?[2J???é\n");
    }
}
