//! Sources that connectors of baton's world read: what they declare is not known before, and comes with what they list.
//!
//! | question | file |
//! |---|---|
//! | which types, entitlements and rules has such a source? | `shape.rs` |
//! | how is that a declaration, as every connector type has one? | `declaration.rs` |

mod declaration;
mod shape;

pub use declaration::{DECLARATION, EVERYTHING, ROOT, TYPE, declared};
pub use shape::{Shape, ShapeEntitlement, ShapeError, ShapePassage, ShapePurpose, ShapeType};
