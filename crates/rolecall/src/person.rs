//! The person at the keyboard, asked for one-time passwords.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use clap::ValueEnum;
use rolecall_connect::{Person, Wanted};
use secrecy::SecretString;
use tokio::sync::oneshot;
use url::Url;

use crate::exit::{Exit, Failure};
use crate::output::{note, paint_bold, text::printable};

/// The terminal that belongs to this process, whatever its streams are connected to.
const TERMINAL: &str = "/dev/tty";

/// How a person answers when a registry wants a one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OtpForm {
    /// On a web page whose address is shown, with a security key or a code.
    Web,
    /// Typed at the terminal.
    Typed,
    /// Taken from standard input, a line each.
    Stdin,
}

/// That a person is to be asked for what the registry shows to nobody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// How they answer, if they said.
    pub(crate) form: Option<OtpForm>,
}

/// Finds out how to ask for what `registry` wants, before anything is read: that nobody can be asked should not be noticed
/// after an hour.
pub(crate) fn person_find(registry: &'static str, asked: Asked) -> Result<Arc<dyn Person>, Failure> {
    let form = match (asked.form, has_terminal()) {
        (Some(form @ (OtpForm::Web | OtpForm::Stdin)), _) => Some(form),
        (Some(OtpForm::Typed), true) => Some(OtpForm::Typed),
        (None, true) => Some(OtpForm::Web),
        (Some(OtpForm::Typed) | None, false) => None,
    };
    match form {
        Some(form) => Ok(Arc::new(AtKeyboard { form, registry })),
        None => Err(Failure::new(
            Exit::Usage,
            format!("{registry} shows this to a person with a one-time password only, and there is no terminal to ask one"),
        )
        .hint("run it in a terminal; or pass passwords with --otp stdin, a line each; or approve on a web page with --otp web")),
    }
}

/// A process may have a terminal that nobody looks at, such as a test's; where errors go, somebody looks.
fn has_terminal() -> bool {
    io::stderr().is_terminal() && File::open(TERMINAL).is_ok()
}

/// Whoever sits there, answering in this form.
#[derive(Debug)]
struct AtKeyboard {
    form: OtpForm,
    registry: &'static str,
}

#[async_trait]
impl Person for AtKeyboard {
    fn prefers_page(&self) -> bool {
        self.form == OtpForm::Web
    }

    async fn password(&self, what: &str, wanted: Wanted) -> Option<SecretString> {
        match wanted {
            Wanted::First => {}
            Wanted::Refused => note(&format!("{} did not accept the one-time password.", self.registry)),
            Wanted::Expired => {
                note(&format!("{} does not accept the one-time password any more; it wants a new one.", self.registry));
            }
        }
        let from_stdin = self.form == OtpForm::Stdin;
        let prompt = format!("One-time password (to read {}; an empty line stops): ", printable(what));
        let (sender, receiver) = oneshot::channel();
        // A thread of its own and not one of the runtime's, which would wait for it at the end: a person who presses
        // Ctrl-C never answers.
        thread::spawn(move || {
            // Whoever asked may have given up meanwhile.
            let _ = sender.send(line_ask(&prompt, from_stdin));
        });
        receiver.await.ok().flatten()
    }

    fn page_show(&self, address: &str, what: &str) -> bool {
        let is_page = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if !is_page {
            return false;
        }
        note(&format!("{} shows {} to a person only. Approve here:", self.registry, printable(what)));
        note(&format!("  {}", paint_bold(&printable(address))));
        note("Choose to skip the question for 5 minutes there, and the rest is read without asking. Ctrl-C stops.");
        true
    }
}

/// Asks for one line; an empty one, or none at all, is no answer. A program that feeds standard input needs no question.
fn line_ask(prompt: &str, from_stdin: bool) -> Option<SecretString> {
    let mut line = String::new();
    let read = if from_stdin {
        io::stdin().lock().read_line(&mut line)
    } else if !has_terminal() {
        return None;
    } else {
        let mut err = anstream::stderr().lock();
        write!(err, "{prompt}").and_then(|()| err.flush()).ok()?;
        BufReader::new(File::open(TERMINAL).ok()?).read_line(&mut line)
    };
    let password = line.trim();
    (read.is_ok() && !password.is_empty()).then(|| password.to_owned().into())
}
