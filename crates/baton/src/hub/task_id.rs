//! The id of a task: 27 letters and digits, as connectors expect, that say which attempt at which job it is.

/// Letters and digits of an id.
const LENGTH: usize = 27;
/// Of them, those of each of the two numbers.
const DIGITS: usize = 13;
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Which attempt at which job a task is. The two numbers are enough to find it again after a restart, and open nothing: a
/// connector may only name tasks of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaskId {
    /// The job.
    pub job: i64,
    /// The attempt.
    pub attempt: i64,
}

impl TaskId {
    /// The id as it is sent.
    #[must_use]
    pub fn text(self) -> String {
        format!("t{}{}", base36(self.job), base36(self.attempt))
    }

    /// Reads an id; nothing of what is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() != LENGTH || !text.is_ascii() {
            return None;
        }
        let (job, attempt) = text.strip_prefix('t')?.split_at_checked(DIGITS)?;
        let id = Self { job: number(job)?, attempt: number(attempt)? };
        // There is one way to write each.
        (id.text() == text).then_some(id)
    }
}

fn base36(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        let at = usize::try_from(rest % 36).unwrap_or_default();
        *digit = BASE36.get(at).copied().unwrap_or(b'0');
        rest /= 36;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

fn number(text: &str) -> Option<i64> {
    i64::from_str_radix(text, 36).ok().filter(|number| *number >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_27_letters_and_read_again() {
        for (job, attempt) in [(1, 1), (0, 0), (35, 36), (i64::MAX, i64::MAX)] {
            let id = TaskId { job, attempt };
            let text = id.text();
            assert!(text.len() == 27 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
            assert_eq!(TaskId::read(&text), Some(id));
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        let id = TaskId { job: 7, attempt: 12 }.text();
        let negative = format!("t-{}{}", &id[2..14], &id[14..]);
        for bad in [
            "",
            "t",
            &id[1..],
            &format!("{id}0"),
            &id.to_uppercase(),
            &negative,
            &"ä".repeat(14),
            "t+00000000001+000000000001",
        ] {
            assert_eq!(TaskId::read(bad), None, "{bad}");
        }
    }
}
