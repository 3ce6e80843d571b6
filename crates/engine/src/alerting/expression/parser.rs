//! Words to an expression, by recursive descent.

use serde_json::Value as Json;

use super::bounds::{MOST_BRACKETS, MOST_DEPTH};
use super::error::ExpressionError;
use super::lexer::{Lexer, Token};
use super::transform::Transform;
use super::tree::{Kind, Node, Operator};
use super::value::of_number;

type Read = Result<Node, ExpressionError>;

/// Reads one expression.
#[derive(Debug)]
pub(super) struct Parser<'c> {
    lexer: Lexer<'c>,
    at: usize,
    token: Token,
    nested: usize,
    /// For each `[` that is open, whether something in it begins with a dot.
    filters: Vec<bool>,
}

impl<'c> Parser<'c> {
    /// Begins at the character with this index.
    pub(super) fn new(characters: &'c [char], from: usize) -> Result<Self, ExpressionError> {
        let mut lexer = Lexer::new(characters, from);
        let (at, token) = lexer.token()?;
        Ok(Self { lexer, at, token, nested: 0, filters: Vec::new() })
    }

    /// An expression that is followed by nothing.
    pub(super) fn until_the_end(mut self) -> Read {
        let node = self.expression()?;
        if self.token == Token::End { Ok(node) } else { Err(self.after_value("an operator")) }
    }

    /// An expression that is followed by `}}`, and the index of the character after that.
    pub(super) fn until_the_braces(mut self) -> Result<(Node, usize), ExpressionError> {
        let node = self.expression()?;
        let first = self.at;
        if self.token != Token::Sign("}") {
            return Err(self.after_value("an operator or `}}`"));
        }
        // The word after it need not be one: the text goes on there.
        if self.lexer.next == first + 1 && self.lexer.peek(0) == Some('}') {
            return Ok((node, first + 2));
        }
        Err(ExpressionError::at(first, "expected `}}`, and found a single `}`"))
    }

    fn advance(&mut self) -> Result<Token, ExpressionError> {
        let (at, token) = self.lexer.token()?;
        self.at = at;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn take(&mut self, sign: &'static str) -> Result<bool, ExpressionError> {
        let is_there = self.token == Token::Sign(sign);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), ExpressionError> {
        if self.take(sign)? { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn expected(&self, what: &str) -> ExpressionError {
        ExpressionError::at(self.at, format!("expected {what}, and found {}", self.token.told()))
    }

    fn after_value(&self, what: &str) -> ExpressionError {
        let error = self.expected(what);
        match &self.token {
            Token::Name(word) if word.eq_ignore_ascii_case("and") => error.hint("*and* is written `&&`"),
            Token::Name(word) if word.eq_ignore_ascii_case("or") => error.hint("*or* is written `||`"),
            Token::Sign("(") => error.hint("there are no functions: transforms are written `value|name(argument)`"),
            _ => error,
        }
    }

    fn node(&self, at: usize, kind: Kind) -> Read {
        let node = Node { at, depth: 0, kind };
        let depth = 1 + node.parts().iter().map(|part| part.depth).max().unwrap_or(0);
        if depth > MOST_DEPTH {
            return Err(too_deep(at, MOST_DEPTH));
        }
        Ok(Node { depth, ..node })
    }

    /// One level further down, so that nesting is bounded before anything is made of it.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.nested >= MOST_BRACKETS {
            return Err(too_deep(self.at, MOST_BRACKETS));
        }
        self.nested += 1;
        let node = read(self);
        self.nested -= 1;
        node
    }

    fn expression(&mut self) -> Read {
        self.deeper(|parser| {
            let at = parser.at;
            let condition = parser.binary(0)?;
            if !parser.take("?")? {
                return Ok(condition);
            }
            let then = if parser.token == Token::Sign(":") { None } else { Some(Box::new(parser.expression()?)) };
            parser.expect(":")?;
            let otherwise = Box::new(parser.expression()?);
            parser.node(at, Kind::Choice(Box::new(condition), then, otherwise))
        })
    }

    /// Values with operators between them that bind more tightly than this. All of them group to the left.
    fn binary(&mut self, looser: u8) -> Read {
        let mut left = self.unary()?;
        while let Some((operator, tightness)) = self.operator().filter(|(_, tightness)| *tightness > looser) {
            let at = self.at;
            self.advance()?;
            let right = self.deeper(|parser| parser.binary(tightness))?;
            left = self.node(at, Kind::Binary(operator, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        match &self.token {
            Token::Sign(sign) => Operator::read(sign),
            Token::Name(word) if word == "in" => Operator::read("in"),
            _ => None,
        }
    }

    fn unary(&mut self) -> Read {
        let at = self.at;
        if self.take("!")? {
            let of = Box::new(self.deeper(Self::unary)?);
            return self.node(at, Kind::Not(of));
        }
        if self.take("-")? {
            let of = Box::new(self.deeper(Self::unary)?);
            return self.node(at, Kind::Negative(of));
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Read {
        let mut node = self.value()?;
        loop {
            let at = self.at;
            node = if self.take(".")? {
                let name = self.name("the name of a property")?;
                self.node(at, Kind::Member(Box::new(node), name))?
            } else if self.take("[")? {
                self.bracket(node, at)?
            } else if self.take("|")? {
                self.transform(node)?
            } else {
                return Ok(node);
            };
        }
    }

    fn bracket(&mut self, of: Node, at: usize) -> Read {
        self.filters.push(false);
        let by = self.expression()?;
        let is_filter = self.filters.pop().unwrap_or(false);
        self.expect("]")?;
        let (of, by) = (Box::new(of), Box::new(by));
        self.node(at, if is_filter { Kind::Filter(of, by) } else { Kind::Key(of, by) })
    }

    fn transform(&mut self, of: Node) -> Read {
        let at = self.at;
        let name = self.name("the name of a transform")?;
        let transform = Transform::read(&name)
            .map_err(|hint| ExpressionError::at(at, format!("there is no transform `{name}`")).hint(hint))?;
        let arguments = if self.take("(")? { self.list(")")? } else { Vec::new() };
        transform.arguments_fit(arguments.len()).map_err(|why| ExpressionError::at(at, why))?;
        self.node(at, Kind::Transformed(Box::new(of), transform, arguments))
    }

    fn name(&mut self, what: &str) -> Result<String, ExpressionError> {
        if !matches!(self.token, Token::Name(_)) {
            return Err(self.expected(what));
        }
        match self.advance()? {
            Token::Name(name) => Ok(name),
            _ => Err(self.expected(what)),
        }
    }

    fn value(&mut self) -> Read {
        let at = self.at;
        if matches!(self.token, Token::End | Token::Sign(")" | "]" | "}" | "," | ":")) {
            return Err(self.expected("a value"));
        }
        let kind = match self.advance()? {
            Token::Number(number) => Kind::Literal(of_number(number)),
            Token::Text(text) => Kind::Literal(Json::String(text)),
            Token::Name(name) => named(name),
            Token::Sign("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => Kind::List(self.list("]")?),
            Token::Sign("{") => Kind::Object(self.object()?),
            Token::Sign(".") => return self.relative(at),
            other => {
                return Err(ExpressionError::at(at, format!("expected a value, and found {}", other.told())));
            }
        };
        self.node(at, kind)
    }

    fn relative(&mut self, at: usize) -> Read {
        let name = self.name("the name of a property")?;
        let Some(is_filter) = self.filters.last_mut() else {
            let error = ExpressionError::at(at, format!("`.{name}` belongs to nothing"));
            return Err(error.hint("a name begins with a dot only in a filter, as in `list[.age > 3]`"));
        };
        *is_filter = true;
        self.node(at, Kind::Relative(name))
    }

    /// Values with commas between them, up to this sign. One comma too many at the end is nothing.
    fn list(&mut self, end: &'static str) -> Result<Vec<Node>, ExpressionError> {
        let mut all = Vec::new();
        while !self.take(end)? {
            all.push(self.expression()?);
            if self.token != Token::Sign(end) && !self.take(",")? {
                return Err(self.expected(&format!("`,` or `{end}`")));
            }
        }
        Ok(all)
    }

    fn object(&mut self) -> Result<Vec<(String, Node)>, ExpressionError> {
        let mut all = Vec::new();
        while !self.take("}")? {
            let (Token::Name(_) | Token::Text(_)) = &self.token else {
                return Err(self.expected("the name of a property"));
            };
            let (Token::Name(name) | Token::Text(name)) = self.advance()? else {
                return Err(self.expected("the name of a property"));
            };
            self.expect(":")?;
            all.push((name, self.expression()?));
            if self.token != Token::Sign("}") && !self.take(",")? {
                return Err(self.expected("`,` or `}`"));
            }
        }
        Ok(all)
    }
}

fn named(name: String) -> Kind {
    match &*name {
        "true" => Kind::Literal(Json::Bool(true)),
        "false" => Kind::Literal(Json::Bool(false)),
        "null" | "undefined" => Kind::Literal(Json::Null),
        _ => Kind::Name(name),
    }
}

fn too_deep(at: usize, most: usize) -> ExpressionError {
    ExpressionError::at(at, format!("expressions stand in each other at most {most} deep here"))
        .hint("write it in parts")
}
