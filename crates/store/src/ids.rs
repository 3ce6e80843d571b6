//! Keys of rows, one type each, so that a sync is never taken for a snapshot.

use std::fmt;

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

key! {
    /// A connector.
    ConnectorId
}
key! {
    /// One run over a connector's listings.
    SyncId
}
key! {
    /// A snapshot. Later ones have greater numbers, across connectors too.
    SnapshotId
}
key! {
    /// A listing of a connector.
    ListingId
}
key! {
    /// A job. Later ones have greater numbers.
    JobId
}
key! {
    /// An account of the hub.
    HubUserId
}
key! {
    /// A rule that people keep.
    RuleId
}
key! {
    /// A finding.
    FindingId
}
key! {
    /// A place where something is told.
    EndpointId
}
key! {
    /// A review of access.
    ReviewId
}
key! {
    /// A grant in a review.
    ReviewItemId
}
key! {
    /// A plan.
    PlanId
}
key! {
    /// A step of a plan.
    PlanStepId
}
