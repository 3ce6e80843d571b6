//! The audit log, quotas and limits.

use super::{Field, Kind, Schema};

static LOCATION: Schema = Schema::new(
    "GeoIpLocation",
    &[
        Field::text("city").nullable().required(),
        Field::text("continent").nullable().required(),
        Field::text("country").nullable().required(),
        Field::blank("country_code").read_only(),
        Field::new("latitude", Kind::Decimal).nullable(),
        Field::new("longitude", Kind::Decimal).nullable(),
        Field::text("postal_code").nullable().required(),
    ],
);

pub(crate) static AUDIT: Schema = Schema::new(
    "NamespaceAuditLog",
    &[
        Field::text("actor").nullable().required(),
        Field::text("actor_ip_address").nullable().required(),
        Field::blank("actor_kind").read_only(),
        Field::new("actor_location", Kind::Object(&LOCATION)).required(),
        Field::text("actor_slug_perm").nullable().required(),
        Field::link("actor_url").nullable().read_only(),
        Field::text("context").required(),
        Field::text("event").required(),
        Field::moment("event_at").required(),
        Field::text("object").required(),
        Field::text("object_kind").required(),
        Field::text("object_slug_perm").required(),
        Field::text("target").required(),
        Field::text("target_kind").required(),
        Field::new("target_slug_perm", Kind::Slug).nullable().at_most(24),
        Field::new("uuid", Kind::Uuid).read_only(),
    ],
);

static SHOWN: Schema = Schema::new(
    "AllocatedLimit",
    &[
        Field::text("configured").at_most(32),
        Field::text("peak").at_most(32),
        Field::text("percentage_used").at_most(10),
        Field::text("plan_limit").at_most(32),
        Field::text("used").at_most(32),
    ],
);

static COUNTED: Schema = Schema::new(
    "AllocatedLimitRaw",
    &[
        Field::integer("configured"),
        Field::integer("peak"),
        Field::new("percentage_used", Kind::Decimal),
        Field::integer("plan_limit"),
        Field::integer("used"),
    ],
);

static SHOWN_LIMITS: Schema = Schema::new(
    "UsageLimits",
    &[Field::new("bandwidth", Kind::Object(&SHOWN)).required(), Field::new("storage", Kind::Object(&SHOWN)).required()],
);

static COUNTED_LIMITS: Schema = Schema::new(
    "UsageLimitsRaw",
    &[
        Field::new("bandwidth", Kind::Object(&COUNTED)).required(),
        Field::new("storage", Kind::Object(&COUNTED)).required(),
    ],
);

static USAGE: Schema = Schema::new(
    "UsageFieldset",
    &[
        Field::new("display", Kind::Object(&SHOWN_LIMITS)).required(),
        Field::new("raw", Kind::Object(&COUNTED_LIMITS)).required(),
    ],
);

pub(crate) static QUOTA: Schema = Schema::new("Quota", &[Field::new("usage", Kind::Object(&USAGE)).required()]);

static SHOWN_USE: Schema = Schema::new(
    "Usage",
    &[
        Field::text("limit").at_most(32),
        Field::text("peak").at_most(32),
        Field::text("percentage").at_most(10),
        Field::text("used").at_most(32),
    ],
);

static COUNTED_USE: Schema = Schema::new(
    "UsageRaw",
    &[Field::integer("limit"), Field::integer("peak"), Field::new("percentage", Kind::Decimal), Field::integer("used")],
);

static SHOWN_HISTORY: Schema = Schema::new(
    "HistoryFieldset",
    &[
        Field::new("downloaded", Kind::Object(&SHOWN_USE)).required(),
        Field::new("storage_used", Kind::Object(&SHOWN_USE)).required(),
        Field::new("uploaded", Kind::Object(&SHOWN_USE)).required(),
    ],
);

static COUNTED_HISTORY: Schema = Schema::new(
    "HistoryFieldsetRaw",
    &[
        Field::new("downloaded", Kind::Object(&COUNTED_USE)).required(),
        Field::new("storage_used", Kind::Object(&COUNTED_USE)).required(),
        Field::new("uploaded", Kind::Object(&COUNTED_USE)).required(),
    ],
);

static PERIOD: Schema = Schema::new(
    "History",
    &[
        Field::integer("days"),
        Field::new("display", Kind::Object(&SHOWN_HISTORY)).required(),
        Field::moment("end").required(),
        Field::text("plan").required().at_most(64),
        Field::new("raw", Kind::Object(&COUNTED_HISTORY)).required(),
        Field::moment("start").required(),
    ],
);

pub(crate) static QUOTA_HISTORY: Schema =
    Schema::new("QuotaHistory", &[Field::list("history", &Kind::Object(&PERIOD)).required()]);

pub(crate) static LIMITS: Schema = Schema::new(
    "OrganizationUsageLimits",
    &[
        Field::flag("allow_open_source_overage"),
        Field::integer("bandwidth_maximum").read_only(),
        Field::integer("bandwidth_overage_limit"),
        Field::integer("storage_maximum").read_only(),
        Field::integer("storage_overage_limit"),
    ],
);

pub(crate) static LIMITS_UPDATE: Schema = Schema::new(
    "OrganizationUsageUpdate",
    &[
        Field::flag("allow_open_source_overage"),
        Field::integer("bandwidth_overage_limit").nullable().at_least(0),
        Field::integer("storage_overage_limit").nullable().at_least(0),
    ],
);
