//! Smart classes from the command line: `#Name` is what their queries find.

use std::collections::BTreeMap;

use rolecall_query::ast::{EntityName, EntitySet, Query};
use rolecall_query::{Asked, Diagnostic, Needs, entity_sets, prepare};

use super::diagnostic::diagnostics_show;
use super::parameter::is_name;
use crate::exit::{Exit, Failure};

/// The queries of each name.
pub(super) type SmartClasses = BTreeMap<String, Vec<String>>;

/// Reads `Name=FIND …`. A name that is given again is what any of its queries finds.
pub(super) fn smart_classes(given: &[String]) -> Result<SmartClasses, Failure> {
    let mut classes = SmartClasses::new();
    for text in given {
        let (name, query) = smart_class(text)?;
        classes.entry(name).or_default().push(query);
    }
    Ok(classes)
}

fn smart_class(text: &str) -> Result<(String, String), Failure> {
    let (name, query) = text.split_once('=').filter(|(name, _)| is_name(name)).ok_or_else(|| {
        Failure::new(Exit::Usage, "--smart-class takes a name, = and a query".to_owned())
            .hint("for example: --smart-class 'Outsider=FIND npm_user WITH email != /.*@acme.com/'")
    })?;
    let prepared = prepare(query).map_err(|why| {
        diagnostics_show(query, &why);
        Failure::new(Exit::Usage, format!("--smart-class: the query of {name} cannot be asked"))
    })?;
    let (returns, as_of) = (prepared.query().returns.is_some(), prepared.query().as_of.is_some());
    if returns || as_of {
        let what = if returns { "a RETURN" } else { "an AS OF" };
        return Err(Failure::new(Exit::Usage, format!("--smart-class: the query of {name} has {what}"))
            .hint("a smart class is what FIND finds at the moment that is asked about"));
    }
    Ok((name.to_owned(), query.to_owned()))
}

/// Adds what the queries of smart classes need, where a query mentions any.
pub(super) fn needs_add(
    query: &Query,
    classes: &SmartClasses,
    asked: &Asked<'_>,
    needs: &mut Needs,
) -> Result<(), Vec<Diagnostic>> {
    if !entity_sets(query).into_iter().any(is_smart) {
        return Ok(());
    }
    for text in classes.values().flatten() {
        let more = prepare(text)?.needs(asked)?;
        let windows = more.windows.into_iter().map(|(_, window)| window);
        let moments = &needs.moments;
        needs.windows.extend(windows.flat_map(|window| moments.iter().map(move |moment| (*moment, window))));
        needs.deleted |= more.deleted;
    }
    Ok(())
}

fn is_smart(set: &EntitySet) -> bool {
    let EntitySet::Names { smart, names } = set else { return false };
    smart.is_some() || names.iter().any(|name| matches!(name, EntityName::Smart(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_what_any_of_its_queries_finds() {
        let given = |all: &[&str]| smart_classes(&all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        let classes = given(&["A=FIND User", "A=FIND Team WITH name = 'x'", "B=FIND *"]).unwrap();
        assert_eq!(classes["A"], ["FIND User", "FIND Team WITH name = 'x'"]);
        assert_eq!(classes["B"], ["FIND *"]);
        for wrong in [
            "A",
            "=FIND User",
            "#A=FIND User",
            "A=FIND",
            "A=FIND User AS u RETURN u.name",
            "A=FIND User AS OF date.now",
        ] {
            assert_eq!(given(&[wrong]).unwrap_err().exit, Exit::Usage, "{wrong}");
        }
    }
}
