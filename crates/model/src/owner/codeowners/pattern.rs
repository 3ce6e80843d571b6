//! Patterns of CODEOWNERS: much like those of gitignore, but `docs/*` is what is in `docs` itself and nothing below.

/// No path is longer, in bytes.
pub(super) const LONGEST: usize = 4096;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What the names of a path have to be, from the root on.
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
}

/// What one name has to be, or that any number of names may be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `**`.
    Many,
    /// Exactly this.
    Name(String),
    /// Something with wildcards.
    Glob(Vec<Piece>),
}

/// A part of a name with wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    Letter(char),
    /// `?`.
    One,
    /// `*`.
    Some,
}

/// What may follow behind the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing.
    Exact,
    /// Something has to.
    Below,
    /// Anything may.
    AtOrBelow,
}

/// A name of a path. Whatever is in a directory is a name that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name<'n> {
    Known(&'n str),
    Any,
}

/// The names on the way to whatever is in a directory. `None` for what does not stay within the repository.
pub(super) fn directory_names(directory: &str) -> Option<Vec<Name<'_>>> {
    if directory.len() > LONGEST {
        return None;
    }
    let names = directory.trim().split('/').filter(|name| !name.is_empty() && *name != ".");
    let names: Option<Vec<Name<'_>>> = names.map(|name| (name != "..").then_some(Name::Known(name))).collect();
    names.map(|mut names| {
        names.push(Name::Any);
        names
    })
}

impl Pattern {
    /// The pattern that is written so; `None` where it could match nothing.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (rest, is_rooted) = text.strip_prefix('/').map_or((text, false), |rest| (rest, true));
        let (rest, is_directory) = rest.strip_suffix('/').map_or((rest, false), |rest| (rest, true));
        if rest.is_empty() {
            return None;
        }
        let mut steps: Vec<Step> = rest.split('/').map(Step::of).collect();
        // A name without a slash before or in it is meant wherever it is.
        if !is_rooted && steps.len() == 1 && steps.first() != Some(&Step::Many) {
            steps.insert(0, Step::Many);
        }
        let end = match steps.last() {
            _ if is_directory => End::Below,
            Some(Step::Many) => {
                steps.pop();
                End::Below
            }
            Some(Step::Glob(pieces)) if pieces.as_slice() == [Piece::Some] => End::Exact,
            _ => End::AtOrBelow,
        };
        Some(Self { steps, end })
    }
}

impl Step {
    fn of(text: &str) -> Self {
        if text == "**" {
            return Self::Many;
        }
        let mut pieces = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '*' if pieces.last() == Some(&Piece::Some) => {}
                '*' => pieces.push(Piece::Some),
                '?' => pieces.push(Piece::One),
                '\\' => pieces.push(Piece::Letter(letters.next().unwrap_or('\\'))),
                _ => pieces.push(Piece::Letter(letter)),
            }
        }
        let letter = |piece: &Piece| match piece {
            Piece::Letter(letter) => Some(*letter),
            Piece::One | Piece::Some => None,
        };
        let name: Option<String> = pieces.iter().map(letter).collect();
        name.map_or(Self::Glob(pieces), Self::Name)
    }
}

impl Name<'_> {
    /// Whether it is what these pieces say. Of a name that is not known only `*` is certain to fit.
    pub(super) fn fits(self, pieces: &[Piece]) -> bool {
        match self {
            Self::Known(name) => glob_matches(pieces, name),
            Self::Any => pieces == [Piece::Some],
        }
    }
}

/// Goes back to the last `*` alone, which is enough: what an earlier one took is the least that it could.
fn glob_matches(pieces: &[Piece], name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let (mut piece, mut letter) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while letter < letters.len() {
        match (pieces.get(piece), letters.get(letter)) {
            (Some(Piece::Some), _) => {
                back = Some((piece, letter));
                piece += 1;
            }
            (Some(Piece::One), _) => (piece, letter) = (piece + 1, letter + 1),
            (Some(Piece::Letter(wanted)), Some(found)) if wanted == found => (piece, letter) = (piece + 1, letter + 1),
            _ => match back {
                Some((star, taken)) => {
                    back = Some((star, taken + 1));
                    (piece, letter) = (star + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pieces.get(piece..).unwrap_or_default().iter().all(|left| *left == Piece::Some)
}
