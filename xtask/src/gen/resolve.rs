//! Catalogue and overlay as one model: what the emitters write down, without
//! opinions of their own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, Result, ensure};

use super::model::{
    Api, Arg, Endpoint, Field, Object, Reply, Type, TypePath, Upload, Value, Words,
};
use super::name::{camel, rusty, singular, snake, snake_of_type};
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
        let endpoint = resolver.endpoint(operation).context(key)?;
        resolver.api.endpoints.push(endpoint);
    }
    Ok(resolver.api)
}

/// What the names of upstream's shapes may begin with.
const NOUNS: [&str; 13] = [
    "Container",
    "Image",
    "Network",
    "Volume",
    "Exec",
    "Swarm",
    "Node",
    "Service",
    "Task",
    "Secret",
    "Config",
    "Plugin",
    "System",
];

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
    fn endpoint(&mut self, operation: Operation) -> Result<Endpoint> {
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
            errors: operation.errors,
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

    fn place_name(&self, key: &str) -> Option<&str> {
        let given = self.overlay.rust.types.get(key);
        given.or_else(|| self.overlay.names.types.get(key))
    }

    /// The path of a shape that upstream names.
    fn named(&self, name: &str, at: &At<'_>) -> Result<TypePath> {
        let given = self.overlay.names.types.get(name);
        if let Some(path) = given.or_else(|| self.overlay.rust.types.get(name)) {
            return TypePath::parse(path);
        }
        for noun in NOUNS {
            if let Some(rest) = name.strip_prefix(noun) {
                // `Config` is the config; `Configuration` would be another word.
                if rest.is_empty() || rest.starts_with(char::is_uppercase) {
                    let name = if rest.is_empty() { name } else { rest };
                    return Ok(TypePath {
                        noun: noun.to_lowercase(),
                        name: rusty(name),
                    });
                }
            }
        }
        let name = rusty(name);
        // It lives where it was first met.
        let met = self.api.types.iter().map(|it| &it.path);
        let mut met = met.chain(self.api.words.iter().map(|it| &it.path));
        Ok(met
            .find(|path| path.name == name)
            .cloned()
            .unwrap_or_else(|| TypePath {
                noun: at.noun.clone(),
                name,
            }))
    }

    fn object(&mut self, fields: &[Raw], tree: &Tree, at: &At<'_>) -> Result<Value> {
        let mut inner = at.clone();
        let sketch = sketch(tree);
        let by_hand = tree
            .name
            .as_deref()
            .and_then(|name| self.overlay.rust.by_hand.get(name));
        let path = if let Some(path) = by_hand {
            TypePath::parse(path)?
        } else if let Some(path) = self.place_name(&at.key()) {
            TypePath::parse(path)?
        } else if let Some(name) = &tree.name {
            self.named(name, at)?
        } else {
            let place = (at.last().to_owned(), sketch);
            let own = at.name();
            match self.inline.get(&place) {
                Some(known) if !place.0.is_empty() => known.clone(),
                _ => {
                    self.inline.insert(place, own.clone());
                    own
                }
            }
        };
        if let Some(name) = &tree.name {
            inner.shape = Some(name.clone());
            inner.from_shape.clear();
        }
        inner.noun.clone_from(&path.noun);
        inner.outer.clone_from(&path.name);
        inner.by_hand |= by_hand.is_some();
        let mut resolved = Vec::new();
        for field in fields {
            resolved.push(self.field(field, &inner)?);
        }
        let doc = self.type_doc(tree, at);
        self.join_type(&path, doc, &resolved, &inner)?;
        let id = self.static_object(&path, resolved);
        Ok(Value::Object(id, path))
    }

    fn type_doc(&mut self, tree: &Tree, at: &At<'_>) -> String {
        let docs = &self.overlay.docs;
        if let Some(doc) = tree.name.as_deref().and_then(|name| docs.of_type(name)) {
            return doc.to_owned();
        }
        if at.path.is_empty() {
            return docs
                .operation(at.operation)
                .unwrap_or("What the engine answers.")
                .to_owned();
        }
        self.doc_of(at, "")
    }

    /// Adds a place of a Rust type: the type has the fields of all its places.
    fn join_type(
        &mut self,
        path: &TypePath,
        doc: String,
        fields: &[Field],
        at: &At<'_>,
    ) -> Result<()> {
        if at.hidden {
            return Ok(());
        }
        let by_hand = at.by_hand;
        if !self.api.types.iter().any(|it| it.path == *path) {
            self.api.types.push(Type {
                path: path.clone(),
                doc,
                fields: Vec::new(),
                in_request: false,
                in_reply: false,
                by_hand,
            });
        }
        let known = self.api.types.iter_mut().find(|it| it.path == *path);
        let known = known.context("the type that was just put there")?;
        if at.part == "args" {
            known.in_request = true;
        } else {
            known.in_reply = true;
        }
        for field in fields.iter().filter(|it| !it.span.never) {
            match known.fields.iter_mut().find(|it| it.rust == field.rust) {
                None => known.fields.push(field.clone()),
                Some(same) => {
                    ensure!(
                        by_hand || same_rust(&same.value, &field.value),
                        "{}::{} has two kinds of {}: {:?} and {:?}",
                        path.noun,
                        path.name,
                        field.wire,
                        same.value,
                        field.value,
                    );
                    same.optional |= field.optional;
                    if same.wire != field.wire && !same.also.contains(&field.wire) {
                        same.also.push(field.wire.clone());
                    }
                }
            }
        }
        Ok(())
    }

    fn static_object(&mut self, path: &TypePath, fields: Vec<Field>) -> usize {
        let says: Vec<_> = fields
            .iter()
            .map(|it| {
                (
                    &it.name,
                    &it.wire,
                    it.span,
                    it.shown,
                    format!("{:?}", it.value),
                )
            })
            .collect();
        let says = format!("{path:?} {says:?}");
        if let Some(id) = self.known.get(&says) {
            return *id;
        }
        let name = snake_of_type(&path.name);
        let mut ident = name.to_uppercase();
        let mut number = 1;
        while !self.idents.insert((path.noun.clone(), ident.clone())) {
            number += 1;
            ident = format!("{}_{number}", name.to_uppercase());
        }
        self.api.objects.push(Object {
            noun: path.noun.clone(),
            ident,
            name,
            fields,
        });
        let id = self.api.objects.len() - 1;
        self.known.insert(says, id);
        id
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

/// Whether two values are the same Rust type.
fn same_rust(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(_, one), Value::Object(_, other)) => one == other,
        (Value::List(one), Value::List(other))
        | (Value::Map(one), Value::Map(other))
        | (Value::Json(one), Value::Json(other))
        | (Value::Maybe(one), Value::Maybe(other)) => same_rust(one, other),
        _ => one == other,
    }
}

/// What an inline shape has in it.
fn sketch(tree: &Tree) -> String {
    match &tree.kind {
        Kind::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|it| format!("{}:{}", it.wire, sketch(&it.tree)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Kind::List(of) => format!("[{}]", sketch(of)),
        Kind::Map(of) => format!("<{}>", sketch(of)),
        Kind::Words(_) => "words".to_owned(),
        other => format!("{other:?}"),
    }
}
