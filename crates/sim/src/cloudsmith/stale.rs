//! Reads that do not see the latest write yet.
//!
//! Facts: `cloudsmith-api.md` §1: clients are known to poll for up to a minute after a write.

use super::world::World;

/// The world as it was before the last write, for the reads that still see it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stale {
    before: Option<Box<World>>,
    reads: u32,
}

impl World {
    /// Keeps the present for the next reads; to be called before a write, if
    /// [`Quirks::stale_reads`](super::Quirks::stale_reads) asks for it.
    pub(crate) fn remembered(&self) -> Option<Box<Self>> {
        let wanted = self.quirks.stale_reads > 0;
        wanted.then(|| Box::new(Self { stale: Stale::default(), ..self.clone() }))
    }

    /// Says that the write has taken effect, so that the next reads still see the past.
    pub(crate) fn written(&mut self, before: Option<Box<Self>>) {
        if before.is_some() {
            self.stale = Stale { before, reads: self.quirks.stale_reads };
        }
    }

    /// The past, as long as reads are to see it.
    pub(crate) fn past(&mut self) -> Option<&mut Self> {
        if self.stale.reads == 0 {
            self.stale.before = None;
            return None;
        }
        self.stale.reads -= 1;
        self.stale.before.as_deref_mut()
    }
}
