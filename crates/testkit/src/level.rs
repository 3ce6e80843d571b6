//! How many cases a test with very many possible ones runs.

/// The environment variable that asks for every case.
const VARIABLE: &str = "ROLECALL_TEST_LEVEL";

/// `deep` cases when `ROLECALL_TEST_LEVEL=deep` (`cargo xtask test --deep`), and `ci` otherwise: enough to notice
/// a mistake on every run, without keeping everyone waiting.
#[must_use]
pub fn cases(ci: usize, deep: usize) -> usize {
    if std::env::var(VARIABLE).is_ok_and(|level| level == "deep") { deep } else { ci }
}
