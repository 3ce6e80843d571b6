//! What a page says was done, when a form has led to it. The address holds a word; what is shown is always ours.

const SENTENCES: &[(&str, &str)] = &[
    ("account-decided", "That is written down, and what follows from it is worked out."),
    ("account-refused", "That is written down: the account is not proposed for them again."),
    ("account-taken-back", "The rules say again what the account is."),
    ("account-undecided", "Nobody had said what the account is: nothing was done."),
    ("added", "The connector is added, and its first sync has begun."),
    ("confirmed", "The removals are confirmed."),
    ("discarded", "The removals are discarded: what was held stays current."),
    ("decided-already", "Nothing of that waits any more: nothing was done."),
    ("delayed", "The decision is recorded, and takes effect in 24 hours unless somebody withdraws it."),
    ("disabled", "The account is disabled, and all its sessions have ended."),
    ("enabled", "The account is enabled again."),
    ("ended", "The session has ended."),
    ("invited", "The invitation is made."),
    ("password", "Your password is changed. All your other sessions have ended."),
    ("login-allowed", "The command line is let in: go back to your terminal."),
    (
        "login-refused",
        "The log-in is refused. If you did not begin it, somebody may have tried to trick you: tell an administrator.",
    ),
    ("paused", "Syncing is paused. What is known stays."),
    ("read", "The notices are marked as read."),
    ("removed", "The connector is removed, and its secret is destroyed."),
    ("resumed", "The connector is read again."),
    ("revoked", "The token is revoked."),
    ("role", "The role is changed."),
    ("saved", "The changes are saved."),
    ("second-factor", "Your second factor is on."),
    ("second-factor-off", "Your second factor is off."),
    ("syncing", "A sync is asked for."),
    ("syncing-already", "A sync was asked for already."),
    ("withdrawn", "The decision is withdrawn."),
];

/// The sentence for a word.
pub(crate) fn sentence(word: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == word).map(|(_, sentence)| *sentence)
}
