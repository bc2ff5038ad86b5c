//! Where an R method speaks another language than the endpoint: arguments that
//! are lowered, and replies that are shaped, as R's users know them.

use std::borrow::Cow;
use std::ffi::CStr;

use stevedore::container::without_slash;
use stevedore::image::Progress;
use stevedore::option::Command;
use stevedore::{Answer, ApiVersion, Args, Value};
use stevedore_api::{Info, Schema, Span};

use crate::given::{Data, Given, Wrong};
use crate::read;
use crate::tree::{Numbers, Tree};

mod create;

pub(crate) use create::create;

/// Sets an argument that R's users give in another form than the API has it;
/// says whether it was one.
pub(crate) fn set(
    args: &mut Args,
    info: &'static Info,
    version: ApiVersion,
    name: &str,
    given: &Given,
) -> Result<bool, Wrong> {
    let value = match (info.id, name) {
        ("container_inspect", "id") => match given.text() {
            Some(id) => Value::from(without_slash(id.to_owned())),
            None => return Ok(false),
        },
        ("container_commit", "cmd" | "entrypoint") => command(given, name)?,
        ("exec_create", "cmd") => match command(given, name)? {
            Value::List(words) if words.is_empty() => {
                return Err(Wrong::must_be(name, read::WORDS));
            }
            words => words,
        },
        ("container_commit" | "exec_create", "env") => environment(given)?,
        ("secret_create" | "config_create", "data") => Value::from(data(given, name)?),
        ("plugin_set", "body") => assignments(given, name)?,
        // The API has withdrawn it because engines do it anyhow.
        ("network_create", "check_duplicate") if given.flag() == Some(true) => {
            let arg = info.arg(name);
            if arg.is_some_and(|arg| arg.field.span.holds(version)) {
                return Ok(false);
            }
            return Ok(true);
        }
        _ => return Ok(false),
    };
    args.set(name, value);
    Ok(true)
}

/// An argument with the way inside it, `healthcheck.test`, as R's users write it.
pub(crate) fn spoken(info: &'static Info, argument: &str) -> String {
    let way = argument.replace('.', "$");
    match way.strip_prefix("healthcheck") {
        Some(rest) if info.id == "container_create" => format!("health_check{rest}"),
        _ => way,
    }
}

/// Text or bytes, in base64.
fn data(given: &Given, name: &str) -> Result<String, Wrong> {
    match (&given.data, given.text()) {
        (Data::Bytes(bytes), _) => Ok(base64(bytes)),
        (_, Some(text)) => Ok(base64(text.as_bytes())),
        _ => Err(Wrong::must_be(name, "a scalar character or raw")),
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let six = (group >> (18 - 6 * digit)) & 63;
            let sign = DIGITS.get(six as usize).filter(|_| digit <= chunk.len());
            text.push(sign.map_or('=', |sign| char::from(*sign)));
        }
    }
    text
}

/// The bytes that base64 stands for; nothing where it is none.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut group, mut bits) = (Vec::new(), 0_u32, 0);
    for sign in text.trim_end_matches('=').bytes() {
        let six = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        group = (group << 6 | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from((group >> bits) & 0xff));
        }
    }
    Some(bytes)
}

/// `NAME=value` for each.
fn assignments(given: &Given, name: &str) -> Result<Value, Wrong> {
    let names = given.named(name)?;
    let texts = given
        .texts()
        .and_then(|texts| texts.into_iter().collect::<Option<Vec<_>>>())
        .ok_or_else(|| Wrong::must_be(name, "named character vector"))?;
    let pairs: Vec<String> = names
        .iter()
        .zip(texts)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(Value::from(pairs))
}

/// One element per word; `I("a command line")` is split as a shell would do it.
fn command(given: &Given, name: &str) -> Result<Value, Wrong> {
    match given.text() {
        Some(line) if given.is_as_is => line
            .parse()
            .map(|command: Command| Value::from(command.words().to_vec()))
            .map_err(|_| Wrong::new(name, format!("'{name}' has a quote that is not closed"))),
        _ => read::value(Schema::List(&Schema::Text), given, name),
    }
}

/// `NAME=value`, or `NAME=` where the value is NULL or missing.
fn environment(given: &Given) -> Result<Value, Wrong> {
    let names = given.named("env")?;
    if let Some((name, _)) = names.iter().find_map(|name| name.split_once('=')) {
        return Err(Wrong::new(
            "env",
            format!("'env' has a name with `=` in it; give its value as in c({name} = \"...\")"),
        ));
    }
    let values = given.texts().ok_or_else(|| {
        Wrong::new(
            "env",
            "All elements of 'env' must be scalar (or use atomic vector)",
        )
    })?;
    let pairs: Vec<String> = names
        .iter()
        .zip(values)
        .map(|(name, value)| format!("{name}={}", value.unwrap_or_default()))
        .collect();
    Ok(Value::from(pairs))
}

/// A header that R's users see as an attribute.
struct Header {
    attribute: &'static CStr,
    name: &'static str,
    is_flag: bool,
    span: Span,
}

const fn since(minor: u16) -> Span {
    Span {
        since: ApiVersion::new(1, minor),
        until: None,
    }
}

/// The headers of `ping`, in the order in which R shows them.
const PING: &[Header] = &[
    Header {
        attribute: c"api_version",
        name: "api-version",
        is_flag: false,
        span: since(28),
    },
    Header {
        attribute: c"buildkit_version",
        name: "builder-version",
        is_flag: false,
        span: since(39),
    },
    Header {
        attribute: c"docker_experimental",
        name: "docker-experimental",
        is_flag: true,
        span: since(28),
    },
];

pub(crate) type Attributes = Vec<(&'static CStr, Tree<'static>)>;

/// What R shows of an answer's headers.
pub(crate) fn headers(answer: &Answer, version: ApiVersion) -> Attributes {
    if answer.endpoint().id != "system_ping" {
        return Vec::new();
    }
    let value = |header: &Header| {
        let text = answer.header(header.name);
        if header.is_flag {
            Tree::Bool(text.and_then(|text| text.parse().ok()))
        } else {
            Tree::maybe_text(text.map(str::to_owned))
        }
    };
    PING.iter()
        .filter(|header| header.span.holds(version))
        .map(|header| (header.attribute, value(header)))
        .collect()
}

/// Reports of progress, as columns.
pub(crate) fn progress(reports: &[Progress]) -> Tree<'_> {
    let texts = |of: fn(&Progress) -> Option<&String>| {
        Tree::Texts(
            reports
                .iter()
                .map(|report| of(report).map(|text| Cow::Borrowed(text.as_str())))
                .collect(),
        )
    };
    let numbers = |of: fn(&Progress) -> Option<i64>| {
        let mut numbers = Numbers::of(Schema::Float, reports.len());
        for report in reports {
            #[allow(
                clippy::cast_precision_loss,
                reason = "sizes beyond 2^53 bytes are none"
            )]
            numbers.push(of(report).map(|number| number as f64));
        }
        Tree::Numbers(numbers)
    };
    Tree::record(vec![
        ("step", Tree::text("progress")),
        ("status", texts(|report| report.status.as_ref())),
        ("id", texts(|report| report.id.as_ref())),
        ("current", numbers(|report| report.detail.current)),
        ("total", numbers(|report| report.detail.total)),
        ("error", texts(|report| report.error.as_ref())),
    ])
}

/// A reply as R's users know it.
pub(crate) fn reply<'a>(
    info: &'static Info,
    version: ApiVersion,
    tree: Tree<'a>,
    headers: Attributes,
) -> Tree<'a> {
    match (info.id, tree) {
        ("system_ping", tree) if !headers.is_empty() => tree.with(headers),
        (
            "container_list",
            Tree::Frame {
                names,
                mut columns,
                rows,
            },
        ) => {
            let at = names.iter().position(|name| *name == "names");
            let name = match at.and_then(|at| columns.get_mut(at)) {
                Some(Tree::List(lists)) => Tree::Texts(lists.iter_mut().map(own_name).collect()),
                _ => Tree::Texts(vec![None; rows]),
            };
            columns.push(name);
            Tree::Frame {
                names: names.iter().copied().chain(["name"]).collect(),
                columns,
                rows,
            }
        }
        ("secret_list" | "config_list", tree) => with_names(tree),
        ("network_inspect", Tree::Record { names, mut values }) if is_legacy(version) => {
            let ipam = names.iter().position(|name| *name == "ipam");
            if let Some(ipam) = ipam.and_then(|at| values.get_mut(at)) {
                subnets(ipam);
            }
            Tree::Record { names, values }
        }
        (
            "network_list",
            Tree::Frame {
                names,
                mut columns,
                rows,
            },
        ) if is_legacy(version) => {
            let ipam = names.iter().position(|name| *name == "ipam");
            if let Some(Tree::List(all)) = ipam.and_then(|at| columns.get_mut(at)) {
                all.iter_mut().for_each(subnets);
            }
            Tree::Frame {
                names,
                columns,
                rows,
            }
        }
        ("container_path_stat", Tree::Record { names, values }) => {
            let legacy = |name: &&'static str| match *name {
                "link_target" => "linkTarget",
                name => name,
            };
            Tree::Record {
                names: names.iter().map(legacy).collect(),
                values,
            }
        }
        ("container_top", tree) => table(tree),
        (_, tree) => tree,
    }
}

/// Whether version 0.9.6 of the package speaks it too.
fn is_legacy(version: ApiVersion) -> bool {
    version <= ApiVersion::new(1, 39)
}

/// The subnets of a network as R's users had them while the API described them
/// as maps of text: a named vector for each, of what was sent.
fn subnets(ipam: &mut Tree<'_>) {
    let Tree::Record { names, values } = ipam else {
        return;
    };
    let at = names.iter().position(|name| *name == "config");
    let Some(config) = at.and_then(|at| values.get_mut(at)) else {
        return;
    };
    let Tree::Frame {
        names,
        columns,
        rows,
    } = std::mem::replace(config, Tree::Null)
    else {
        return;
    };
    let mut maps: Vec<(Vec<_>, Vec<_>)> = Vec::new();
    maps.resize_with(rows, Default::default);
    for (name, column) in names.iter().copied().zip(columns) {
        match column {
            Tree::Texts(texts) => {
                for ((keys, found), text) in maps.iter_mut().zip(texts) {
                    if text.is_some() {
                        keys.push(Some(Cow::Borrowed(name)));
                        found.push(text);
                    }
                }
            }
            Tree::List(inner) => {
                for ((keys, found), map) in maps.iter_mut().zip(inner) {
                    if let Tree::Named { names, values } = map {
                        if let Tree::Texts(texts) = *values {
                            for (key, text) in names.into_iter().zip(texts) {
                                let key = key.unwrap_or_default();
                                keys.push(Some(Cow::Owned(format!("{name}.{key}"))));
                                found.push(text);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    *config = Tree::List(
        maps.into_iter()
            .map(|(names, texts)| Tree::Named {
                names,
                values: Box::new(Tree::Texts(texts)),
            })
            .collect(),
    );
}

/// A secret's or config's name, which is in its specification, as a column.
fn with_names(tree: Tree<'_>) -> Tree<'_> {
    let Tree::Frame {
        names,
        mut columns,
        rows,
    } = tree
    else {
        return tree;
    };
    let spec = names.iter().position(|name| *name == "spec");
    let found = match spec.and_then(|at| columns.get(at)) {
        Some(Tree::List(specs)) => specs.iter().map(name_within).collect(),
        _ => vec![None; rows],
    };
    let (before, behind) = names.split_at(1.min(names.len()));
    let names = [before, &["name"], behind].concat().into();
    columns.insert(1, Tree::Texts(found));
    Tree::Frame {
        names,
        columns,
        rows,
    }
}

fn name_within<'a>(spec: &Tree<'a>) -> Option<Cow<'a, str>> {
    let Tree::Record { names, values } = spec else {
        return None;
    };
    let at = names.iter().position(|name| *name == "name")?;
    match values.get(at) {
        Some(Tree::Text(text)) => text.clone(),
        _ => None,
    }
}

/// Processes as a data frame whose columns the engine names.
fn table(tree: Tree<'_>) -> Tree<'_> {
    let Tree::Record { names, values } = tree else {
        return tree;
    };
    let (mut titles, mut rows) = (Vec::new(), Vec::new());
    for (name, value) in names.iter().zip(values) {
        match (*name, value) {
            ("titles", Tree::Texts(texts)) => titles = texts,
            ("processes", Tree::List(lists)) => rows = lists,
            _ => {}
        }
    }
    let count = rows.len();
    let mut columns: Vec<Vec<Option<Cow<'_, str>>>> = Vec::new();
    columns.resize_with(titles.len(), || Vec::with_capacity(count));
    for row in rows {
        let mut cells = match row {
            Tree::Texts(texts) => texts,
            _ => Vec::new(),
        }
        .into_iter();
        for column in &mut columns {
            column.push(cells.next().flatten());
        }
    }
    Tree::Table {
        names: titles,
        columns: columns.into_iter().map(Tree::Texts).collect(),
        rows: count,
    }
}

/// Takes the slash off the names of a container, and gives the one that is its
/// own: the others, `/other/alias`, are links to it.
fn own_name<'a>(names: &mut Tree<'a>) -> Option<Cow<'a, str>> {
    let Tree::Texts(names) = names else {
        return None;
    };
    for name in names.iter_mut().flatten() {
        match name {
            Cow::Borrowed(name) => *name = name.strip_prefix('/').unwrap_or(name),
            Cow::Owned(name) if name.starts_with('/') => {
                name.remove(0);
            }
            Cow::Owned(_) => {}
        }
    }
    let known = || names.iter().flatten();
    known()
        .find(|name| !name.contains('/'))
        .or_else(|| known().next())
        .cloned()
}
