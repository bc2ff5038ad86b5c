//! From what R gave to arguments, guided by the schema.

use stevedore_api::{ApiVersion, Arg, Args, Field, Info, Object, Place, Schema, Value};

use crate::given::{Data, Given, Wrong, written};
use crate::{faces, option, terminal};

/// The arguments of a call to `info`. What is NULL is not sent.
pub(crate) fn args(info: &'static Info, version: ApiVersion, given: &Given) -> Result<Args, Wrong> {
    let Data::List(values) = &given.data else {
        return Ok(Args::new());
    };
    let names = given.named("arguments")?;
    check_required(info, names, values)?;
    let given = names
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_null());
    if info.id == "container_create" {
        return faces::create(info, given);
    }
    let mut args = Args::new();
    for (name, value) in given {
        if faces::set(&mut args, info, version, name, value)? {
            continue;
        }
        set(&mut args, info, name, value)?;
    }
    Ok(args)
}

/// The raw bytes that go along with a call, taken out of what was given, where
/// the endpoint takes some.
pub(crate) fn upload(info: &'static Info, given: &mut Given) -> Result<Option<Vec<u8>>, Wrong> {
    let (Some(_), Data::List(values), Some(names)) =
        (info.upload, &mut given.data, &mut given.names)
    else {
        return Ok(None);
    };
    let Some(at) = names.iter().position(|name| info.arg(name).is_none()) else {
        return Ok(None);
    };
    let name = names.remove(at);
    match values.remove(at).data {
        Data::Bytes(bytes) => Ok(Some(bytes)),
        Data::Null => Ok(None),
        _ => Err(Wrong::must_be(&name, "raw")),
    }
}

/// A named list with only the fields of `object`.
pub(crate) fn part(object: &'static Object, given: &Given) -> Result<Value, Wrong> {
    let names = given.named("arguments")?;
    let mut pairs = Vec::with_capacity(names.len());
    for (item, key) in given.elements().iter().zip(names) {
        if item.is_null() {
            continue;
        }
        let Some(field) = object.field(key) else {
            let message = format!("Unexpected property '{key}' in '{}'", object.name);
            return Err(Wrong::new(key, message));
        };
        let value = inner(object, field, item, key)?;
        known(field.schema, &value, key)?;
        pairs.push((field.name.to_owned(), value));
    }
    Ok(Value::Map(pairs))
}

/// That `value` has no fields but those of its schema, and no words but its own. Where it
/// goes into a request that is checked there.
fn known(schema: Schema, value: &Value, at: &str) -> Result<(), Wrong> {
    match (schema, value) {
        (Schema::Object(object), Value::Map(pairs)) => {
            for (key, value) in pairs {
                match object.field(key) {
                    Some(field) => known(field.schema, value, &format!("{at}${key}"))?,
                    None if object.open => {}
                    None => {
                        let message = format!("Unexpected property '{key}' in '{at}'");
                        return Err(Wrong::new(at, message));
                    }
                }
            }
            Ok(())
        }
        (Schema::List(of), Value::List(items)) => {
            items.iter().try_for_each(|item| known(*of, item, at))
        }
        (Schema::Map(of), Value::Map(pairs)) => pairs
            .iter()
            .try_for_each(|(key, value)| known(*of, value, &format!("{at}${key}"))),
        (Schema::Word(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
            let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            Err(Wrong::must_be(at, &format!("one of {}", words.join(", "))))
        }
        _ => Ok(()),
    }
}

/// A field of `object`, also as an option of the docker command.
fn inner(
    object: &'static Object,
    field: &'static Field,
    given: &Given,
    at: &str,
) -> Result<Value, Wrong> {
    match option::value(object.name, field.name, given, at)? {
        Some(value) => Ok(value),
        None => value(field.schema, given, at),
    }
}

/// What is asked for where a call can't do without any word.
pub(crate) const WORDS: &str = "a character vector (non-NA, not empty)";

/// What a call can't do without is there, and neither a part of the path nor of the query
/// is empty.
fn check_required(info: &'static Info, names: &[String], values: &[Given]) -> Result<(), Wrong> {
    // The API does not say so of a command.
    let is_needed = |arg: &Arg| arg.required || (info.id, arg.field.name) == ("exec_create", "cmd");
    for arg in info.args.iter().filter(|arg| is_needed(arg)) {
        let name = arg.field.name;
        let given = names.iter().zip(values).find(|(known, _)| *known == name);
        let is_word = matches!(arg.place, Place::Path | Place::PathName | Place::Query);
        match given {
            Some((_, given)) if !given.is_null() => {
                if is_word && given.text() == Some("") {
                    let what = "a scalar character (non-NA, not empty)";
                    return Err(Wrong::must_be(name, what));
                }
            }
            // Nothing is refused as any other wrong value is.
            _ => {
                value(arg.field.schema, &Given::plain(Data::Null), name)?;
                // No words are words, too, but none that a call can do with.
                return Err(Wrong::must_be(name, WORDS));
            }
        }
    }
    Ok(())
}

/// Sets one argument that means what its name says.
pub(crate) fn set(
    args: &mut Args,
    info: &'static Info,
    name: &str,
    given: &Given,
) -> Result<(), Wrong> {
    // A name that the endpoint lacks is left to the check, which words it best.
    let schema = info.arg(name).map_or(Schema::Any, |arg| arg.field.schema);
    // The limits that can be changed are some of those that a host_config sets.
    let as_option = match (info.id, name) {
        ("container_update", _) => option::value("host_config", name, given, name)?,
        (_, "signal" | "stop_signal") => Some(signal(given, name)?),
        (_, "detach_keys") => {
            let keys = value(schema, given, name)?;
            match &keys {
                Value::Text(keys) if !keys.is_empty() => terminal::check_keys(keys)?,
                _ => {}
            }
            Some(keys)
        }
        // An old engine takes a word that it does not know for one that never comes.
        ("container_wait", "condition") => {
            let word = value(schema, given, name)?;
            known(schema, &word, name)?;
            Some(word)
        }
        _ => None,
    };
    args.set(
        name,
        match as_option {
            Some(value) => value,
            None => value(schema, given, name)?,
        },
    );
    Ok(())
}

/// What a signal is. Which names there are the engine knows.
pub(crate) const SIGNAL: &str = "the name of a signal, such as 'TERM', or a number from 1 to 64";

/// A signal by its name or number.
fn signal(given: &Given, name: &str) -> Result<Value, Wrong> {
    let written = given.number().map(written);
    let text = written.as_deref().or(given.text());
    let is_one = |text: &&str| {
        let number = text
            .parse::<u8>()
            .is_ok_and(|number| (1..=64).contains(&number));
        // Nothing is what the engine does by itself.
        number || text.is_empty() || text.starts_with(|first: char| first.is_ascii_alphabetic())
    };
    text.filter(is_one)
        .map(Value::from)
        .ok_or_else(|| Wrong::must_be(name, SIGNAL))
}

/// `given` where `schema` is asked for.
pub(crate) fn value(schema: Schema, given: &Given, name: &str) -> Result<Value, Wrong> {
    match schema {
        Schema::Bool => given
            .flag()
            .map(Value::Bool)
            .ok_or_else(|| Wrong::must_be(name, "scalar logical (non-NA)")),
        Schema::Int => given
            .number()
            .and_then(whole)
            .ok_or_else(|| Wrong::must_be(name, "a scalar integer (non-NA)")),
        Schema::Float => given
            .number()
            .filter(|number| number.is_finite())
            .map(Value::Float)
            .ok_or_else(|| Wrong::must_be(name, "a scalar number (non-NA)")),
        Schema::Text | Schema::Word(_) => given
            .text()
            .map(Value::from)
            .ok_or_else(|| Wrong::must_be(name, "a scalar character (non-NA)")),
        Schema::Time => option::moment(given, name).map(Value::from),
        Schema::IntOr(_) => match (given.number().and_then(whole), given.text()) {
            (Some(number), _) => Ok(number),
            (None, Some(text)) => Ok(Value::from(text)),
            (None, None) => Err(Wrong::must_be(
                name,
                "a scalar integer or character (non-NA)",
            )),
        },
        Schema::List(of) => list(*of, given, name),
        Schema::Map(of) => map(*of, given, name),
        Schema::Object(object) => fields(object, given, name),
        Schema::Filters => filters(given, name),
        // JSON of the user's own goes as it is.
        Schema::Json(of) => match given.text() {
            Some(text) if given.is_json || given.names.is_none() => Ok(Value::from(text)),
            _ if given.is_json => Err(Wrong::must_be(name, "a single JSON value")),
            _ => value(*of, given, name),
        },
        _ => free(given, name),
    }
}

fn list(of: Schema, given: &Given, name: &str) -> Result<Value, Wrong> {
    if let Schema::Text | Schema::Word(_) | Schema::Time = of {
        return given
            .texts()
            .and_then(|texts| texts.into_iter().collect::<Option<Vec<_>>>())
            .map(Value::from)
            .ok_or_else(|| Wrong::must_be(name, "a character vector (non-NA)"));
    }
    let items: Vec<Given> = match &given.data {
        // A named list is one object, not several.
        Data::List(items) if given.names.is_none() => items.clone(),
        Data::List(_) => vec![given.clone()],
        Data::Bools(_) | Data::Numbers(_) | Data::Texts(_) => given.elements(),
        _ => return Err(Wrong::must_be(name, "a vector or a list")),
    };
    items
        .iter()
        .enumerate()
        .map(|(i, item)| value(of, item, &format!("{name}[[{}]]", i + 1)))
        .collect::<Result<Vec<_>, _>>()
        .map(Value::List)
}

/// Names that are the user's own, each with a value.
fn map(of: Schema, given: &Given, name: &str) -> Result<Value, Wrong> {
    let names = given.named(name)?;
    if let Schema::Text | Schema::Word(_) = of {
        let texts = given
            .texts()
            .and_then(|texts| texts.into_iter().collect::<Option<Vec<_>>>())
            .ok_or_else(|| Wrong::must_be(name, "a named character vector (non-NA)"))?;
        let pairs = names
            .iter()
            .cloned()
            .zip(texts.into_iter().map(Value::Text));
        return Ok(Value::Map(pairs.collect()));
    }
    given
        .elements()
        .iter()
        .zip(names)
        .map(|(item, key)| Ok((key.clone(), value(of, item, &format!("{name}${key}"))?)))
        .collect::<Result<_, _>>()
        .map(Value::Map)
}

/// A named list for an object of the API; its names may be ours or the API's.
fn fields(object: &'static Object, given: &Given, name: &str) -> Result<Value, Wrong> {
    if !matches!(given.data, Data::List(_)) && given.len() > 0 && given.names.is_none() {
        return Err(Wrong::must_be(name, "a named list"));
    }
    let names = given.named(name)?;
    let mut pairs = Vec::with_capacity(names.len());
    for (item, key) in given.elements().iter().zip(names) {
        if item.is_null() {
            continue;
        }
        let at = format!("{name}${key}");
        pairs.push(match object.field(key) {
            Some(field) => (field.name.to_owned(), inner(object, field, item, &at)?),
            None => (key.clone(), free(item, &at)?),
        });
    }
    Ok(Value::Map(pairs))
}

fn filters(given: &Given, name: &str) -> Result<Value, Wrong> {
    if given.is_json {
        if let Some(text) = given.text() {
            return Ok(Value::from(text));
        }
    }
    let names = given.named(name)?;
    let words = |item: &Given| -> Option<Value> {
        let texts = match &item.data {
            // The engine's spelling of a logical.
            Data::Bools(values) => values
                .iter()
                .map(|it| it.map(|it| it.to_string()))
                .collect(),
            Data::List(_) => return None,
            _ => item.texts()?,
        };
        let texts: Vec<String> = texts.into_iter().collect::<Option<_>>()?;
        Some(Value::from(texts))
    };
    given
        .elements()
        .iter()
        .zip(names)
        .map(|(item, key)| Some((key.clone(), words(item)?)))
        .collect::<Option<Vec<_>>>()
        .map(Value::Map)
        .ok_or_else(|| Wrong::must_be(name, "a character vector or list of character vectors"))
}

/// A value that no schema describes: a vector is an array, as in jsonlite,
/// unless it is marked as a scalar.
fn free(given: &Given, name: &str) -> Result<Value, Wrong> {
    let scalar = |values: Vec<Value>| {
        if given.is_scalar {
            values.into_iter().next().unwrap_or_default()
        } else {
            Value::List(values)
        }
    };
    let value = match &given.data {
        Data::Null => Value::Null,
        Data::Numbers(_) if given.moment.is_some() => {
            return Err(Wrong::must_be(name, "without dates and times in it"));
        }
        Data::Bools(values) => scalar(values.iter().map(|it| some(*it)).collect()),
        Data::Numbers(values) => scalar(
            values
                .iter()
                .map(|it| it.map_or(Value::Null, |it| whole(it).unwrap_or(Value::Float(it))))
                .collect(),
        ),
        Data::Texts(values) => scalar(values.iter().cloned().map(some).collect()),
        Data::List(items) if given.names.is_none() => Value::List(
            items
                .iter()
                .enumerate()
                .map(|(i, item)| free(item, &format!("{name}[[{}]]", i + 1)))
                .collect::<Result<_, _>>()?,
        ),
        Data::List(items) => Value::Map(
            given
                .named(name)?
                .iter()
                .zip(items)
                .map(|(key, item)| Ok((key.clone(), free(item, &format!("{name}${key}"))?)))
                .collect::<Result<_, Wrong>>()?,
        ),
        Data::Bytes(_) => return Err(Wrong::must_be(name, "a vector or a list, not raw")),
        Data::Other(kind) => return Err(Wrong::kind(name, kind)),
    };
    Ok(value)
}

fn some<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Null, Into::into)
}

/// A whole number, where `number` is one that can be told from its neighbours.
pub(crate) fn whole(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "whole numbers below 2^53 fit"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(Value::Int(number as i64))
}
