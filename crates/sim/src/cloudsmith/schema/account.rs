//! People, their keys, and what the service says about itself.

use super::{Field, Kind, Schema};

pub(crate) static SELF: Schema = Schema::new(
    "UserBrief",
    &[
        Field::flag("authenticated").read_only(),
        Field::new("email", Kind::Email).nullable().at_least(1).at_most(254),
        Field::text("name").nullable().read_only(),
        Field::link("profile_url").nullable().read_only(),
        Field::blank("self_url").read_only(),
        Field::blank("slug").nullable().read_only(),
        Field::blank("slug_perm").nullable().read_only(),
    ],
);

pub(crate) static PROFILE: Schema = Schema::new(
    "UserProfile",
    &[
        Field::blank("company").nullable().at_most(64),
        Field::text("first_name").required().at_most(120),
        Field::blank("job_title").nullable().at_most(64),
        Field::moment("joined_at"),
        Field::text("last_name").required().at_most(120),
        Field::text("name").read_only(),
        Field::blank("slug").read_only(),
        Field::blank("slug_perm").read_only(),
        Field::blank("tagline").nullable().at_most(1024),
        Field::link("url").read_only(),
    ],
);

pub(crate) static API_KEY: Schema = Schema::new(
    "UserAuthenticationToken",
    &[Field::moment("created").read_only(), Field::blank("key").read_only(), Field::blank("slug_perm").read_only()],
);

pub(crate) static API_KEYS: Schema =
    Schema::new("UserAuthenticationTokens", &[Field::list("results", &Kind::Object(&API_KEY)).required().read_only()]);

pub(crate) static LOGIN: Schema = Schema::new(
    "UserAuthToken",
    &[
        Field::new("email", Kind::Email).at_least(1).write_only(),
        Field::text("password").write_only(),
        Field::text("token").read_only(),
        Field::text("totp_token").write_only(),
        Field::flag("two_factor_required").read_only(),
        Field::text("two_factor_token"),
    ],
);

pub(crate) static NAMESPACE: Schema = Schema::new(
    "Namespace",
    &[
        Field::blank("name").read_only(),
        Field::new("slug", Kind::Slug).read_only(),
        Field::slug("slug_perm").read_only(),
        Field::blank("type_name").read_only(),
    ],
);

pub(crate) static STATUS: Schema =
    Schema::new("StatusBasic", &[Field::text("detail").read_only(), Field::text("version").read_only()]);

static RATE: Schema = Schema::new(
    "RateCheck",
    &[
        Field::new("interval", Kind::Number).read_only(),
        Field::integer("limit").read_only(),
        Field::integer("remaining").read_only(),
        Field::integer("reset").read_only(),
        Field::text("reset_iso_8601").read_only(),
        Field::flag("throttled").read_only(),
    ],
);

pub(crate) static RATES: Schema =
    Schema::new("ResourcesRateCheck", &[Field::new("resources", Kind::Map(&Kind::Object(&RATE))).read_only()]);
