//! Repositories, privileges, entitlement tokens and packages.

use super::{Field, Kind, Schema};
use crate::cloudsmith::repository::{Broadcast, Level, Visibility};

const CONTENT_KINDS: &[&str] = &["Standard", "Distribution", "Upstream"];
const FROM_WRITE: &[&str] = &["Admin", "Write"];
const UNITS: &[&str] =
    &["Byte", "Kilobyte", "Megabyte", "Gigabyte", "Terabyte", "Petabyte", "Exabyte", "Zettabyte", "Yottabyte"];
const RESETS: &[&str] = &[
    "Never Reset",
    "Daily",
    "Weekly",
    "Fortnightly",
    "Monthly",
    "Bi-Monthly",
    "Quarterly",
    "Every 6 months",
    "Annual",
];

static SIGNING_KEY: Schema = Schema::new(
    "RepositorySigningKey",
    &[
        Field::flag("active").read_only(),
        Field::text("comment").required(),
        Field::moment("created_at").read_only(),
        Field::text("fingerprint").read_only(),
    ],
);

pub(crate) static REPOSITORY: Schema = Schema::new(
    "Repository",
    &[
        Field::integer("active_connection_count").read_only(),
        Field::words("broadcast_state", Broadcast::WORDS, "Off"),
        Field::blank("cdn_url").nullable().read_only(),
        Field::words("content_kind", CONTENT_KINDS, "Standard"),
        Field::flag("contextual_auth_realm"),
        Field::flag("copy_own"),
        Field::words("copy_packages", Level::GIVEN, "Read"),
        Field::flag("cosign_signing_enabled"),
        Field::moment("created_at").read_only(),
        Field::words("default_privilege", Level::WORDS, "None"),
        Field::flag("delete_own"),
        Field::words("delete_packages", FROM_WRITE, "Admin"),
        Field::moment("deleted_at").nullable().read_only(),
        Field::blank("description"),
        Field::list("distributes", &Kind::Slug),
        Field::flag("docker_refresh_tokens_enabled"),
        Field::list("ecdsa_keys", &Kind::Object(&SIGNING_KEY)).read_only(),
        Field::flag("enforce_eula"),
        Field::flag("generic_package_index_enabled"),
        Field::list("gpg_keys", &Kind::Object(&SIGNING_KEY)).read_only(),
        Field::flag("index_files"),
        Field::flag("is_open_source").read_only(),
        Field::flag("is_private").read_only(),
        Field::flag("is_public").read_only(),
        Field::flag("is_public_hidden"),
        Field::words("manage_entitlements_privilege", Level::GIVEN, "Admin"),
        Field::flag("move_own"),
        Field::words("move_packages", Level::GIVEN, "Admin"),
        Field::new("name", Kind::Title).required().at_least(1).at_most(50),
        Field::new("namespace", Kind::Slug).read_only(),
        Field::link("namespace_url").read_only(),
        Field::flag("npm_upstream_tags_take_precedence"),
        Field::flag("nuget_native_signing_enabled"),
        Field::integer("num_downloads").read_only(),
        Field::integer("num_policy_violated_packages").read_only(),
        Field::integer("num_quarantined_packages").read_only(),
        Field::blank("open_source_license").nullable(),
        Field::link("open_source_project_url").nullable().at_most(200),
        Field::integer("package_count").read_only(),
        Field::integer("package_count_excl_subcomponents").read_only(),
        Field::integer("package_group_count").read_only(),
        Field::flag("proxy_npmjs"),
        Field::flag("proxy_pypi"),
        Field::flag("raw_package_index_enabled"),
        Field::flag("raw_package_index_signatures_enabled"),
        Field::words("replace_packages", FROM_WRITE, "Write"),
        Field::flag("replace_packages_by_default"),
        Field::integer("repository_type").read_only(),
        Field::words("repository_type_str", Visibility::WORDS, "Public"),
        Field::flag("resync_own"),
        Field::words("resync_packages", FROM_WRITE, "Admin"),
        Field::flag("scan_own"),
        Field::words("scan_packages", Level::GIVEN, "Read"),
        Field::text("self_html_url").read_only(),
        Field::link("self_url").read_only(),
        Field::text("self_webapp_url").read_only(),
        Field::flag("show_setup_all"),
        Field::integer("size").read_only(),
        Field::blank("size_str").read_only(),
        Field::blank("slug"),
        Field::slug("slug_perm").read_only(),
        Field::blank("storage_region").read_only(),
        Field::flag("strict_npm_validation"),
        Field::flag("tag_pre_releases_as_latest"),
        Field::flag("use_debian_labels"),
        Field::flag("use_default_cargo_upstream"),
        Field::words("use_entitlements_privilege", Level::GIVEN, "Read"),
        Field::flag("use_noarch_packages"),
        Field::flag("use_source_packages"),
        Field::flag("use_vulnerability_scanning"),
        Field::flag("user_entitlements_enabled"),
        Field::words("view_statistics", Level::GIVEN, "Read"),
    ],
);

static PRIVILEGE: Schema = Schema::new(
    "RepositoryPrivilegeDict",
    &[
        Field::new("privilege", Kind::Words(Level::GIVEN)).required(),
        Field::slug("service"),
        Field::slug("team"),
        Field::slug("user"),
    ],
);

pub(crate) static PRIVILEGES: Schema =
    Schema::new("RepositoryPrivilegeInput", &[Field::list("privileges", &Kind::Object(&PRIVILEGE)).required()]);

static EULA: Schema = Schema::new(
    "Eula",
    &[Field::new("identifier", Kind::Slug).nullable().at_most(16), Field::integer("number").nullable().at_least(0)],
);

pub(crate) static TOKEN: Schema = Schema::new(
    "RepositoryToken",
    &[
        Field::flag("access_private_broadcasts").read_only(),
        Field::integer("clients").read_only(),
        Field::moment("created_at").read_only(),
        Field::text("created_by").read_only(),
        Field::link("created_by_url").read_only(),
        Field::flag("default").read_only(),
        Field::link("disable_url").read_only(),
        Field::integer("downloads").read_only(),
        Field::link("enable_url").read_only(),
        Field::new("eula_accepted", Kind::Object(&EULA)).nullable().read_only(),
        Field::moment("eula_accepted_at").nullable().read_only(),
        Field::text("eula_accepted_from").nullable().read_only(),
        Field::flag("eula_required"),
        Field::flag("has_limits").read_only(),
        Field::integer("identifier").nullable().read_only(),
        Field::flag("is_active"),
        Field::flag("is_limited").read_only(),
        Field::integer("limit_bandwidth").nullable(),
        Field::words("limit_bandwidth_unit", UNITS, "Byte").nullable(),
        Field::moment("limit_date_range_from").nullable(),
        Field::moment("limit_date_range_to").nullable(),
        Field::integer("limit_num_clients").nullable(),
        Field::integer("limit_num_downloads").nullable(),
        Field::blank("limit_package_query").nullable().at_most(1024),
        Field::blank("limit_path_query").nullable().at_most(1024),
        Field::new("metadata", Kind::Map(&Kind::Anything)).nullable(),
        Field::text("name").required(),
        Field::link("refresh_url").read_only(),
        Field::link("reset_url").read_only(),
        Field::moment("scheduled_reset_at").nullable(),
        Field::words("scheduled_reset_period", RESETS, "Never Reset").nullable(),
        Field::link("self_url").read_only(),
        Field::slug("slug_perm").read_only(),
        Field::text("token"),
        Field::moment("updated_at").nullable().read_only(),
        Field::text("updated_by").nullable().read_only(),
        Field::link("updated_by_url").nullable().read_only(),
        Field::text("usage").read_only(),
        Field::text("user").nullable().read_only(),
        Field::link("user_url").nullable().read_only(),
    ],
);

pub(crate) static TOKEN_SYNC: Schema = Schema::new(
    "RepositoryTokenSync",
    &[Field::text("source").required().write_only(), Field::list("tokens", &Kind::Object(&TOKEN)).read_only()],
);

pub(crate) static PACKAGE: Schema = Schema::new(
    "RawPackageUpload",
    &[
        Field::text("format").read_only(),
        Field::text("name").nullable(),
        Field::blank("namespace").read_only(),
        Field::text("package_file").write_only(),
        Field::blank("repository").read_only(),
        Field::link("self_url").read_only(),
        Field::slug("slug").read_only(),
        Field::moment("uploaded_at").read_only(),
        Field::text("version").nullable(),
    ],
);
