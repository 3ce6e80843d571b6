//! Exit codes as other connectors have them: those of calls.

use crate::exit::{Exit, Failure};

/// The same outcome, with the code of a call.
pub(super) fn of_outcome(outcome: Result<Exit, Failure>) -> Result<Exit, Failure> {
    match outcome {
        Ok(exit) => Ok(Exit::Status(code(exit))),
        Err(failure) => Err(Failure { exit: Exit::Status(code(failure.exit)), ..failure }),
    }
}

/// The code of a call that ended so.
pub(super) const fn code(exit: Exit) -> u8 {
    match exit {
        Exit::Done => 0,
        Exit::Stopped => 1,
        Exit::Failure | Exit::Found => 2,
        Exit::Usage => 3,
        Exit::Name => 5,
        Exit::Incomplete => 9,
        Exit::Busy => 10,
        Exit::Database => 13,
        Exit::Source => 14,
        Exit::Credential => 16,
        Exit::Status(code) => code,
    }
}
