//! What the tests that hold for every registry need of one that is served.

use rolecall_sim::Faults;
use rolecall_testkit::{Binary, Ran};

use crate::support::Served;

/// A served organisation, whichever registry it is in.
pub(crate) trait Source: Send + Sync {
    /// A binary that may read it.
    fn binary(&self) -> Binary;

    /// Arguments of a sync.
    fn sync_arguments(&self) -> Vec<String>;

    /// What can go wrong.
    fn faults(&self) -> &Faults;

    /// How many requests were answered since they were last forgotten.
    fn requests_seen(&self) -> usize;

    /// Forgets them.
    fn requests_forget(&self);

    /// Whether answers can be asked for conditionally.
    fn conditional(&self, on: bool);

    /// Gives somebody more than they had.
    fn somebody_raise(&self);
}

impl Source for Served {
    fn binary(&self) -> Binary {
        self.binary()
    }

    fn sync_arguments(&self) -> Vec<String> {
        self.sync_arguments(&[]).into_iter().map(str::to_owned).collect()
    }

    fn faults(&self) -> &Faults {
        self.server.faults()
    }

    fn requests_seen(&self) -> usize {
        self.server.requests().len()
    }

    fn requests_forget(&self) {
        self.server.requests_clear();
    }

    fn conditional(&self, on: bool) {
        self.server.world().quirks.entity_tags = on;
    }

    fn somebody_raise(&self) {
        let mut world = self.server.world();
        let members = world.members(&self.organization);
        let developer = members.iter().map(|(name, _)| name.clone()).next_back().unwrap();
        world.member(&self.organization, &developer, rolecall_sim::npm::Role::Owner);
    }
}

/// Runs a sync to its end, off this thread, so that the server can answer.
pub(crate) fn sync(source: &dyn Source, binary: &Binary, more: &[&str]) -> Ran {
    let arguments = source.sync_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    tokio::task::block_in_place(|| binary.run(&arguments)).unwrap()
}
