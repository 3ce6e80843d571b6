//! What a picture shows, read from its SVG.

use super::Answer;

/// A box of a picture, as the SVG has it.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) column: usize,
    /// How many it stands for.
    pub(crate) count: usize,
    pub(crate) is_crowd: bool,
    pub(crate) title: String,
    pub(crate) top: i64,
    pub(crate) link: Option<String>,
}

/// Every box.
pub(crate) fn boxes(page: &Answer) -> Vec<Drawn> {
    let parts = page.body.split("<g class=\"node").skip(1);
    parts.map(|part| box_of(part.split("</g>").next().unwrap())).collect()
}

fn box_of(part: &str) -> Drawn {
    let of = |before: &str, after: &str| part.split(before).nth(1).and_then(|rest| rest.split(after).next());
    Drawn {
        column: of("data-column=\"", "\"").unwrap().parse().unwrap(),
        count: of("data-count=\"", "\"").unwrap().parse().unwrap(),
        is_crowd: part.starts_with(" crowd"),
        title: of("<title>", "</title>").unwrap().to_owned(),
        top: of("<rect x=\"", "/>").unwrap().split("y=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap(),
        link: of("<a href=\"", "\"").map(|link| link.replace("&#38;", "&").replace("&amp;", "&")),
    }
}

/// How many accounts or things the boxes of a column stand for.
pub(crate) fn counted(page: &Answer, column: usize) -> usize {
    boxes(page).iter().filter(|one| one.column == column).map(|one| one.count).sum()
}
