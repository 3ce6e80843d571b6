//! Values of `${name}` from the command line.

use std::collections::BTreeMap;

use rolecall_engine::query::parameter_typed;
use rolecall_graph::PropertyValue;

use crate::exit::{Exit, Failure};

/// Reads `name=value`, each name once.
pub(super) fn parameters(given: &[String]) -> Result<BTreeMap<String, Option<PropertyValue>>, Failure> {
    let mut parameters = BTreeMap::new();
    for text in given {
        let (name, value) = parameter(text)?;
        if parameters.insert(name.clone(), value).is_some() {
            return Err(Failure::new(Exit::Usage, format!("--param: {name} is given twice")));
        }
    }
    Ok(parameters)
}

/// Reads one.
pub(super) fn parameter(text: &str) -> Result<(String, Option<PropertyValue>), Failure> {
    let (name, value) = text.split_once('=').filter(|(name, _)| is_name(name)).ok_or_else(|| {
        Failure::new(Exit::Usage, "--param takes a name, = and a value".to_owned())
            .hint("for example: --param team=acme/release, or --param 'names=[\"alice\",\"bob\"]'")
    })?;
    Ok((name.to_owned(), value_of(value)))
}

pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next();
    first.is_some_and(|letter| letter.is_alphabetic() || letter == '_')
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

fn value_of(text: &str) -> Option<PropertyValue> {
    PropertyValue::of_json(&parameter_typed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_look_like() {
        let read = |text: &str| parameter(text).unwrap().1.unwrap();
        assert_eq!(read("a=true"), PropertyValue::Flag(true));
        assert_eq!(read("a=-1.5"), PropertyValue::Number(-1.5));
        assert_eq!(read("a=[\"x\",\"y\"]"), PropertyValue::texts(["x", "y"]));
        assert_eq!(read("a=x=y"), PropertyValue::Text("x=y".into()));
        assert_eq!(read("a=\"x\""), PropertyValue::Text("\"x\"".into()));
        assert_eq!(parameter("a=null").unwrap().1, None);
        assert_eq!(read("a="), PropertyValue::Text("".into()));
    }

    #[test]
    fn a_name_is_given_once() {
        let given = |all: &[&str]| parameters(&all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&["a=1", "b=2"]).unwrap().len(), 2);
        for wrong in [&["a=1", "a=2"][..], &["a"], &["=1"], &["1a=1"], &["a b=1"]] {
            assert_eq!(given(wrong).unwrap_err().exit, Exit::Usage, "{wrong:?}");
        }
    }
}
