//! Moments as pages show them.

use std::borrow::Borrow;
use std::fmt;

use askama::filters::{Escaper as _, Html};
use rolecall_model::Timestamp;

/// A moment; shown as a `time` element, which a script shows in the reader's own time zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0.0).unwrap_or_default()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.instant();
        write!(
            f,
            "<time datetime=\"{}\">{} UTC</time>",
            at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            at.strftime("%Y-%m-%d %H:%M")
        )
    }
}

/// A moment, as templates hand it over.
pub(crate) fn moment(at: impl Borrow<Timestamp>) -> Moment {
    Moment(*at.borrow())
}

/// It holds nothing that a person wrote.
impl askama::filters::HtmlSafe for Moment {}

/// A text in which moments are written as programs write them; each is shown as a [`Moment`].
#[derive(Clone, Debug)]
pub(crate) struct Told(String);

/// A text, as templates hand it over.
pub(crate) fn told(text: impl AsRef<str>) -> Told {
    Told(text.as_ref().to_owned())
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.split_inclusive(' ') {
            let word = piece.trim_end_matches([' ', '.', ',', ';', ':', ')']);
            let (rest, moment) = (piece.get(word.len()..).unwrap_or_default(), instant(word));
            match moment {
                Some(moment) => {
                    write!(f, "{moment}")?;
                    Html.write_escaped_str(&mut *f, rest)?;
                }
                None => Html.write_escaped_str(&mut *f, piece)?,
            }
        }
        Ok(())
    }
}

/// What a person wrote in it is escaped.
impl askama::filters::HtmlSafe for Told {}

/// The moment that a word is.
fn instant(word: &str) -> Option<Moment> {
    let is_moment = word.len() == "2026-11-27T03:10:44Z".len() && word.ends_with('Z');
    let instant: jiff::Timestamp = word.parse().ok().filter(|_| is_moment)?;
    Some(Moment(Timestamp(instant.as_microsecond())))
}

/// How long something took.
pub(crate) fn duration(from: impl Borrow<Timestamp>, to: impl Borrow<Timestamp>) -> String {
    let seconds = (to.borrow().0 - from.borrow().0).max(0) / 1_000_000;
    match seconds {
        0 => "under a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_within_a_text_are_shown_and_the_rest_is_escaped() {
        let shown = told("read at 2026-11-26T02:00:00Z. <b> said so at 2026-11-26").to_string();
        let time = "<time datetime=\"2026-11-26T02:00:00Z\">2026-11-26 02:00 UTC</time>";
        assert_eq!(shown, format!("read at {time}. &#60;b&#62; said so at 2026-11-26"));
        assert_eq!(told("2026-11-26T02:00:00Z").to_string(), time);
    }

    #[test]
    fn moments_are_said_for_people_and_programs() {
        let moment = Moment(Timestamp(1_795_658_400_000_000));
        assert_eq!(moment.to_string(), "<time datetime=\"2026-11-26T02:00:00Z\">2026-11-26 02:00 UTC</time>");
        assert_eq!(Moment(Timestamp(i64::MAX)).to_string(), Moment(Timestamp(0)).to_string());
        assert_eq!(duration(Timestamp(0), Timestamp(125_000_000)), "2 min 5 s");
    }
}
