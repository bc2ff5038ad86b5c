//! Shapes: which static object and which Rust type each is, and what they are called.

use anyhow::{Context as _, Result, ensure};

use super::super::model::{Field, Object, Type, TypePath, Value};
use super::super::name::{rusty, snake_of_type};
use super::super::tree::{Field as Raw, Kind, Tree};
use super::{At, Resolver};

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

impl Resolver<'_> {
    fn place_name(&self, key: &str) -> Option<&str> {
        let given = self.overlay.rust.types.get(key);
        given.or_else(|| self.overlay.names.types.get(key))
    }

    /// The path of a shape that upstream names.
    pub(super) fn named(&self, name: &str, at: &At<'_>) -> Result<TypePath> {
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

    pub(super) fn object(&mut self, fields: &[Raw], tree: &Tree, at: &At<'_>) -> Result<Value> {
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
