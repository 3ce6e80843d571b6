//! Which column of a roster is what.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Problems;

/// What a column can say of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RosterField {
    /// What identifies them.
    Id,
    /// The whole name.
    DisplayName,
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Main address.
    Email,
    /// Other addresses, former ones among them.
    Aliases,
    /// Whether they work here.
    Employment,
    /// On what terms.
    Kind,
    /// Where.
    Department,
    /// Whom they report to: an id or a main address.
    Manager,
    /// First day.
    Start,
    /// Last day.
    End,
}

impl RosterField {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Id,
        Self::DisplayName,
        Self::GivenName,
        Self::FamilyName,
        Self::Email,
        Self::Aliases,
        Self::Employment,
        Self::Kind,
        Self::Department,
        Self::Manager,
        Self::Start,
        Self::End,
    ];

    /// The word for it in mappings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::DisplayName => "displayName",
            Self::GivenName => "givenName",
            Self::FamilyName => "familyName",
            Self::Email => "email",
            Self::Aliases => "aliases",
            Self::Employment => "employment",
            Self::Kind => "kind",
            Self::Department => "department",
            Self::Manager => "manager",
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

/// What a column is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterTarget {
    /// Something that is known of people.
    Field(RosterField),
    /// An attribute of this name.
    Attribute(String),
    /// Nothing: it is not read.
    Nothing,
}

impl RosterTarget {
    /// Reads the word of a field, `attribute:NAME`, or `nothing`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text == "nothing" {
            return Some(Self::Nothing);
        }
        if let Some(name) = text.strip_prefix("attribute:") {
            return Some(name).filter(|name| !name.is_empty()).map(|name| Self::Attribute(name.to_owned()));
        }
        RosterField::ALL.into_iter().find(|field| field.word() == text).map(Self::Field)
    }
}

/// What comes first in dates such as `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Which column is what, by the names in the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RosterMapping {
    /// The column of each field that there is.
    pub fields: BTreeMap<RosterField, String>,
    /// Columns that become attributes, with the attributes' names.
    pub attributes: BTreeMap<String, String>,
    /// How dates with slashes are meant that could be either.
    pub date_order: Option<DateOrder>,
}

/// Where each field and attribute is in a row.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) fields: BTreeMap<RosterField, usize>,
    pub(super) attributes: Vec<(usize, String)>,
}

/// How headers are spelled, in small letters and digits only; the first that is there counts.
const SPELLINGS: &[(RosterField, &[&str])] = &[
    (
        RosterField::Id,
        &["id", "employeeid", "personid", "personnelnumber", "employeenumber", "workerid", "userid", "externalid"],
    ),
    (RosterField::DisplayName, &["displayname", "name", "fullname", "employeename", "preferredname"]),
    (RosterField::GivenName, &["givenname", "firstname", "forename", "vorname"]),
    (RosterField::FamilyName, &["familyname", "lastname", "surname", "nachname"]),
    (RosterField::Email, &["email", "mail", "emailaddress", "workemail", "primaryemail", "mainemail", "businessemail"]),
    (RosterField::Aliases, &["aliases", "emailaliases", "alias", "otheremails", "secondaryemails", "proxyaddresses"]),
    (RosterField::Employment, &["employmentstatus", "status", "employment", "workerstatus", "active", "isactive"]),
    (RosterField::Kind, &["kind", "employmenttype", "workertype", "employeetype", "persontype", "type"]),
    (RosterField::Department, &["department", "dept", "division", "orgunit", "abteilung", "team"]),
    (RosterField::Manager, &["manager", "managerid", "manageremail", "supervisor", "reportsto", "lead"]),
    (RosterField::Start, &["startdate", "start", "hiredate", "joined", "firstday", "dateofjoining"]),
    (RosterField::End, &["enddate", "end", "terminationdate", "leavingdate", "lastday", "left"]),
];

/// Attributes that settings know, as headers are spelled.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("npmUsername", &["npmusername", "npmuser", "npm", "npmaccount"]),
    ("githubUsername", &["githubusername", "githubuser", "github", "githubaccount", "githublogin", "githubhandle"]),
    ("cloudsmithSlug", &["cloudsmithslug", "cloudsmithuser", "cloudsmith", "cloudsmithusername", "cloudsmithaccount"]),
];

impl RosterMapping {
    /// What the columns most probably are. Those that are nothing else become attributes under their own name.
    #[must_use]
    pub fn guessed(headers: &[String]) -> Self {
        let mut mapping = Self::default();
        let spelled: Vec<(String, &String)> = headers.iter().map(|header| (letters(header), header)).collect();
        let find = |spellings: &[&str]| {
            let mut found = spellings.iter().filter_map(|word| spelled.iter().find(|(letters, _)| letters == word));
            found.next().map(|(_, header)| (*header).clone())
        };
        for (field, spellings) in SPELLINGS {
            mapping.fields.extend(find(spellings).map(|header| (*field, header)));
        }
        let used: BTreeSet<&String> = mapping.fields.values().collect();
        let others = spelled.iter().filter(|(letters, header)| !letters.is_empty() && !used.contains(header));
        let attribute = |letters: &String, header: &String| {
            let known = ATTRIBUTES.iter().find(|(_, spellings)| spellings.contains(&letters.as_str()));
            known.map_or_else(|| header.clone(), |(name, _)| (*name).to_owned())
        };
        mapping.attributes = others.map(|(letters, header)| ((*header).clone(), attribute(letters, header))).collect();
        mapping
    }

    /// Makes a column something else than it was. Another column that was the same field is nothing then.
    pub fn place(&mut self, column: &str, target: RosterTarget) {
        self.fields.retain(|_, known| known != column);
        self.attributes.remove(column);
        match target {
            RosterTarget::Field(field) => drop(self.fields.insert(field, column.to_owned())),
            RosterTarget::Attribute(name) => drop(self.attributes.insert(column.to_owned(), name)),
            RosterTarget::Nothing => {}
        }
    }

    /// Where everything is in the rows under this header.
    pub(super) fn columns(&self, headers: &[String], problems: &mut Problems) -> Columns {
        let mut columns = Columns::default();
        let mut place = |name: &String| {
            let found = headers.iter().position(|header| header == name);
            if found.is_none() {
                let there = headers.join(", ");
                problems.add(1, format!("there is no column `{name}`; change the mapping to one of: {there}"));
            }
            found
        };
        for (field, name) in &self.fields {
            columns.fields.extend(place(name).map(|at| (*field, at)));
        }
        for (name, attribute) in &self.attributes {
            columns.attributes.extend(place(name).map(|at| (at, attribute.clone())));
        }
        if !self.fields.contains_key(&RosterField::Id) && !self.fields.contains_key(&RosterField::Email) {
            problems.add(1, "no column is an id or an e-mail address; say in the mapping which one is");
        }
        columns
    }
}

pub(crate) fn letters(header: &str) -> String {
    header.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
