//! Catalogue and overlay as one model: what the emitters write down, without
//! opinions of their own.

mod shape;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, Result, ensure};

use super::model::{Api, Arg, Endpoint, Field, Reply, TypePath, Upload, Value, Words};
use super::name::{camel, rusty, singular, snake};
use super::overlay::Overlay;
use super::tree::{Answer, Field as Raw, Kind, Operation, Place, Span, Tree};

pub(crate) fn resolve(operations: Vec<Operation>, overlay: &Overlay) -> Result<Api> {
    let mut resolver = Resolver {
        overlay,
        api: Api::default(),
        known: HashMap::new(),
        inline: HashMap::new(),
        idents: BTreeSet::new(),
    };
    for operation in operations {
        let key = operation.key.clone();
        let endpoint = resolver.endpoint(&operation).context(key)?;
        resolver.api.endpoints.push(endpoint);
    }
    Ok(resolver.api)
}

struct Resolver<'a> {
    overlay: &'a Overlay,
    api: Api,
    /// Static objects by what they say.
    known: HashMap<String, usize>,
    /// Names of inline shapes: what they are called where, and what is in them.
    inline: HashMap<(String, String), TypePath>,
    idents: BTreeSet<(String, String)>,
}

/// Where a value stands, for its name and its description.
#[derive(Clone)]
struct At<'a> {
    operation: &'a str,
    /// `args` or `reply`.
    part: &'static str,
    /// From the operation on.
    path: Vec<String>,
    /// The nearest named shape around it, and the path from there.
    shape: Option<String>,
    from_shape: Vec<String>,
    noun: String,
    /// The Rust type around it.
    outer: String,
    /// One of several.
    in_list: bool,
    /// Below a shape whose type is written by hand.
    by_hand: bool,
    /// Never there: only R shows it, so it has no Rust type.
    hidden: bool,
}

impl At<'_> {
    fn below(&self, wire: &str) -> Self {
        let mut below = self.clone();
        below.path.push(wire.to_owned());
        below.from_shape.push(wire.to_owned());
        below.in_list = false;
        below
    }

    /// A name from the place: that of the type around it, and its own.
    fn name(&self) -> TypePath {
        let last = self.last();
        let outer = if self.outer.to_lowercase() == self.noun {
            ""
        } else {
            &self.outer
        };
        let own = camel(if self.in_list { singular(last) } else { last });
        TypePath {
            noun: self.noun.clone(),
            name: match last {
                "" => format!("{}Reply", self.outer),
                _ => format!("{outer}{}", rusty(&own)),
            },
        }
    }

    fn last(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// How the overlay names this place: by shape, or by operation.
    fn key(&self) -> String {
        let inner = self.from_shape.join(".");
        match &self.shape {
            Some(shape) if !inner.is_empty() => format!("{shape}.{inner}"),
            Some(shape) => shape.clone(),
            None => format!("{} {} {}", self.operation, self.part, self.path.join("."))
                .trim_end()
                .to_owned(),
        }
    }
}

impl Resolver<'_> {
    fn endpoint(&mut self, operation: &Operation) -> Result<Endpoint> {
        let names = &self.overlay.names;
        let key = operation.key.as_str();
        let noun = names.operation(key, "noun")?.to_owned();
        let rust = names.operation(key, "rust")?.to_owned();
        let at = |part| At {
            operation: key,
            part,
            path: Vec::new(),
            shape: None,
            from_shape: Vec::new(),
            noun: noun.clone(),
            outer: rust.clone(),
            in_list: false,
            by_hand: false,
            hidden: false,
        };
        let doc = self.overlay.docs.operation(key).map(str::to_owned);
        let doc = doc.unwrap_or_else(|| {
            self.complain(format!("{key} has no description"));
            format!("`{key}`.")
        });

        let mut args = Vec::new();
        for arg in &operation.args {
            let mut around = at("args");
            if let Some(shape) = &arg.shape {
                around.outer = self.named(shape, &around)?.name;
                around.shape = Some(shape.clone());
            }
            let mut field = self.field(&arg.field, &around)?;
            if let Some(name) = names.args.get(&format!("{key} {}", arg.field.wire)) {
                name.clone_into(&mut field.name);
                field.rust = self.rust_name(name);
            }
            let own = format!("{noun}::{rust}.{}", field.rust);
            args.push(Arg {
                place: arg.place,
                field,
                own_setter: self.overlay.rust.own_setters.has(&own),
            });
        }
        let mut path = operation.path.clone();
        for arg in args.iter().filter(|arg| arg.place == Place::Path) {
            path = path.replace(
                &format!("{{{}}}", arg.field.wire),
                &format!("{{{}}}", arg.field.name),
            );
        }
        let args = same_in_other_versions(args);
        let order = |arg: &Arg| match arg.place {
            Place::Path => 0,
            Place::Body | Place::WholeBody => 1,
            Place::Query => 2,
            Place::Header => 3,
        };
        let mut args = args;
        args.sort_by_key(order);

        let upload = operation.upload.as_ref().map(|field| {
            let wire = &field.wire;
            let other = names.args.get(&format!("{key} {wire}"));
            let doc = self.overlay.docs.place(key, "args", wire);
            Upload {
                name: other.map_or_else(|| snake(wire), str::to_owned),
                doc: doc.unwrap_or("The bytes that go along.").to_owned(),
            }
        });
        let mut headers = Vec::new();
        for header in &operation.headers {
            headers.push(self.field(header, &at("headers"))?);
        }
        let reply = match &operation.reply {
            Answer::Nothing => Reply::Nothing,
            Answer::Text => Reply::Text,
            Answer::Bytes => Reply::Bytes,
            Answer::Frames => Reply::Frames,
            Answer::Duplex => Reply::Duplex,
            Answer::Http2 => Reply::Http2,
            Answer::WebSocket => Reply::WebSocket,
            Answer::Json(tree) => Reply::Json(self.value(tree, &at("reply"))?),
            Answer::Lines(tree) => Reply::Lines(self.value(tree, &at("reply"))?),
            Answer::Header(name, tree) => {
                Reply::Header(name.clone(), self.value(tree, &at("reply"))?)
            }
        };
        Ok(Endpoint {
            id: names.operation(key, "id")?.to_owned(),
            legacy: names.operation(key, "legacy")?.to_owned(),
            key: key.to_owned(),
            method: operation.method.clone(),
            path,
            span: operation.span,
            args,
            upload,
            lasts: self.overlay.rust.lasting.has(key),
            reply,
            headers,
            errors: names.refusals(key, &operation.errors),
            doc,
            noun,
            rust,
        })
    }

    fn complain(&mut self, what: String) {
        if !self.api.complaints.contains(&what) {
            self.api.complaints.push(what);
        }
    }

    fn rust_name(&self, name: &str) -> String {
        let overlay = self.overlay;
        overlay.rust.keywords.get(name).unwrap_or(name).to_owned()
    }

    fn field(&mut self, raw: &Raw, around: &At<'_>) -> Result<Field> {
        let mut at = around.below(&raw.wire);
        at.hidden |= raw.span.never;
        let names = &self.overlay.names;
        let mut name = names
            .fields
            .get(&at.key())
            .or_else(|| names.fields.get(&raw.wire))
            .map_or_else(|| snake(&raw.wire), str::to_owned);
        if around.part == "reply" {
            let key = format!("{} {}", at.operation, at.path.join("."));
            if let Some(other) = names.replies.get(&key) {
                other.clone_into(&mut name);
            }
        }
        let rust = match names.rust_fields.get(&at.key()) {
            Some(rust) => rust.to_owned(),
            None => self.rust_name(&name),
        };
        let plain = self.overlay.rust.plain.has(&at.key());
        let optional = self.overlay.rust.optional.has(&at.key()) || (raw.tree.nullable && !plain);
        let doc = self.doc_of(&at, &name);
        let value = self
            .value(&raw.tree, &at)
            .with_context(|| at.path.join("."))?;
        let is_filled = !matches!(value, Value::List(_) | Value::Map(_));
        let value = self.timed(value, &at)?;
        Ok(Field {
            name,
            wire: raw.wire.clone(),
            old: None,
            also: Vec::new(),
            rust,
            span: raw.span,
            shown: raw.shown,
            required: raw.required,
            optional: optional && is_filled,
            value,
            doc,
        })
    }

    /// The value, as a time or a length of it where the overlay says so.
    fn timed(&self, value: Value, at: &At<'_>) -> Result<Value> {
        let key = at.key();
        let is_moment = self.overlay.rust.times.has(&key);
        let is_length = self.overlay.rust.durations.has(&key);
        let fits = match value {
            Value::Text => !is_length,
            Value::Int(_) => true,
            _ => !is_moment && !is_length,
        };
        ensure!(fits, "{key} has no shape that a time can have");
        Ok(match (is_moment, is_length) {
            (true, _) if at.part == "args" => Value::Time,
            (true, _) => Value::Moment(Box::new(value)),
            (_, true) => Value::Length(Box::new(value)),
            _ => value,
        })
    }

    /// A field's description: the operation's own, or that of the nearest shape.
    fn doc_of(&mut self, at: &At<'_>, name: &str) -> String {
        let docs = &self.overlay.docs;
        let path = at.path.join(".");
        let own = docs.place(at.operation, at.part, &path);
        let shape = at.shape.as_deref();
        let shared = shape.and_then(|shape| docs.field(shape, &at.from_shape.join(".")));
        let doc = own.or(shared).map(str::to_owned);
        let Some(doc) = doc else {
            if at.hidden {
                return String::new();
            }
            if at.part == "args" && at.path.len() == 1 {
                self.complain(format!("{} has no description of {path}", at.operation));
            } else {
                self.complain(format!("no description of {}", at.key()));
            }
            return format!("`{}` of the API.", at.last());
        };
        let bare = |text: &str| text.to_lowercase().replace([' ', '_', '.', '`', '-'], "");
        let said = bare(&doc);
        let said = ["the", "its", "a", "an"]
            .iter()
            .find_map(|word| said.strip_prefix(word))
            .unwrap_or(&said);
        if said == bare(name) || bare(&doc) == bare(name) {
            self.complain(format!("the description of {} repeats its name", at.key()));
        }
        doc
    }

    fn value(&mut self, tree: &Tree, at: &At<'_>) -> Result<Value> {
        Ok(match &tree.kind {
            Kind::Any => Value::Any,
            Kind::Bool => Value::Bool,
            Kind::Int(width) => Value::Int(*width),
            Kind::Float => Value::Float,
            Kind::Text => Value::Text,
            Kind::Time => Value::Time,
            Kind::IntOr(words) => Value::IntOr(words.clone()),
            Kind::Words(words) => Value::Words(self.words(words, tree, at)?),
            Kind::List(of) => Value::List(Box::new(self.inner(of, tree, at)?)),
            Kind::Map(of) => Value::Map(Box::new(self.inner(of, tree, at)?)),
            Kind::Json(of) => Value::Json(Box::new(self.value(of, at)?)),
            Kind::Filters => Value::Filters,
            Kind::Object(fields) => self.object(fields, tree, at)?,
        })
    }

    /// What a list or a map has in it; a name of the whole is one of that too.
    fn inner(&mut self, tree: &Tree, around: &Tree, at: &At<'_>) -> Result<Value> {
        let mut tree = tree.clone();
        if tree.name.is_none() && matches!(tree.kind, Kind::Object(_)) {
            tree.name.clone_from(&around.name);
        }
        let mut inner = at.clone();
        inner.in_list = true;
        let value = self.value(&tree, &inner)?;
        // A null among objects or lists reads as an empty one.
        Ok(match value {
            Value::Text | Value::Int(_) | Value::Bool if tree.nullable && at.part == "args" => {
                Value::Maybe(Box::new(value))
            }
            value => value,
        })
    }

    /// The Rust type of words: named by the overlay, upstream, or its place.
    fn words(&mut self, words: &[String], tree: &Tree, at: &At<'_>) -> Result<TypePath> {
        if at.hidden {
            return Ok(at.name());
        }
        let path = match self.overlay.rust.words.get(&at.key()) {
            Some(path) => TypePath::parse(path)?,
            None => match &tree.name {
                Some(name) => self.named(name, at)?,
                None => at.name(),
            },
        };
        let shared = tree
            .name
            .as_deref()
            .and_then(|name| self.overlay.docs.of_type(name));
        let doc = shared.map_or_else(|| self.doc_of(at, ""), str::to_owned);
        match self.api.words.iter_mut().find(|it| it.path == path) {
            Some(known) => {
                for word in words {
                    if !known.list.contains(word) {
                        known.list.push(word.clone());
                    }
                }
            }
            None => self.api.words.push(Words {
                path: path.clone(),
                doc,
                list: words.to_vec(),
            }),
        }
        Ok(path)
    }
}

/// Two wire names of one argument, each in its versions, are one.
fn same_in_other_versions(args: Vec<Arg>) -> Vec<Arg> {
    let mut joined: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Arg> = Vec::new();
    for arg in args {
        let known = joined.get(&arg.field.name).and_then(|at| kept.get_mut(*at));
        let Some(known) = known else {
            joined.insert(arg.field.name.clone(), kept.len());
            kept.push(arg);
            continue;
        };
        let (older, newer) = if known.field.span.until.is_some() {
            (known.field.clone(), arg.field)
        } else {
            (arg.field, known.field.clone())
        };
        known.field = Field {
            span: Span {
                since: older.span.since,
                until: newer.span.until,
                never: false,
            },
            old: older.span.until.map(|until| (older.wire, until)),
            shown: Span {
                since: older.shown.since,
                until: newer.shown.until,
                never: false,
            },
            ..newer
        };
    }
    kept
}
