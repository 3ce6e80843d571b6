//! A JSON object of arrays, written as it comes, so that half a million items need no memory.

use std::io::{self, Write};

use serde::Serialize;

/// An object whose members are values or arrays.
#[derive(Debug)]
pub(super) struct JsonDocument<W: Write> {
    out: W,
    members: usize,
    /// How many items the open array has; `None` while no array is open.
    items: Option<usize>,
}

impl<W: Write> JsonDocument<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, members: 0, items: None }
    }

    /// A member with one value.
    pub(super) fn value(&mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        self.member(name)?;
        Ok(serde_json::to_writer(&mut self.out, value)?)
    }

    /// A member whose items follow.
    pub(super) fn array(&mut self, name: &str) -> io::Result<()> {
        self.member(name)?;
        self.items = Some(0);
        self.out.write_all(b"[")
    }

    /// An item of the open array.
    pub(super) fn item(&mut self, item: &impl Serialize) -> io::Result<()> {
        self.out.write_all(if self.items == Some(0) { b"\n" } else { b",\n" })?;
        self.items = self.items.map(|items| items + 1);
        Ok(serde_json::to_writer(&mut self.out, item)?)
    }

    /// The end.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.array_end()?;
        self.out.write_all(if self.members == 0 { b"{}\n" } else { b"\n}\n" })?;
        self.out.flush()
    }

    fn member(&mut self, name: &str) -> io::Result<()> {
        self.array_end()?;
        self.out.write_all(if self.members == 0 { b"{\n" } else { b",\n" })?;
        self.members += 1;
        serde_json::to_writer(&mut self.out, name)?;
        self.out.write_all(b": ")
    }

    fn array_end(&mut self) -> io::Result<()> {
        match self.items.take() {
            None => Ok(()),
            Some(0) => self.out.write_all(b"]"),
            Some(_) => self.out.write_all(b"\n]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(build: impl FnOnce(&mut JsonDocument<&mut Vec<u8>>)) -> String {
        let mut bytes = Vec::new();
        let mut document = JsonDocument::new(&mut bytes);
        build(&mut document);
        document.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_written_is_json() {
        let text = written(|document| {
            document.value("one", &1).unwrap();
            document.array("none").unwrap();
            document.array("two").unwrap();
            document.item(&"a").unwrap();
            document.item(&"b").unwrap();
        });
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json, serde_json::json!({ "one": 1, "none": [], "two": ["a", "b"] }));
        assert_eq!(written(|_| {}), "{}\n");
    }
}
