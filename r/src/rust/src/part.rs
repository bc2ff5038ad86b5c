//! Parts of arguments that R makes on their own, as `docker$types` does.

use stevedore_api::{Field, Object, Schema, Value, endpoint};

use crate::failure::Failure;
use crate::given::Given;
use crate::native::Stop;
use crate::read;
use crate::tree::Tree;

/// What `given` becomes in the API's own words, where `way` leads from an
/// endpoint to an object among its arguments.
pub(crate) fn of(way: &str, given: &Given) -> Result<Tree<'static>, Stop> {
    let object = object(way).ok_or_else(|| Failure::bug(&format!("there is no {way}")))?;
    let Value::Map(pairs) = read::part(object, given)? else {
        return Ok(Tree::Null);
    };
    Ok(record(object, pairs))
}

fn object(way: &str) -> Option<&'static Object> {
    let mut steps = way.split(' ');
    let info = endpoint(steps.next()?)?;
    let mut schema = info.arg(steps.next()?)?.field.schema;
    for step in steps {
        schema = within(schema)?.field(step)?.schema;
    }
    within(schema)
}

/// The object that a shape has inside, through lists.
fn within(schema: Schema) -> Option<&'static Object> {
    match schema {
        Schema::Object(object) => Some(object),
        Schema::List(of) => within(*of),
        _ => None,
    }
}

fn record(object: &'static Object, pairs: Vec<(String, Value)>) -> Tree<'static> {
    let (names, values) = pairs
        .into_iter()
        .map(|(name, value)| match object.field(&name) {
            Some(Field { wire, schema, .. }) => (Some((*wire).into()), tree(*schema, value)),
            None => (Some(name.into()), tree(Schema::Any, value)),
        })
        .unzip();
    Tree::Named {
        names,
        values: Box::new(Tree::List(values)),
    }
}

fn tree(schema: Schema, value: Value) -> Tree<'static> {
    match (schema, value) {
        (Schema::Object(object), Value::Map(pairs)) => record(object, pairs),
        (Schema::Map(of), Value::Map(pairs)) => {
            let (names, values) = pairs
                .into_iter()
                .map(|(name, value)| (Some(name.into()), tree(*of, value)))
                .unzip();
            Tree::Named {
                names,
                values: Box::new(Tree::List(values)),
            }
        }
        (_, Value::Map(pairs)) => {
            let (names, values) = pairs
                .into_iter()
                .map(|(name, value)| (Some(name.into()), tree(Schema::Any, value)))
                .unzip();
            Tree::Named {
                names,
                values: Box::new(Tree::List(values)),
            }
        }
        (Schema::List(of), Value::List(items)) => texts_or_list(*of, items),
        (_, Value::List(items)) => texts_or_list(Schema::Any, items),
        (_, Value::Bool(it)) => scalar(Tree::Bool(Some(it)), "logical"),
        (_, Value::Int(it)) => match Tree::whole(it) {
            it @ Tree::Number {
                is_integer: true, ..
            } => scalar(it, "integer"),
            it => scalar(it, "numeric"),
        },
        (_, Value::Float(value)) => scalar(
            Tree::Number {
                value,
                is_integer: false,
            },
            "numeric",
        ),
        (_, Value::Text(it)) => scalar(Tree::text(it), "character"),
        (_, _) => Tree::Null,
    }
}

/// Texts make a vector, as R's users give them.
fn texts_or_list(of: Schema, items: Vec<Value>) -> Tree<'static> {
    if items.iter().all(|it| matches!(it, Value::Text(_))) && !items.is_empty() {
        return Tree::texts(items.into_iter().filter_map(|it| match it {
            Value::Text(text) => Some(text),
            _ => None,
        }));
    }
    Tree::List(items.into_iter().map(|it| tree(of, it)).collect())
}

/// Marked as jsonlite's `unbox()` marks scalars.
fn scalar(value: Tree<'static>, kind: &'static str) -> Tree<'static> {
    value.with(vec![(c"class", Tree::Strs(vec!["scalar", kind]))])
}
