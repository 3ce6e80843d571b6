//! What the answer shows.

use super::cursor::Parser;
use crate::ast::{Item, ItemValue, Returns};
use crate::lex::Kind;

impl Parser<'_> {
    /// `TREE`, `PATH` or columns, after `RETURN`.
    pub(super) fn returns(&mut self) -> Option<Returns> {
        let token = self.token();
        if self.is_alone() && token.is_word("tree") {
            return Some(Returns::Tree(self.step().span));
        }
        let alias = self.path_is_name && token.text == "path";
        if self.is_alone() && token.is_word("path") && !alias {
            return Some(Returns::Path(self.step().span));
        }
        let mut items = vec![self.item()?];
        while self.take(Kind::Comma).is_some() {
            items.push(self.item()?);
        }
        Some(Returns::Items(items))
    }

    /// Whether the next word is all that is returned.
    fn is_alone(&self) -> bool {
        let next = self.peek(1);
        let goes_on = matches!(
            next.kind,
            Kind::Dot | Kind::Comma | Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash | Kind::Open
        );
        let named = next.is_word("as") && !self.is_moment_after_word();
        !goes_on && !named
    }

    /// Whether what follows the next word is the `AS OF` of a moment.
    fn is_moment_after_word(&self) -> bool {
        let value = self.peek(3);
        self.peek(2).is_word("of")
            && (matches!(value.kind, Kind::Text | Kind::Number | Kind::Parameter) || value.is_word("date"))
    }

    fn item(&mut self) -> Option<Item> {
        let start = self.token().span;
        let value = self.item_value()?;
        let alias = self.alias_if_any()?;
        Some(Item { value, alias, span: self.since(start) })
    }

    /// `alias.*` or a value.
    fn item_value(&mut self) -> Option<ItemValue> {
        let all = self.peek(1).kind == Kind::Dot && self.peek(2).kind == Kind::Star;
        if all && self.at_path() {
            let name = self.path_part()?;
            self.step();
            self.step();
            return Some(ItemValue::All(name));
        }
        if self.token().kind == Kind::Star {
            let help = "write u.* for every property of the entity called u".to_owned();
            return self.unexpected("a column after RETURN", Some(help));
        }
        Some(ItemValue::Expression(self.expression()?))
    }
}
