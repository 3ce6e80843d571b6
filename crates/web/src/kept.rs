//! Something that is kept until what it is made of changes.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::WebError;

/// What was made last, and of which version.
pub(crate) struct Kept<V, T> {
    last: Mutex<Option<(V, Arc<T>)>>,
    /// Held by whoever makes one, so that the others wait and do not make the same.
    making: tokio::sync::Mutex<()>,
}

impl<V, T> Default for Kept<V, T> {
    fn default() -> Self {
        Self { last: Mutex::default(), making: tokio::sync::Mutex::default() }
    }
}

impl<V: PartialEq, T> Kept<V, T> {
    /// What is of the version that there is now: made anew only where the last one is not.
    ///
    /// # Errors
    /// What asking for the version, or making it, says.
    pub(crate) async fn of<F, M>(&self, version: impl Fn() -> F, make: impl FnOnce() -> M) -> Result<Arc<T>, WebError>
    where
        F: Future<Output = Result<V, WebError>>,
        M: Future<Output = Result<Arc<T>, WebError>>,
    {
        if let Some(known) = self.known(&version().await?) {
            return Ok(known);
        }
        let _making = self.making.lock().await;
        // Asked before anything is made: what changes meanwhile is only made once more.
        let version = version().await?;
        if let Some(known) = self.known(&version) {
            return Ok(known);
        }
        let made = make().await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&made)));
        Ok(made)
    }

    fn known(&self, version: &V) -> Option<Arc<T>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(of, _)| of == version).map(|(_, known)| Arc::clone(known))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn it_is_made_once_for_each_version() {
        let (kept, version, made) = (Kept::default(), AtomicU32::new(1), AtomicU32::new(0));
        let of = || async { Ok(version.load(Ordering::Relaxed)) };
        let make = || async { Ok(Arc::new(made.fetch_add(1, Ordering::Relaxed))) };
        for (now, wanted) in [(1, 0), (1, 0), (2, 1), (2, 1), (1, 2)] {
            version.store(now, Ordering::Relaxed);
            assert_eq!(kept.of(of, make).await.ok().as_deref(), Some(&wanted), "version {now}");
        }
    }

    #[tokio::test]
    async fn many_at_once_make_one_and_what_failed_is_not_kept() {
        let (kept, made) = (Kept::<u32, u32>::default(), AtomicU32::new(0));
        let failed = kept.of(|| async { Ok(1) }, || async { Err(WebError::unavailable("gone")) }).await;
        assert!(failed.is_err());
        let make = || async {
            tokio::task::yield_now().await;
            Ok(Arc::new(made.fetch_add(1, Ordering::Relaxed)))
        };
        let all = futures::future::join_all((0..20).map(|_| kept.of(|| async { Ok(1) }, make))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
