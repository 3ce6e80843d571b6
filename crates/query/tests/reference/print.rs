//! A query's tree as text that means the same.

use rolecall_query::ast::{
    Arrow, Condition, EntityName, EntityPattern, EntitySet, Expression, Hop, Item, ItemValue, Name, Operand, Operation,
    Operator, Path, Query, Returns, Step, Unit, Verbs,
};

/// A whole query.
pub(crate) fn query(query: &Query) -> String {
    let mut parts = vec!["FIND".to_owned()];
    parts.extend(query.unique.then(|| "UNIQUE".to_owned()));
    parts.push(entity(&query.find));
    parts.extend(query.steps.iter().map(step));
    parts.extend(query.as_of.as_ref().map(|moment| format!("AS OF {}", expression(moment))));
    parts.extend(query.filter.as_ref().map(|filter| format!("WHERE {}", condition(filter))));
    parts.extend(query.returns.as_ref().map(returns));
    parts.extend(query.having.as_ref().map(|having| format!("HAVING {}", condition(having))));
    if !query.order.is_empty() {
        let key = |key: &rolecall_query::ast::OrderKey| {
            format!("{}{}", path(&key.by), if key.descending { " DESC" } else { "" })
        };
        parts.push(format!("ORDER BY {}", join(&query.order, ", ", key)));
    }
    parts.extend(query.skip.map(|skip| format!("SKIP {}", skip.value)));
    parts.extend(query.limit.map(|limit| format!("LIMIT {}", limit.value)));
    parts.join(" ")
}

fn join<T>(all: &[T], between: &str, print: impl Fn(&T) -> String) -> String {
    all.iter().map(print).collect::<Vec<_>>().join(between)
}

fn returns(returns: &Returns) -> String {
    match returns {
        Returns::Tree(_) => "RETURN TREE".to_owned(),
        Returns::Path(_) => "RETURN PATH".to_owned(),
        Returns::Items(items) => format!("RETURN {}", join(items, ", ", item)),
    }
}

fn item(item: &Item) -> String {
    let value = match &item.value {
        ItemValue::All(alias) => format!("{}.*", alias.text),
        ItemValue::Expression(value) => expression(value),
    };
    format!("{value}{}", alias(item.alias.as_ref()))
}

fn alias(alias: Option<&Name>) -> String {
    alias.map_or_else(String::new, |alias| format!(" AS {}", alias.text))
}

fn entity(pattern: &EntityPattern) -> String {
    let mut text = set(&pattern.set);
    if let Some(with) = &pattern.with {
        text.push_str(&format!(" WITH {}", condition(with)));
    }
    text.push_str(&alias(pattern.alias.as_ref()));
    if let Some(changed) = &pattern.changed {
        text.push_str(&format!(" CHANGED SINCE {}", expression(&changed.since)));
        if let Some(until) = &changed.until {
            text.push_str(&format!(" UNTIL {}", expression(until)));
        }
        text.push_str(&alias(changed.alias.as_ref()));
    }
    text
}

fn set(set: &EntitySet) -> String {
    match set {
        EntitySet::Text(text) => quoted(&text.value),
        EntitySet::Names { smart, names } => {
            let smart = smart.as_ref().map(|smart| format!("#{}", smart.text));
            let names = match names.as_slice() {
                [] => None,
                [one] => Some(entity_name(one)),
                _ => Some(format!("({})", join(names, "|", entity_name))),
            };
            [smart, names].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

fn entity_name(name: &EntityName) -> String {
    match name {
        EntityName::Any(_) => "*".to_owned(),
        EntityName::Named(name) => name.text.clone(),
        EntityName::Smart(name) => format!("#{}", name.text),
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::Hop(hop) => self::hop(hop),
        Step::Optional(optional) => {
            format!("({})?{}", join(&optional.steps, " ", self::step), alias(optional.alias.as_ref()))
        }
    }
}

fn hop(hop: &Hop) -> String {
    let arrow = match hop.arrow {
        None => "",
        Some(Arrow::Right) => " >>",
        Some(Arrow::Left) => " <<",
    };
    let not = if hop.negated { "!" } else { "" };
    format!("THAT {not}{}{arrow}{} {}", verbs(&hop.verbs), alias(hop.alias.as_ref()), entity(&hop.entity))
}

fn verbs(verbs: &Verbs) -> String {
    match verbs {
        Verbs::Any(_) => "RELATES TO".to_owned(),
        Verbs::Classes(names) => one_or_group(names),
        Verbs::Can(names) => format!("CAN {}", one_or_group(names)),
    }
}

fn one_or_group(names: &[Name]) -> String {
    match names {
        [one] => one.text.clone(),
        _ => format!("({})", join(names, "|", |name| name.text.clone())),
    }
}

/// A condition; what binds less tightly than its surroundings is in parentheses.
fn condition(one: &Condition) -> String {
    match one {
        Condition::Or(any) => join(any, " OR ", |one| match one {
            Condition::Or(_) => format!("({})", condition(one)),
            _ => condition(one),
        }),
        Condition::And(all) => join(all, " AND ", |one| match one {
            Condition::Or(_) | Condition::And(_) => format!("({})", condition(one)),
            Condition::Compare(_) => condition(one),
        }),
        Condition::Compare(comparison) => {
            let (left, operator) = (expression(&comparison.left), operator(comparison.operator));
            format!("{left} {operator} {}", operand(&comparison.right))
        }
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::GreaterOrEqual => ">=",
        Operator::LessOrEqual => "<=",
        Operator::Contains => "~=",
        Operator::NotContains => "!~=",
        Operator::StartsWith => "^=",
        Operator::NotStartsWith => "!^=",
        Operator::EndsWith => "$=",
        Operator::NotEndsWith => "!$=",
    }
}

fn operand(one: &Operand) -> String {
    match one {
        Operand::Expression(value) => expression(value),
        Operand::Group(group) => {
            let between = if group.all { " AND " } else { " OR " };
            format!("({})", join(&group.values, between, operand))
        }
        Operand::Regex(regex) => format!("/{}/{}", regex.pattern, if regex.ignore_case { "i" } else { "" }),
        Operand::Query(one) => format!("({})", query(one)),
    }
}

/// A value, or how to work one out.
pub(crate) fn expression(one: &Expression) -> String {
    match one {
        Expression::Text(text) => quoted(&text.value),
        Expression::Number(number) => number.value.to_string(),
        Expression::Flag(flag, _) => flag.to_string(),
        Expression::Undefined(_) => "undefined".to_owned(),
        Expression::Null(_) => "null".to_owned(),
        Expression::Now(_) => "date.now".to_owned(),
        Expression::Date(date) => format!("date({})", moment(date.milliseconds)),
        Expression::Duration(duration) => format!("{} {}", duration.value, unit(duration.unit)),
        Expression::Parameter(name) => format!("${{{}}}", name.text),
        Expression::Path(one) => path(one),
        Expression::Call(call) => format!("{}({})", call.function.text, join(&call.arguments, ", ", expression)),
        Expression::Binary(binary) => {
            let (left, right) = (&binary.left, &binary.right);
            let (sign, tight) = match binary.operation {
                Operation::Add => ("+", false),
                Operation::Subtract => ("-", false),
                Operation::Multiply => ("*", true),
                Operation::Divide => ("/", true),
            };
            let left = inner(left, |operation| tight && !is_tight(operation));
            let right = inner(right, |operation| tight || !is_tight(operation));
            format!("{left} {sign} {right}")
        }
        Expression::Negative(value, _) => format!("-{}", inner(value, |_| true)),
    }
}

fn is_tight(operation: Operation) -> bool {
    matches!(operation, Operation::Multiply | Operation::Divide)
}

/// A part of an expression, in parentheses where they are needed.
fn inner(one: &Expression, needed: impl Fn(Operation) -> bool) -> String {
    match one {
        Expression::Binary(binary) if needed(binary.operation) => format!("({})", expression(one)),
        _ => expression(one),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::Weeks => "weeks",
        Unit::Months => "months",
        Unit::Years => "years",
    }
}

/// A moment as it can be written in `date(…)`.
fn moment(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds).map(|moment| moment.to_string()).unwrap_or_default()
}

/// Words joined by dots, in brackets where they are no plain words.
fn path(path: &Path) -> String {
    join(&path.parts, ".", |part| {
        let plain = part.text.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
        if plain { part.text.clone() } else { format!("[{}]", part.text) }
    })
}

/// A string, which has not both kinds of quotes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
