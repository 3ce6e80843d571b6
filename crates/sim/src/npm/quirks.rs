//! Where the real registry is unclear or differs from its documentation: one switch each.
//!
//! Facts and gaps: `npm-api.md` §2, §5, §6, §7 and §11. The default of every switch is what the
//! documentation says; [`Quirks::recorded`] is what one real organisation was seen to answer.

use crate::limit::Budget;

/// How permissions are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PermissionWords {
    /// `read-only`/`read-write` with `format=cli`, `read`/`write` without.
    #[default]
    ByFormat,
    /// Always `read`/`write`.
    Short,
    /// Always `read-only`/`read-write`.
    Long,
}

/// How a list of teams names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TeamNames {
    /// `acme:release`
    #[default]
    Plain,
    /// `@acme:release`
    At,
    /// `release`
    Bare,
}

/// What a caller sees of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterView {
    /// Every member.
    Full,
    /// Nobody but the caller.
    OnlySelf,
    /// The members that are public, and the caller.
    PublicPart,
    /// An empty object with status 200.
    Empty,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
}

/// How a one-time password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtpForm {
    /// As web pages for clients that say `npm-auth-type: web`, as text for others.
    #[default]
    ByHeader,
    /// Always as text.
    Text,
    /// Always as web pages.
    Web,
}

/// When a challenge or sign-in on the web counts as passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebApproval {
    /// After so many polls that were answered with 202, as if somebody had clicked meanwhile.
    AfterPolls(u32),
    /// Only when its page is opened, or [`approve`](super::World::approve) is called.
    Manual,
}

/// How this registry behaves where there is a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirks {
    /// The spelling of permissions.
    pub permission_words: PermissionWords,
    /// The spelling of teams.
    pub team_names: TeamNames,
    /// `size` in a membership as text instead of a number.
    pub size_as_text: bool,
    /// Visibility as `{"<pkg>":"public"}` instead of `{"public":true}`.
    pub visibility_map: bool,
    /// Whether answers carry an entity tag, so that a client can ask whether they changed.
    pub entity_tags: bool,
    /// Deletions answer `200 {}` instead of an empty 204.
    pub deletes_answer_200: bool,
    /// What every caller sees of a roster, whoever it is; `None` goes by the three below.
    pub roster: Option<RosterView>,
    /// What a caller without a token sees of a roster.
    pub roster_anonymous: RosterView,
    /// What somebody outside the organisation sees of a roster.
    pub roster_outsider: RosterView,
    /// What a plain member sees of a roster.
    pub roster_developer: RosterView,
    /// Whether open invitations are shown in the roster.
    pub invitees_in_roster: bool,
    /// Whether the list of teams is for owners only.
    pub teams_need_owner: bool,
    /// The status for an organisation that a granular token does not include.
    pub organization_not_selected: u16,
    /// Whether `whoami` and the profile refuse granular tokens with 401.
    pub granular_whoami_refused: bool,
    /// Whether owners and admins need a grant of their own to see a private package.
    pub private_needs_grant: bool,
    /// Whether a grant can be given by an admin or owner who cannot write the package.
    pub grants_without_write: bool,
    /// Whether governance writes ask no one-time password in the mode `auth-only`.
    pub auth_only_exempt: bool,
    /// The form of one-time-password challenges.
    pub otp_form: OtpForm,
    /// When a challenge on the web counts as passed.
    pub web_approval: WebApproval,
    /// How many tokens a page of their list holds when the client asks for no number.
    pub token_page: usize,
    /// Whether new packages in the scope are writable by the `developers` team.
    pub developers_write_new: bool,
    /// The budget for searches.
    pub search_budget: Option<Budget>,
    /// The budget for all requests together.
    pub budget: Option<Budget>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            permission_words: PermissionWords::default(),
            team_names: TeamNames::default(),
            size_as_text: false,
            visibility_map: false,
            entity_tags: true,
            deletes_answer_200: false,
            roster: None,
            roster_anonymous: RosterView::Unauthorized,
            roster_outsider: RosterView::PublicPart,
            roster_developer: RosterView::Full,
            invitees_in_roster: false,
            teams_need_owner: false,
            organization_not_selected: 403,
            granular_whoami_refused: false,
            private_needs_grant: false,
            grants_without_write: false,
            auth_only_exempt: false,
            otp_form: OtpForm::default(),
            web_approval: WebApproval::AfterPolls(1),
            token_page: 10,
            developers_write_new: true,
            search_budget: Some(Budget::per_minute(10, 0)),
            budget: None,
        }
    }
}

impl Quirks {
    /// What a recorded read of one real organisation showed: `read`/`write` even with
    /// `format=cli`, and after about 60 searches an HTML 429 with `retry-after: 65`.
    /// (That organisation also had no `developers` team, see
    /// [`organization_without_developers`](super::World::organization_without_developers).)
    #[must_use]
    pub fn recorded() -> Self {
        Self {
            permission_words: PermissionWords::Short,
            search_budget: Some(Budget::per_minute(60, 65)),
            ..Self::default()
        }
    }
}
