//! What there is to name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::template::Template;

/// The values and templates that expressions may name. Copies share what they hold.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    values: Arc<Json>,
    templates: Arc<BTreeMap<String, Template>>,
    locals: Vec<(Arc<str>, Arc<Json>)>,
}

impl Scope {
    /// With the properties of an object as names: `queries`, `param`, `alertWebLink`.
    #[must_use]
    pub fn new(values: impl Into<Arc<Json>>) -> Self {
        Self { values: values.into(), templates: Arc::default(), locals: Vec::new() }
    }

    /// With these as what `mapTemplate` knows.
    #[must_use]
    pub fn with_templates(self, templates: BTreeMap<String, Template>) -> Self {
        Self { templates: Arc::new(templates), ..self }
    }

    /// With one name more, before which none of the same name is seen: the item of a `FOR_EACH_ITEM`, a property that was
    /// set.
    #[must_use]
    pub fn with(&self, name: &str, value: impl Into<Arc<Json>>) -> Self {
        let mut scope = self.clone();
        scope.locals.retain(|(known, _)| **known != *name);
        scope.locals.push((name.into(), value.into()));
        scope
    }

    /// What is called that.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Json> {
        let local = self.locals.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.as_ref());
        local.or_else(|| self.values.get(name))
    }

    pub(super) fn template(&self, name: &str) -> Option<&Template> {
        self.templates.get(name)
    }

    pub(super) fn template_names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }
}
