//! What several answers are made of.

use crate::api::shape::{Moment, shape};

shape! {
    /// Something that is recorded, by its name in its source.
    Named of rolecall_engine::Candidate {
        /// The connector that reads it.
        #[schema(examples("npm:acme"))]
        connector: String,
        #[serde(rename = "type")]
        #[schema(examples("package"))]
        kind: String,
        /// Its id in the source.
        #[schema(examples("@acme/core"))]
        id: String,
    }
}

shape! {
    /// The past moment that an answer is of.
    AsOf of rolecall_engine::AsOf {
        moment: Moment,
        /// What was the latest then of each connector there was.
        connectors: Vec<KnownThen>,
    }
}

shape! {
    /// What was known of a connector at a past moment.
    KnownThen of rolecall_engine::KnownThen {
        /// As it was called then.
        connector: String,
        /// When what was the latest then had become current; null when it had not been read yet.
        current_since: Option<Moment>,
        /// When it was first read, if only later.
        first_known: Option<Moment>,
    }
}

shape! {
    /// How complete an answer is. What is not complete is a lower bound.
    Completeness of rolecall_engine::Completeness {
        /// Whether every listing behind the answer was read in full at its last reading.
        complete: bool,
        /// When the oldest of those listings was last read in full.
        read_in_full_since: Option<Moment>,
        /// What is missing, one for each kind of listing and reason.
        gaps: Vec<Gap>,
        /// Connectors behind the answer that nobody reads any more.
        paused: Vec<Paused>,
    }
}

shape! {
    /// A connector that somebody paused: what is said of it is as old as its last sync.
    Paused of rolecall_engine::PausedConnector {
        connector: String,
        since: Moment,
    }
}

shape! {
    /// Listings of one kind that were not read in full, for one reason.
    Gap of rolecall_engine::Gap {
        connector: String,
        /// Their kind.
        listing: String,
        /// How many there are.
        count: u64,
        /// Out of how many behind the answer.
        of: u64,
        /// What people call the first of them.
        example: String,
        /// `unproven`, `partial`, `unavailable` or `unread`.
        verdict: String,
        /// Why, in a stable word.
        reason: String,
        /// Why, in a sentence.
        text: String,
        /// When the first of them was last read in full, if ever.
        last_complete: Option<Moment>,
    }
}

shape! {
    /// One way in which an account comes to a right.
    Path of rolecall_engine::PathAnswer {
        /// In words: `team acme/developers`.
        text: String,
        /// From the account to the resource.
        steps: Vec<Step>,
        /// Since when it is known: that of its youngest step.
        since: Moment,
        /// Whether it may be older: it was there when it was first read.
        or_earlier: bool,
        /// Whether a step was missing in the last reading, and waits for a person.
        removal_unconfirmed: bool,
        /// Whether the source says that the account has the right, and nothing shows by which path.
        path_unknown: bool,
    }
}

shape! {
    /// A step of a path: somebody or something holds an entitlement.
    Step of rolecall_engine::StepAnswer {
        /// Who holds it.
        principal: Named,
        /// What is held, as `type:id:slug`.
        #[schema(examples("team:acme/developers:member"))]
        entitlement: String,
        /// `observed`, `rule`, `setting` or `path-unknown`.
        origin: String,
        /// Whose rule or setting gives it.
        why: Option<String>,
        since: Moment,
        /// Whether it was missing in the last reading, and waits for a person.
        removal_unconfirmed: bool,
    }
}
