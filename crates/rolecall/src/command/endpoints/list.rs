//! Listing endpoints and their kinds.

use rolecall_engine::alerting::{EndpointRow, endpoint_list};
use rolecall_notify::{EndpointKind, SettingField};
use serde_json::json;

use crate::cli::Global;
use crate::command::store_read;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST, Row, line, paint_bold, paint_dim, print_json, print_rows};

/// Lists endpoints.
pub(super) async fn list(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, LIST)?;
    let rows = endpoint_list(&store_read(global).await?).await?;
    if rows.is_empty() && format == Format::Table {
        line("There is no endpoint yet. See what there can be: rolecall endpoints kinds")?;
    } else {
        print_rows(format, &rows)?;
    }
    Ok(Exit::Done)
}

impl Row for EndpointRow {
    const COLUMNS: &'static [&'static str] = &["endpoint", "kind", "settings", "secret", "state"];

    fn cells(&self) -> Vec<String> {
        let settings: Vec<String> = self.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let state = match (&self.disabled, &self.failing_since) {
            (Some((since, why)), _) => format!("disabled since {since}: {why}"),
            (None, Some(since)) => format!("failing since {since}"),
            (None, None) => "ready".to_owned(),
        };
        let secret = if self.has_secret { "sealed" } else { "" };
        vec![self.name.clone(), self.kind.clone(), settings.join(" "), secret.to_owned(), state]
    }
}

/// Lists kinds.
pub(super) fn kinds(global: &Global) -> Result<Exit, Failure> {
    let format = Format::among(global.format, &[Format::Table, Format::Json])?;
    if format == Format::Json {
        let field = |field: &SettingField| json!({ "name": field.name, "title": field.title, "help": field.help, "required": field.required, "example": field.example });
        let kind = |kind: EndpointKind| {
            let secret = kind
                .secret()
                .map(|secret| json!({ "title": secret.title, "help": secret.help, "required": secret.required }));
            let fields: Vec<_> = kind.fields().iter().map(field).collect();
            json!({ "kind": kind.word(), "title": kind.title(), "help": kind.help(), "settings": fields, "secret": secret })
        };
        print_json(&EndpointKind::ALL.map(kind))?;
        return Ok(Exit::Done);
    }
    for kind in EndpointKind::ALL {
        line(&format!("{}  {}", paint_bold(kind.word()), kind.help()))?;
        for field in kind.fields() {
            let needed = if field.required { "" } else { " (optional)" };
            line(&format!("  {}{needed}: {}", field.name, field.help))?;
            line(&paint_dim(&format!("      {}={}", field.name, field.example)))?;
        }
        if let Some(secret) = kind.secret() {
            let needed = if secret.required { "" } else { " (optional)" };
            line(&format!("  secret{needed}: {}", secret.help))?;
        }
        line("")?;
    }
    Ok(Exit::Done)
}
