//! Identity providers whose tokens can be exchanged for the token of a service.

use std::collections::BTreeMap;

use super::credential::IdentityToken;
use super::shelf::{Name, Shelved};
use super::world::{World, slugged};

/// A provider and what its tokens must say.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) slug: Name,
    pub(crate) slug_perm: Name,
    pub(crate) name: Name,
    pub(crate) url: String,
    pub(crate) enabled: bool,
    /// All of these must be in the token; none is the dangerous case.
    pub(crate) claims: BTreeMap<String, serde_json::Value>,
    /// The services, by slug, that a token can become.
    pub(crate) services: Vec<Name>,
    /// The claim whose value chooses the service, by `mappings`.
    pub(crate) mapping_claim: Option<Name>,
    pub(crate) mappings: BTreeMap<String, Name>,
}

impl Provider {
    pub(crate) fn new(name: &str, slug_perm: Name) -> Self {
        Self {
            slug: slugged(name).into(),
            slug_perm,
            name: name.into(),
            url: String::new(),
            enabled: true,
            claims: BTreeMap::new(),
            services: Vec::new(),
            mapping_claim: None,
            mappings: BTreeMap::new(),
        }
    }

    /// Whether an identity becomes this service.
    pub(crate) fn admits(&self, identity: &IdentityToken, service: &str) -> bool {
        let said = |name: &str| identity.claims.get(name).map(String::as_str);
        let holds = |(name, wanted): (&String, &serde_json::Value)| match wanted {
            serde_json::Value::Array(any) => any.iter().any(|one| one.as_str() == said(name)),
            one => said(name) == one.as_str(),
        };
        let issued = self.enabled && identity.issuer.trim_end_matches('/') == self.url.trim_end_matches('/');
        issued && self.claims.iter().all(holds) && self.reaches(identity, service)
    }

    /// A service that some token of this provider can become, and what that token must say.
    fn offer(&self) -> Option<(&str, Vec<(String, String)>)> {
        let word = |wanted: &serde_json::Value| match wanted {
            serde_json::Value::Array(any) => any.first()?.as_str().map(str::to_owned),
            one => one.as_str().map(str::to_owned),
        };
        let claims: Option<Vec<_>> =
            self.claims.iter().map(|(name, wanted)| Some((name.clone(), word(wanted)?))).collect();
        let service = self.services.first().filter(|_| self.enabled)?;
        Some((service, claims?))
    }

    fn reaches(&self, identity: &IdentityToken, service: &str) -> bool {
        let listed = self.services.iter().any(|slug| **slug == *service);
        let claim = self.mapping_claim.as_deref().and_then(|claim| identity.claims.get(claim));
        let mapped = claim.and_then(|value| self.mappings.get(value));
        listed || mapped.is_some_and(|slug| **slug == *service)
    }
}

impl Shelved for Provider {
    fn slug(&self) -> &Name {
        &self.slug
    }

    fn slug_perm(&self) -> &Name {
        &self.slug_perm
    }
}

/// Changes to one provider.
#[derive(Debug)]
pub struct ProviderEdit<'a> {
    provider: &'a mut Provider,
}

impl ProviderEdit<'_> {
    /// Says that its tokens must hold this claim.
    pub fn claim(self, name: &str, value: &str) -> Self {
        self.provider.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Lets its tokens become a service.
    pub fn service(self, slug: &str) -> Self {
        self.provider.services.push(slug.into());
        self
    }

    /// Lets its tokens become the service that the value of a claim is mapped to.
    pub fn mapping(self, claim: &str, value: &str, service: &str) -> Self {
        self.provider.mapping_claim = Some(claim.into());
        self.provider.mappings.insert(value.to_owned(), service.into());
        self
    }

    /// Switches it off.
    pub fn disabled(self) -> Self {
        self.provider.enabled = false;
        self
    }
}

impl World {
    /// A provider of identity tokens.
    pub fn oidc(&mut self, organization: &str, name: &str, url: &str) -> ProviderEdit<'_> {
        let slug_perm = self.slug_perm();
        let providers = &mut self.organization_mut(organization).providers;
        let (_, provider) = providers.ensure(&slugged(name), || Provider::new(name, slug_perm));
        provider.url = url.to_owned();
        ProviderEdit { provider }
    }

    /// An identity token that can be exchanged for the token of a service, and that service.
    pub fn identity(&mut self, organization: &str) -> Option<(String, String)> {
        let providers = &self.organizations.named(organization)?.providers;
        let (url, service, claims) = providers.iter().find_map(|(_, provider)| {
            let (service, claims) = provider.offer()?;
            Some((provider.url.clone(), service.to_owned(), claims))
        })?;
        let claims: Vec<(&str, &str)> = claims.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Some((self.oidc_token(&url, &claims), service))
    }
}
