//! Where a source shows what rules about governance look at: how accounts sign in, what settings ask for, what opens
//! something without an account. Rules know no registry; they look where its declaration says.

/// What a source shows besides rights. Everything may be missing: a rule that has nothing to look at says so.
#[derive(Clone, Copy, Debug)]
pub struct GovernanceDeclaration {
    /// What it shows of accounts.
    pub accounts: AccountSigns,
    /// How people sign in, where settings of the root say so.
    pub sign_in: Option<SignInDeclaration>,
    /// Settings of a resource that say how much somebody needs to do something with it.
    pub bars: &'static [BarDeclaration],
    /// Accounts of programs, where they are of a type of their own.
    pub services: Option<ServiceDeclaration>,
    /// Credentials that open a resource without an account.
    pub tokens: Option<OpeningTokenDeclaration>,
    /// Whose signed word makes somebody a service.
    pub identity_providers: Option<IdentityProviderDeclaration>,
    /// Groups of an identity provider that fill groups here.
    pub group_sync: Option<GroupSyncDeclaration>,
    /// Invitations that nobody has accepted yet.
    pub invitations: Option<InvitationDeclaration>,
    /// How what was written last came about.
    pub releases: Option<ReleaseDeclaration>,
    /// How often a resource is fetched: a number.
    pub fetched: Option<&'static str>,
}

impl GovernanceDeclaration {
    /// A source that shows rights and nothing else.
    pub const NOTHING: Self = Self {
        accounts: AccountSigns { address: None, second_factor: None, last_sign_in: None },
        sign_in: None,
        bars: &[],
        services: None,
        tokens: None,
        identity_providers: None,
        group_sync: None,
        invitations: None,
        releases: None,
        fetched: None,
    };
}

/// Properties of accounts. What is null or absent is unknown.
#[derive(Clone, Copy, Debug)]
pub struct AccountSigns {
    /// The e-mail address: a text.
    pub address: Option<&'static str>,
    /// Whether a second factor is asked for: a flag. Where there is none, people may state it.
    pub second_factor: Option<&'static str>,
    /// When somebody last signed in: a moment.
    pub last_sign_in: Option<&'static str>,
}

/// How people sign in, by properties of the root.
#[derive(Clone, Copy, Debug)]
pub struct SignInDeclaration {
    /// The listing of the root that tells.
    pub listing: &'static str,
    /// Whether single sign-on is offered: a flag.
    pub offered: &'static str,
    /// Whether it is the only way in: a flag.
    pub enforced: &'static str,
    /// The property of an account that says how it last signed in.
    pub method: &'static str,
    /// Its values, lower-case, that are ways around single sign-on.
    pub around: &'static [&'static str],
}

/// A setting of a resource that says how much somebody needs to do something with it.
#[derive(Clone, Copy, Debug)]
pub struct BarDeclaration {
    /// The type of the resource.
    pub resource_type: &'static str,
    /// The property.
    pub property: &'static str,
    /// What it is about, as a stable word that is part of findings' keys: `delete`.
    pub word: &'static str,
    /// The same in a sentence: `delete packages`.
    pub what: &'static str,
    /// Its values, lower-case, that are a low bar.
    pub low: &'static [&'static str],
    /// Whether the source sets it so low unless somebody says otherwise.
    pub is_usual: bool,
}

/// Accounts of programs.
#[derive(Clone, Copy, Debug)]
pub struct ServiceDeclaration {
    /// Their type.
    pub resource_type: &'static str,
    /// The listing of the root that names them.
    pub listing: &'static str,
    /// Who made one.
    pub creator: CreatorDeclaration,
}

/// The property that names the account that made something.
#[derive(Clone, Copy, Debug)]
pub struct CreatorDeclaration {
    /// The property.
    pub property: &'static str,
    /// Its values that are no accounts.
    pub nobody: &'static [&'static str],
}

/// Credentials that open the resource that they belong to.
#[derive(Clone, Copy, Debug)]
pub struct OpeningTokenDeclaration {
    /// Their type.
    pub resource_type: &'static str,
    /// The listing of the resource that names them.
    pub listing: &'static str,
    /// Whether anything bounds their use: a flag.
    pub limited: &'static str,
    /// Whether it is the one that every resource begins with: a flag.
    pub initial: &'static str,
    /// When it was made: a moment.
    pub created: &'static str,
    /// Who made it.
    pub creator: CreatorDeclaration,
    /// How often it was used: a number.
    pub uses: &'static str,
}

/// Identity providers whose signed word makes somebody a service.
#[derive(Clone, Copy, Debug)]
pub struct IdentityProviderDeclaration {
    /// Their type.
    pub resource_type: &'static str,
    /// The listing of the root that names them.
    pub listing: &'static str,
    /// What people call one: its name.
    pub name: &'static str,
    /// Whether it is in use: a flag.
    pub enabled: &'static str,
    /// What it has to say of somebody: a list of claims.
    pub claims: &'static str,
    /// The claim whose value decides which service somebody is.
    pub mapping: &'static str,
    /// The link to it from a service that believes it.
    pub trusts: &'static str,
}

/// Groups of an identity provider that fill groups here.
#[derive(Clone, Copy, Debug)]
pub struct GroupSyncDeclaration {
    /// The type of a mapping from group to group.
    pub resource_type: &'static str,
    /// The listing of the root that names them.
    pub listing: &'static str,
    /// The listing of the root that says whether they are followed.
    pub settings: &'static str,
    /// Whether they are: a flag of the root.
    pub on: &'static str,
}

/// Invitations that nobody has accepted yet.
#[derive(Clone, Copy, Debug)]
pub struct InvitationDeclaration {
    /// Their type.
    pub resource_type: &'static str,
    /// The listing of the root that names them.
    pub listing: &'static str,
    /// The address: a text.
    pub address: &'static str,
    /// The role that comes with accepting it: a text.
    pub role: &'static str,
    /// Its values, lower-case, that administer the root.
    pub administering: &'static [&'static str],
}

/// How what was written last came about, by properties of a resource.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseDeclaration {
    /// Whether the latest release proves where it was built: a flag.
    pub provenance: &'static str,
    /// An object from the provider of a workflow to the moment of its last release.
    pub workflows: &'static str,
    /// The listing of a resource that names workflows that may write it.
    pub trust: &'static str,
    /// Entitlements that such workflows hold, by the source repository that they are of.
    pub trusted: &'static [&'static str],
}
