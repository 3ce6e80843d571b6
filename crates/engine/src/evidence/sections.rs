//! The sections of a package, in the order of the report.

use rolecall_store::StoreError;

use super::attestations::Attestations;
use super::audit::Audit;
use super::campaigns::Campaigns;
use super::changes::Changes;
use super::credentials::Credentials;
use super::findings::Findings;
use super::gaps::Gaps;
use super::leavers::Leavers;
use super::listings::Listings;
use super::people::People;
use super::population::Population;
use super::remediation::Remediation;
use super::scope::Scope;
use super::section::Section;

/// All of them. A section more is a line more.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn sections<'s>(scope: &'s Scope<'s>) -> Result<Vec<Box<dyn Section + 's>>, StoreError> {
    let gaps = Gaps::load(scope).await?;
    let changes = Changes::load(scope, gaps.listings()).await?;
    let campaigns = Campaigns::load(scope).await?;
    Ok(vec![
        Box::new(Population { scope }),
        Box::new(Listings { scope }),
        Box::new(Credentials::load(scope).await?),
        Box::new(gaps),
        Box::new(People { scope }),
        Box::new(Leavers::load(scope).await?),
        Box::new(changes),
        Box::new(Findings::load(scope).await?),
        Box::new(Attestations::load(scope).await?),
        Box::new(campaigns.reviews()),
        Box::new(campaigns),
        Box::new(Remediation::load(scope).await?),
        Box::new(Audit::load(scope).await?),
    ])
}
