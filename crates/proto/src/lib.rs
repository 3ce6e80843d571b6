//! Baton's messages and services, generated from `proto/`, which is written from `reference/baton.md` §2. Fields that
//! nothing here reads or writes are left out there: readers keep to the numbers, and skip what they do not know.
//!
//! Private to `rolecall-baton`, which speaks of these with its own words. Modules are nested as packages are, because
//! generated code finds its neighbours that way.
#![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, reason = "generated")]

/// Packages of baton's makers.
pub mod c1 {
    /// What connectors say: resource types, resources, entitlements, grants and the services that list them.
    pub mod connector {
        /// The version that is spoken.
        pub mod v2 {
            tonic::include_proto!("c1.connector.v2");
        }
    }
    /// What a hub and the programs that read for it say to each other.
    pub mod connectorapi {
        /// Of connectors.
        pub mod baton {
            /// The version that is spoken.
            pub mod v1 {
                tonic::include_proto!("c1.connectorapi.baton.v1");
            }
        }
    }
}

/// Packages that others share.
pub mod google {
    /// Calls.
    pub mod rpc {
        tonic::include_proto!("google.rpc");
    }
}
