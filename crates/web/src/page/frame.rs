//! What surrounds every page of somebody who is signed in.

use rolecall_engine::hub::Permission;

use crate::guard::Signed;

/// The frame of one page.
pub(crate) struct Frame {
    /// The page's title.
    pub(crate) title: String,
    /// The navigation's entry that the page belongs to.
    pub(crate) here: &'static str,
    /// Who looks.
    pub(crate) name: String,
    pub(crate) role: &'static str,
    /// What every form of the page says.
    pub(crate) csrf: String,
    /// How many notices wait to be read.
    pub(crate) notices: usize,
    /// What was done just now.
    pub(crate) said: Option<&'static str>,
    signed: Signed,
}

/// Entries of the navigation that belong together.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) items: Vec<Item>,
}

/// An entry of the navigation.
pub(crate) struct Item {
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    /// After `g`, this key leads there.
    pub(crate) key: char,
    needs: Option<Permission>,
}

const fn item(title: &'static str, path: &'static str, key: char, needs: Option<Permission>) -> Item {
    Item { title, path, key, needs }
}

impl Frame {
    /// The frame of a page for this person.
    pub(crate) fn new(signed: &Signed, title: impl Into<String>, here: &'static str) -> Self {
        Self {
            title: title.into(),
            here,
            name: signed.display_name().to_owned(),
            role: crate::text::role(signed.role()),
            csrf: signed.csrf(),
            notices: signed.notices(),
            said: None,
            signed: signed.clone(),
        }
    }

    /// The same with what a form did before it led here, by its word in the address.
    #[must_use]
    pub(crate) fn said(self, word: Option<&str>) -> Self {
        Self { said: word.and_then(super::said::sentence), ..self }
    }

    /// Whether the person may do this; what they may not is not offered.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.signed.may(permission)
    }

    /// Everything there is to go to for this person.
    pub(crate) fn navigation(&self) -> Vec<Group> {
        let groups = [
            Group {
                title: "Access",
                items: vec![
                    item("Overview", "/", 'o', Some(Permission::Read)),
                    item("Explore", "/explore", 'e', Some(Permission::Read)),
                    item("People", "/people", 'p', Some(Permission::Read)),
                    item("Changes", "/changes", 'c', Some(Permission::Read)),
                    item("Findings", "/findings", 'f', Some(Permission::Read)),
                    item("Rules", "/rules", 'r', Some(Permission::Read)),
                    item("Queries", "/queries", 'q', Some(Permission::Read)),
                ],
            },
            Group {
                title: "Integrations",
                items: vec![
                    item("Connectors", "/connectors", 'i', Some(Permission::Read)),
                    item("Jobs", "/jobs", 'j', Some(Permission::Read)),
                ],
            },
            Group {
                title: "Governance",
                items: vec![
                    item("Reviews", "/reviews", 'v', Some(Permission::Read)),
                    item("Notices", "/notices", 'n', None),
                    item("Audit log", "/audit", 'a', Some(Permission::Audit)),
                ],
            },
            Group {
                title: "Settings",
                items: vec![
                    item("Users", "/users", 'u', Some(Permission::Administer)),
                    item("Your account", "/account", 'y', None),
                    item("API", "/api", 'x', None),
                ],
            },
            Group { title: "Help", items: vec![item("Documentation", "/documentation", 'd', None)] },
        ];
        let allowed = |group: Group| {
            let items: Vec<Item> =
                group.items.into_iter().filter(|item| item.needs.is_none_or(|needs| self.may(needs))).collect();
            (!items.is_empty()).then_some(Group { items, ..group })
        };
        groups.into_iter().filter_map(allowed).collect()
    }
}
