//! A connector, as whoever calls one sees it.

mod card;

pub use card::ConnectorCard;
