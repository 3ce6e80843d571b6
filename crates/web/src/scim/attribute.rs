//! Which attributes there are: the schemas of RFC 7643, as values.
//!
//! Passwords are no attribute here, so that none is kept; neither are certificates, which nobody needs for this.

use rolecall_engine::people::scim::{ENTERPRISE_USER, ScimKind};

/// What an attribute holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Boolean,
    Date,
    /// An address, of one of these.
    Reference(&'static [&'static str]),
    Complex(&'static [Attribute]),
}

/// One attribute, or one part of a complex one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
    pub(super) is_multi: bool,
    pub(super) is_required: bool,
    pub(super) is_read_only: bool,
    pub(super) is_case_exact: bool,
    pub(super) is_unique: bool,
    /// Values that are usual.
    pub(super) usual: &'static [&'static str],
}

/// A set of attributes with a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schema {
    pub(super) urn: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) attributes: &'static [Attribute],
}

pub(super) const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

const fn attribute(name: &'static str, kind: Kind, about: &'static str) -> Attribute {
    Attribute {
        name,
        kind,
        about,
        is_multi: false,
        is_required: false,
        is_read_only: false,
        is_case_exact: false,
        is_unique: false,
        usual: &[],
    }
}

const fn text(name: &'static str, about: &'static str) -> Attribute {
    attribute(name, Kind::Text, about)
}

const fn flag(name: &'static str, about: &'static str) -> Attribute {
    attribute(name, Kind::Boolean, about)
}

const fn link(name: &'static str, to: &'static [&'static str], about: &'static str) -> Attribute {
    exact(attribute(name, Kind::Reference(to), about))
}

const fn complex(name: &'static str, parts: &'static [Attribute], about: &'static str) -> Attribute {
    attribute(name, Kind::Complex(parts), about)
}

const fn several(one: Attribute) -> Attribute {
    Attribute { is_multi: true, ..one }
}

const fn read_only(one: Attribute) -> Attribute {
    Attribute { is_read_only: true, ..one }
}

const fn exact(one: Attribute) -> Attribute {
    Attribute { is_case_exact: true, ..one }
}

const fn named(one: Attribute) -> Attribute {
    Attribute { is_required: true, is_unique: true, ..one }
}

const fn usually(one: Attribute, usual: &'static [&'static str]) -> Attribute {
    Attribute { usual, ..one }
}

const DISPLAY: Attribute = text("display", "How it is shown.");
const PRIMARY: Attribute = flag("primary", "Whether it is the main one; one at most is.");
const PLACE: Attribute = usually(text("type", "What it is for."), &["work", "home", "other"]);

const EMAIL: &[Attribute] = &[text("value", "The address."), DISPLAY, PLACE, PRIMARY];
const PHONE: &[Attribute] = &[
    text("value", "The number."),
    DISPLAY,
    usually(text("type", "What it is for."), &["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];
const LABELLED: &[Attribute] = &[text("value", "The value."), DISPLAY, text("type", "What it is for."), PRIMARY];
const PHOTO: &[Attribute] = &[
    link("value", &["external"], "Where the picture is."),
    DISPLAY,
    usually(text("type", "How large it is."), &["photo", "thumbnail"]),
    PRIMARY,
];
const POSTAL: &[Attribute] = &[
    text("formatted", "The whole address."),
    text("streetAddress", "Street and number."),
    text("locality", "City."),
    text("region", "State or region."),
    text("postalCode", "Postal code."),
    text("country", "Country, in two letters."),
    PLACE,
    PRIMARY,
];
const NAME: &[Attribute] = &[
    text("formatted", "The whole name."),
    text("familyName", "Family name."),
    text("givenName", "Given name."),
    text("middleName", "Middle names."),
    text("honorificPrefix", "What is put before the name."),
    text("honorificSuffix", "What is put after the name."),
];
const MEMBER: &[Attribute] = &[
    exact(text("value", "The id of the user or group.")),
    link("$ref", &["User", "Group"], "Where the user or group is."),
    usually(text("type", "What it is."), &["User", "Group"]),
    DISPLAY,
];
const MANAGER: &[Attribute] = &[
    exact(text("value", "The id of the manager.")),
    link("$ref", &["User"], "Where the manager is."),
    read_only(text("displayName", "How the manager is called.")),
];
const META: &[Attribute] = &[
    exact(text("resourceType", "What the resource is.")),
    attribute("created", Kind::Date, "When it was made."),
    attribute("lastModified", Kind::Date, "When it last changed."),
    link("location", &["uri"], "Where it is."),
    exact(text("version", "Its version, as an ETag.")),
];

/// What every resource has.
const COMMON: &[Attribute] = &[
    read_only(exact(text("id", "The id of the resource."))),
    exact(text("externalId", "The identity provider's id of it.")),
    read_only(several(exact(text("schemas", "The schemas of the resource.")))),
    read_only(complex("meta", META, "What the server knows of the resource.")),
];

const USER: &[Attribute] = &[
    named(text("userName", "What the person signs in with. No two users of a directory have the same.")),
    complex("name", NAME, "The parts of the name."),
    text("displayName", "How the person is called."),
    text("nickName", "How the person is called casually."),
    link("profileUrl", &["external"], "The person's own page."),
    text("title", "The person's position."),
    usually(
        text("userType", "On what terms the person works here."),
        &["Employee", "Contractor", "Intern", "Temp", "External"],
    ),
    text("preferredLanguage", "The language that the person likes best."),
    text("locale", "How dates and numbers are written for the person."),
    text("timezone", "The person's time zone."),
    flag("active", "Whether the person works here. Who does not has left, and stays known."),
    several(complex("emails", EMAIL, "The person's e-mail addresses.")),
    several(complex("phoneNumbers", PHONE, "The person's telephone numbers.")),
    several(complex("ims", LABELLED, "The person's addresses for messages.")),
    several(complex("photos", PHOTO, "Pictures of the person.")),
    several(complex("addresses", POSTAL, "Where post for the person goes.")),
    several(complex("entitlements", LABELLED, "What the person may do elsewhere.")),
    several(complex("roles", LABELLED, "The person's roles.")),
];

const GROUP: &[Attribute] = &[
    named(text("displayName", "How the group is called. No two groups of a directory are called the same.")),
    several(complex("members", MEMBER, "Who is in the group.")),
];

const ENTERPRISE: &[Attribute] = &[
    text("employeeNumber", "The number of the employee, which stays the same while names change."),
    text("costCenter", "Who pays."),
    text("organization", "The organisation."),
    text("division", "The division."),
    text("department", "The department."),
    complex("manager", MANAGER, "Whom the person reports to."),
];

/// Every schema.
pub(super) const SCHEMAS: &[Schema] = &[
    Schema { urn: CORE_USER, name: "User", about: "A person", attributes: USER },
    Schema { urn: CORE_GROUP, name: "Group", about: "A group of people", attributes: GROUP },
    Schema {
        urn: ENTERPRISE_USER,
        name: "EnterpriseUser",
        about: "What an employer knows of a person",
        attributes: ENTERPRISE,
    },
];

/// The schema that every resource of a kind has.
pub(super) const fn core(kind: ScimKind) -> &'static str {
    match kind {
        ScimKind::User => CORE_USER,
        ScimKind::Group => CORE_GROUP,
    }
}

/// The extension with this name that is known of a kind.
pub(super) fn extension(kind: ScimKind, urn: &str) -> Option<&'static Schema> {
    let is_it = |schema: &&Schema| schema.urn == ENTERPRISE_USER && schema.urn.eq_ignore_ascii_case(urn);
    (kind == ScimKind::User).then(|| SCHEMAS.iter().find(is_it)).flatten()
}

/// An attribute of a kind by its name, in any case.
pub(super) fn of_kind(kind: ScimKind, name: &str) -> Option<&'static Attribute> {
    let own = match kind {
        ScimKind::User => USER,
        ScimKind::Group => GROUP,
    };
    among(own, name).or_else(|| among(COMMON, name))
}

/// One of some attributes by its name, in any case.
pub(super) fn among(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|one| one.name.eq_ignore_ascii_case(name))
}

impl Attribute {
    /// A part of a complex attribute by its name, in any case.
    pub(super) fn part(&self, name: &str) -> Option<&'static Self> {
        match self.kind {
            Kind::Complex(parts) => among(parts, name),
            _ => None,
        }
    }
}

/// What a resource is named by.
pub(super) const fn naming(kind: ScimKind) -> &'static str {
    match kind {
        ScimKind::User => "userName",
        ScimKind::Group => "displayName",
    }
}
