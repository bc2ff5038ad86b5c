//! Applies the overlay's corrections to the operations.

use anyhow::{Context as _, Result, bail, ensure};

use super::overlay::Correction;
use super::tree::{Answer, Arg, Field, Kind, OLDEST, Operation, Place, Span, Tree, Width};
use crate::catalogue::value::Value;
use crate::catalogue::versions::Version;

/// Applies all of them, in order; those that add a shape come first, so that
/// any other may name it.
pub(crate) fn apply(operations: &mut Vec<Operation>, corrections: &[Correction]) -> Result<()> {
    let mut shapes = Shapes::of(operations);
    let adds_shape = |it: &&Correction| it.at.starts_with("type ") && it.at.split(' ').count() == 2;
    let (first, then): (Vec<_>, Vec<_>) = corrections.iter().partition(adds_shape);
    for correction in first.into_iter().chain(then) {
        let used = one(operations, &mut shapes, correction)
            .with_context(|| format!("{}: the correction at {}", correction.file, correction.at))?;
        if used {
            correction.used.set(true);
        }
    }
    Ok(())
}

/// Shapes that a correction may name: the fullest place of each.
struct Shapes(Vec<(String, Tree)>);

impl Shapes {
    fn of(operations: &mut [Operation]) -> Self {
        let mut shapes = Self(Vec::new());
        for operation in operations {
            for (_, tree) in trees(operation) {
                tree.each_mut(&mut |tree| {
                    if let Some(name) = tree.name.clone() {
                        shapes.offer(&name, tree);
                    }
                });
            }
        }
        shapes
    }

    fn offer(&mut self, name: &str, tree: &Tree) {
        let size = |tree: &Tree| tree.fields().map_or(0, <[Field]>::len);
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) if size(known) < size(tree) => known.clone_from(tree),
            Some(_) => {}
            None => self.0.push((name.to_owned(), tree.clone())),
        }
    }

    fn get(&self, name: &str) -> Result<Tree> {
        let (_, tree) = self
            .0
            .iter()
            .find(|(known, _)| known == name)
            .with_context(|| format!("there is no shape {name}"))?;
        let mut tree = tree.clone();
        tree.rebase();
        tree.nullable = false;
        Ok(tree)
    }
}

/// Every tree of an operation, and the side it is on.
fn trees(operation: &mut Operation) -> Vec<(&'static str, &mut Tree)> {
    let mut trees: Vec<(&'static str, &mut Tree)> = Vec::new();
    for arg in &mut operation.args {
        trees.push(("request", &mut arg.field.tree));
    }
    trees.extend(operation.reply.tree_mut().map(|it| ("reply", it)));
    trees.extend(
        operation
            .headers
            .iter_mut()
            .map(|it| ("reply", &mut it.tree)),
    );
    trees
}

fn one(
    operations: &mut Vec<Operation>,
    shapes: &mut Shapes,
    correction: &Correction,
) -> Result<bool> {
    let mut words = correction.at.split(' ');
    let first = words.next().unwrap_or_default();
    let second = words.next().context("half a place")?;
    let rest: Vec<_> = words.collect();
    if first == "type" {
        return at_type(operations, shapes, second, &rest, correction);
    }
    let key = format!("{first} {second}");
    let found = operations.iter_mut().find(|it| it.key == key);
    let Some(operation) = found else {
        ensure!(
            rest.is_empty() && correction.flag("add") == Some(true),
            "there is no such operation"
        );
        operations.push(added(first, second, shapes, correction)?);
        return Ok(true);
    };
    match rest.as_slice() {
        ["query", name] => at_arg(operation, Place::Query, name, shapes, correction),
        ["header", name] => at_arg(operation, Place::Header, name, shapes, correction),
        ["request", path] => at_arg(operation, Place::Body, path, shapes, correction),
        ["reply", "header", name] => at_path(&mut operation.headers, name, shapes, correction),
        ["reply"] => at_reply(operation, shapes, correction),
        ["reply", path] => {
            let fields = operation
                .reply
                .tree_mut()
                .and_then(Tree::fields_mut)
                .context("the reply has no fields")?;
            at_path(fields, path, shapes, correction)
        }
        _ => bail!("what place is that?"),
    }
}

/// A field of a shape, wherever the shape stands.
fn at_type(
    operations: &mut [Operation],
    shapes: &mut Shapes,
    name: &str,
    path: &[&str],
    correction: &Correction,
) -> Result<bool> {
    let [path] = path else {
        ensure!(
            path.is_empty() && correction.flag("add") == Some(true),
            "what of that shape?"
        );
        let says = correction.says.get("type").context("of what type?")?;
        let mut tree = parse(says, shapes)?;
        tree.name = Some(name.to_owned());
        shapes.0.push((name.to_owned(), tree));
        return Ok(true);
    };
    let mut used = false;
    let mut failure = None;
    for operation in operations {
        for (side, tree) in trees(operation) {
            if correction.side.as_deref().is_some_and(|it| it != side) {
                continue;
            }
            tree.each_mut(&mut |tree| {
                if tree.name.as_deref() != Some(name) {
                    return;
                }
                if let Kind::Object(fields) = &mut tree.kind {
                    match at_path(fields, path, shapes, correction) {
                        Ok(met) => used |= met,
                        Err(error) => failure = Some(error),
                    }
                }
            });
        }
    }
    // Later corrections may name a shape, and mean the corrected one: as replies have it.
    if correction.side.as_deref() == Some("request") {
        return failure.map_or(Ok(used), Err);
    }
    let mut known = std::mem::take(&mut shapes.0);
    for (_, tree) in &mut known {
        tree.each_mut(&mut |tree| {
            if tree.name.as_deref() != Some(name) {
                return;
            }
            if let Some(fields) = tree.fields_mut() {
                // What is wrong here was wrong, and told, above.
                let _ = at_path(fields, path, shapes, correction);
            }
        });
    }
    shapes.0 = known;
    failure.map_or(Ok(used), Err)
}

fn at_arg(
    operation: &mut Operation,
    place: Place,
    path: &str,
    shapes: &Shapes,
    correction: &Correction,
) -> Result<bool> {
    // Taken out as the fields of one object, which they are for a correction.
    let args = std::mem::take(&mut operation.args);
    let shape = args.iter().find_map(|arg| arg.shape.clone());
    let (these, others): (Vec<_>, Vec<_>) = args.into_iter().partition(|arg| arg.place == place);
    let mut fields: Vec<_> = these.into_iter().map(|arg| arg.field).collect();
    let used = at_path(&mut fields, path, shapes, correction);
    operation.args = others;
    operation.args.extend(fields.into_iter().map(|field| Arg {
        place,
        field,
        shape: shape.clone().filter(|_| place == Place::Body),
    }));
    used
}

fn at_reply(operation: &mut Operation, shapes: &Shapes, correction: &Correction) -> Result<bool> {
    let mut tree = operation.reply.tree_mut().cloned();
    if let Some(says) = correction.says.get("type") {
        tree = Some(parse(says, shapes)?);
    }
    if let (Some(nullable), Some(tree)) = (correction.flag("nullable"), &mut tree) {
        tree.nullable = nullable;
    }
    let json = |tree: Option<Tree>| tree.context("of what type?");
    operation.reply = match correction.says.get("is").and_then(Value::text) {
        None => match (&operation.reply, tree) {
            (_, None) => Answer::Nothing,
            (Answer::Lines(_), Some(tree)) => Answer::Lines(tree),
            (_, Some(tree)) => Answer::Json(tree),
        },
        Some("nothing") => Answer::Nothing,
        Some("text") => Answer::Text,
        Some("bytes") => Answer::Bytes,
        Some("frames") => Answer::Frames,
        Some("duplex") => Answer::Duplex,
        Some("http2") => Answer::Http2,
        Some("websocket") => Answer::WebSocket,
        Some("lines") => Answer::Lines(json(tree)?),
        Some(other) => match other.strip_prefix("header ") {
            Some(name) => Answer::Header(name.to_owned(), json(tree)?),
            None => bail!("what reply is {other}?"),
        },
    };
    Ok(true)
}

/// A field below `fields`, by its wire name or a path of them.
fn at_path(
    fields: &mut Vec<Field>,
    path: &str,
    shapes: &Shapes,
    correction: &Correction,
) -> Result<bool> {
    // A name may have dots of its own.
    let exact = fields.iter().any(|it| it.wire == path);
    if let (false, Some((outer, inner))) = (exact, path.split_once('.')) {
        let outer = fields.iter_mut().find(|it| it.wire == outer);
        return match outer.and_then(|it| it.tree.fields_mut()) {
            Some(fields) => at_path(fields, inner, shapes, correction),
            None => Ok(false),
        };
    }
    if correction.flag("add") == Some(true) {
        if exact {
            return Ok(false);
        }
        fields.push(Field {
            wire: path.to_owned(),
            span: Span::ALWAYS,
            shown: if correction.is_kept_in_r() {
                Span {
                    since: Some(40),
                    ..Span::ALWAYS
                }
            } else {
                Span::ALWAYS
            },
            required: false,
            tree: Kind::Any.into(),
        });
    }
    let Some(at) = fields.iter().position(|it| it.wire == path) else {
        return Ok(false);
    };
    if correction.flag("gone") == Some(true) && !correction.is_kept_in_r() {
        fields.remove(at);
        return Ok(true);
    }
    if let Some(field) = fields.get_mut(at) {
        field_says(field, shapes, correction)?;
    }
    Ok(true)
}

fn field_says(field: &mut Field, shapes: &Shapes, correction: &Correction) -> Result<()> {
    for (key, says) in correction.says.as_map()? {
        match key.as_str() {
            "at" | "because" | "for" | "r" | "add" => {}
            "gone" => field.span = Span::NEVER,
            "since" | "heeded" => field.span.since = minor(says)?.filter(|it| *it > OLDEST),
            "until" => field.span.until = minor(says)?,
            "wire" => says.as_text()?.clone_into(&mut field.wire),
            "type" => {
                let new = parse(says, shapes)?;
                let old = std::mem::replace(&mut field.tree, new);
                field.tree.nullable |= old.nullable;
                if let Kind::Text = field.tree.kind {
                    field.tree.name = old.name;
                }
            }
            "json" => {
                let (says, _) = null_too(says);
                field.tree = Kind::Json(Box::new(parse(&says, shapes)?)).into();
            }
            "enum" => field.tree.kind = Kind::Words(says.texts()?),
            "repeated" => {
                if !matches!(field.tree.kind, Kind::List(_)) {
                    field.tree = Kind::List(Box::new(Kind::Text.into())).into();
                }
            }
            "nullable" => field.tree.nullable = *says == Value::Bool(true),
            "required" => field.required = *says == Value::Bool(true),
            other => bail!("what does `{other}` say?"),
        }
    }
    if correction.is_hidden_in_r() {
        field.shown = Span::NEVER;
        return Ok(());
    }
    let has = |key| correction.says.get(key).is_some();
    if !correction.is_kept_in_r() && (has("since") || has("until") || has("heeded") || has("gone"))
    {
        field.shown = field.span;
    }
    Ok(())
}

fn minor(value: &Value) -> Result<Option<u8>> {
    Ok(Some(value.as_text()?.parse::<Version>()?.minor()))
}

/// An operation that upstream does not list.
fn added(method: &str, path: &str, shapes: &Shapes, correction: &Correction) -> Result<Operation> {
    let says = &correction.says;
    let since = says.get("since").map_or(Ok(None), minor)?;
    let mut args = Vec::new();
    for (name, param) in says.get("params").map_or(Ok(&[][..]), Value::as_map)? {
        let place = match param.get("in").and_then(Value::text) {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            _ => bail!("where does {name} go?"),
        };
        let mut field = field_of(name, param.get("type").context("of what type?")?, shapes)?;
        field.required = param.get("required") == Some(&Value::Bool(true));
        args.push(Arg {
            place,
            field,
            shape: None,
        });
    }
    for (name, says) in says.get("request").map_or(Ok(&[][..]), Value::as_map)? {
        let field = field_of(name, says, shapes)?;
        args.push(Arg {
            place: Place::Body,
            field,
            shape: None,
        });
    }
    let mut reply = Answer::Nothing;
    let mut errors = Vec::new();
    for (status, says) in says.get("replies").context("no replies")?.as_map()? {
        let status: u16 = status.parse()?;
        match says.text() {
            Some(text) if status < 300 => reply = Answer::Json(parse_text(text, shapes)?),
            Some(reason) => errors.push((status, reason.to_owned())),
            None if status == 400 => errors.push((status, "bad_parameter".to_owned())),
            None if status >= 500 => errors.push((status, "server_error".to_owned())),
            None => {}
        }
    }
    match says.get("is").and_then(Value::text) {
        None => {}
        Some("duplex") => reply = Answer::Duplex,
        Some("http2") => reply = Answer::Http2,
        Some(other) => bail!("what reply is {other}?"),
    }
    Ok(Operation {
        key: format!("{method} {path}"),
        method: method.to_owned(),
        path: path.to_owned(),
        span: Span {
            since: since.filter(|it| *it > OLDEST),
            ..Span::ALWAYS
        },
        args,
        upload: None,
        reply,
        headers: Vec::new(),
        errors,
    })
}

fn field_of(name: &str, says: &Value, shapes: &Shapes) -> Result<Field> {
    Ok(Field {
        wire: name.to_owned(),
        span: Span::ALWAYS,
        shown: Span::ALWAYS,
        required: false,
        tree: parse(says, shapes)?,
    })
}

/// A type as corrections write it: text, or a map of an object's fields.
fn parse(says: &Value, shapes: &Shapes) -> Result<Tree> {
    match says {
        Value::Text(text) => parse_text(text, shapes),
        Value::Map(fields) => {
            let fields = fields
                .iter()
                .map(|(name, says)| field_of(name, says, shapes));
            Ok(Kind::Object(fields.collect::<Result<_>>()?).into())
        }
        other => bail!("{other:?} is no type"),
    }
}

/// `map of string, null too`: a type whose values may be null.
fn null_too(says: &Value) -> (Value, bool) {
    match says.text().and_then(|it| it.strip_suffix(", null too")) {
        Some(text) => (Value::Text(format!("nullable {text}")), true),
        None => (says.clone(), false),
    }
}

fn parse_text(text: &str, shapes: &Shapes) -> Result<Tree> {
    let text = text.trim();
    if text.starts_with('{') {
        return parse(&Value::parse(text)?, shapes);
    }
    if let Some(rest) = text.strip_prefix("nullable ") {
        let mut tree = parse_text(rest, shapes)?;
        match &mut tree.kind {
            Kind::List(of) | Kind::Map(of) => of.nullable = true,
            _ => tree.nullable = true,
        }
        return Ok(tree);
    }
    if let Some(rest) = text.strip_prefix("list of ") {
        return Ok(Kind::List(Box::new(parse_text(rest, shapes)?)).into());
    }
    if let Some(rest) = text.strip_prefix("map of ") {
        return Ok(Kind::Map(Box::new(parse_text(rest, shapes)?)).into());
    }
    let (word, format) = text.split_once(' ').unwrap_or((text, ""));
    let kind = match word {
        "any" => Kind::Any,
        "boolean" => Kind::Bool,
        "integer" => match format {
            "uint64" => Kind::Int(Width::U64),
            "uint32" => Kind::Int(Width::U32),
            "uint16" => Kind::Int(Width::U16),
            "" | "int64" => Kind::Int(Width::I64),
            "or all" => Kind::IntOr(vec!["all".to_owned()]),
            other => bail!("what is an integer {other}?"),
        },
        "number" => Kind::Float,
        "string" => Kind::Text,
        "timestamp" => Kind::Time,
        "object" => Kind::Map(Box::new(Kind::Any.into())),
        name => return shapes.get(name.trim_start_matches('$')),
    };
    Ok(kind.into())
}
