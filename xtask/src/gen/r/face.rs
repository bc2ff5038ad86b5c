//! The faces of the overlay, made whole by the tables: which methods an R
//! object has, with which arguments from which version on, and what they do.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};

use super::super::model::{Api, Arg, Endpoint, Field, Value as Shape};
use super::super::tree::{OLDEST, Place};
use crate::catalogue::value::Value;

/// The newest version that stevedore 0.9.6 speaks: up to there its arguments
/// and methods are all that there are.
const LEGACY: u8 = 39;

/// A class of R objects.
pub(super) struct Face {
    /// `docker_container`
    pub(super) class: String,
    pub(super) title: String,
    pub(super) noun: String,
    pub(super) about: Option<String>,
    /// Other objects that it has as members, and the functions that make them.
    pub(super) places: Vec<(String, String)>,
    /// How its details are asked for, where it has any.
    pub(super) details: Option<Details>,
    /// More that it is made with.
    pub(super) has: Vec<String>,
    pub(super) methods: Vec<Method>,
}

/// What a single object knows about itself.
pub(super) struct Details {
    pub(super) endpoint: String,
    /// The field that holds its id.
    pub(super) key: String,
    /// The argument of endpoints that takes this id.
    pub(super) argument: String,
}

pub(super) struct Method {
    pub(super) name: String,
    pub(super) formals: Vec<Formal>,
    /// The lines of its body.
    pub(super) body: Vec<String>,
    pub(super) doc: String,
    /// The command of the docker program that is most alike.
    pub(super) cli: Option<String>,
    /// The endpoint whose absence it tells of before it is there.
    pub(super) endpoint: Option<String>,
    /// The first minor version that has it: before, it only says so.
    pub(super) since: u8,
    /// The first minor version at which it is a member at all.
    pub(super) member_since: u8,
    /// Other orders of arguments, up to a minor version.
    pub(super) orders: Vec<(u8, Vec<String>)>,
}

pub(super) struct Formal {
    pub(super) name: String,
    /// An R expression; none where it must be given.
    pub(super) default: Option<String>,
    pub(super) since: u8,
    pub(super) doc: String,
    /// The endpoint's name for it, where that is another.
    pub(super) sent_as: Option<String>,
}

/// All faces, and those of `docker$types` as one of them.
pub(super) fn read(overlay: &Value, api: &Api) -> Result<Vec<Face>> {
    let objects = overlay.get("objects").context("no objects")?.as_map()?;
    let mut faces = Vec::new();
    for (class, says) in objects {
        faces.push(face(class, says, api).with_context(|| class.clone())?);
    }
    let mut methods = Vec::new();
    let types = overlay.get("types").context("no types")?.as_map()?;
    for (name, says) in types {
        methods.push(constructor(name, says, api).with_context(|| name.clone())?);
    }
    methods.push(help_method());
    faces.push(Face {
        class: "docker_types".to_owned(),
        title: "Methods for building complex docker types".to_owned(),
        noun: "types".to_owned(),
        about: None,
        places: Vec::new(),
        details: None,
        has: Vec::new(),
        methods,
    });
    Ok(faces)
}

fn face(class: &str, says: &Value, api: &Api) -> Result<Face> {
    known(
        says,
        &[
            "title", "noun", "about", "places", "inspect", "key", "as", "has", "methods",
        ],
    )?;
    let details = match optional(says, "inspect")? {
        None => None,
        Some(endpoint) => Some(Details {
            endpoint,
            key: text(says, "key")?,
            argument: text(says, "as")?,
        }),
    };
    let mut places = Vec::new();
    for (name, made_by) in entries(says, "places")? {
        places.push((name.clone(), made_by.as_text()?.to_owned()));
    }
    let mut methods = Vec::new();
    for (name, says) in says.get("methods").context("no methods")?.as_map()? {
        let method = method(name, says, details.as_ref(), api);
        methods.push(method.with_context(|| name.clone())?);
    }
    methods.push(help_method());
    methods.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Face {
        class: class.to_owned(),
        title: text(says, "title")?,
        noun: text(says, "noun")?,
        about: optional(says, "about")?,
        places,
        details,
        has: texts(says, "has")?,
        methods,
    })
}

fn method(name: &str, says: &Value, details: Option<&Details>, api: &Api) -> Result<Method> {
    known(
        says,
        &[
            "call",
            "of",
            "field",
            "does",
            "inspect",
            "reload",
            "args",
            "hide",
            "with",
            "as",
            "value",
            "invisible",
            "since",
            "doc",
            "docs",
            "cli",
        ],
    )?;
    let endpoint = match optional(says, "call")?.or(optional(says, "of")?) {
        Some(id) => Some(endpoint(api, &id)?),
        None => None,
    };
    let mut formals = Vec::new();
    for arg in texts(says, "args")? {
        formals.push(formal(&arg, says, endpoint)?);
    }
    let with: Vec<(String, String)> = entries(says, "with")?
        .iter()
        .map(|(name, value)| Ok((name.clone(), value.as_text()?.to_owned())))
        .collect::<Result<_>>()?;
    let key = match optional(says, "as")? {
        Some(key) => Some(key),
        None => details.map(|it| it.argument.clone()),
    };
    if let Some(endpoint) = endpoint {
        let mut taken: BTreeSet<String> = texts(says, "hide")?.into_iter().collect();
        taken.extend(with.iter().map(|(name, _)| name.clone()));
        taken.extend(key.clone().filter(|_| details.is_some()));
        for formal in &formals {
            taken.insert(formal.name.clone());
            taken.extend(formal.sent_as.clone());
        }
        for arg in endpoint
            .args
            .iter()
            .filter(|arg| !taken.contains(&arg.field.name))
        {
            if let Some(formal) = later(arg) {
                formals.push(formal);
            }
        }
    }
    let is_getter = says.get("field").is_some() || says.get("inspect").is_some();
    if is_getter {
        formals.push(reload_formal());
    }
    for formal in formals.iter_mut().filter(|it| it.doc.is_empty()) {
        if formal.name == "reload" {
            formal.doc = reload_formal().doc;
        }
        ensure!(
            !formal.doc.is_empty(),
            "no description of `{}`",
            formal.name
        );
    }
    let body = checked(
        body(says, endpoint, &formals, &with, key.as_deref(), details)?,
        &formals,
    );
    let doc = match (optional(says, "doc")?, endpoint) {
        (Some(doc), _) => doc,
        (None, Some(endpoint)) => endpoint.doc.clone(),
        (None, None) if says.get("inspect").is_some() => {
            "All that the engine knows about it.".to_owned()
        }
        (None, None) if says.get("reload").is_some() => {
            "Ask the engine anew for what `inspect(FALSE)` and others tell without asking."
                .to_owned()
        }
        (None, None) => bail!("no description"),
    };
    Ok(Method {
        name: name.to_owned(),
        formals,
        body,
        doc,
        cli: optional(says, "cli")?,
        endpoint: endpoint.map(|it| it.id.clone()),
        since: endpoint.and_then(|it| it.span.since).unwrap_or(OLDEST),
        member_since: match optional(says, "since")? {
            Some(since) => minor(&since)?,
            None => OLDEST,
        },
        orders: Vec::new(),
    })
}

/// The same, which first sees to it that all is given that has no default.
fn checked(mut body: Vec<String>, formals: &[Formal]) -> Vec<String> {
    let is_needed = |it: &Formal| it.default.is_none() && it.name != "...";
    if formals.iter().any(is_needed) {
        body.insert(0, "check_given()".to_owned());
    }
    body
}

/// What a method does, as lines of R.
fn body(
    says: &Value,
    endpoint: Option<&Endpoint>,
    formals: &[Formal],
    with: &[(String, String)],
    key: Option<&str>,
    details: Option<&Details>,
) -> Result<Vec<String>> {
    if let Some(field) = optional(says, "field")? {
        return Ok(vec![format!(".look(reload)${field}")]);
    }
    if says.get("inspect").is_some() {
        return Ok(vec![".look(reload)".to_owned()]);
    }
    if says.get("reload").is_some() {
        return Ok(vec![
            ".look(TRUE)".to_owned(),
            "invisible(.self)".to_owned(),
        ]);
    }
    if let Some(does) = optional(says, "does")? {
        return Ok(does.lines().map(str::to_owned).collect());
    }
    let endpoint = endpoint.context("it does nothing")?;
    let mut fixed = Vec::new();
    if let (Some(key), Some(_)) = (key, details) {
        fixed.push(format!("{key} = .id"));
    }
    fixed.extend(with.iter().map(|(name, value)| format!("{name} = {value}")));
    let fixed = fixed.join(", ");
    let renamed: Vec<_> = formals
        .iter()
        .filter_map(|it| Some(format!("`{}` = \"{}\"", it.name, it.sent_as.as_ref()?)))
        .collect();
    let mut own = "as.list(environment())".to_owned();
    if !renamed.is_empty() {
        own = format!("rename({own}, c({}))", renamed.join(", "));
    }
    let args = match (formals.is_empty(), fixed.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(", given({fixed})"),
        (false, true) => format!(", {own}"),
        (false, false) => format!(", c({fixed}, {own})"),
    };
    let call = format!("call_engine(.handle, \"{}\"{args})", endpoint.id);
    let mut lines = Vec::new();
    match optional(says, "value")? {
        Some(value) => {
            lines.push(format!("reply <- {call}"));
            lines.extend(value.lines().map(str::to_owned));
        }
        None => lines.push(call),
    }
    if says.get("invisible").is_some() {
        lines.push("invisible(NULL)".to_owned());
    }
    Ok(lines)
}

/// An argument that 0.9.6 has, as the overlay writes it.
fn formal(arg: &str, says: &Value, endpoint: Option<&Endpoint>) -> Result<Formal> {
    let mut formal = plain_formal(arg)?;
    let known = formal.sent_as.as_deref().unwrap_or(&formal.name);
    let docs = says.get("docs").and_then(|docs| docs.get(&formal.name));
    let arg = endpoint.and_then(|it| it.args.iter().find(|arg| arg.field.name == *known));
    if formal.since == 0 {
        formal.since = arg.and_then(|arg| arg.field.shown.since).unwrap_or(OLDEST);
    }
    let upload = endpoint
        .and_then(|it| it.upload.as_ref())
        .filter(|it| it.name == known);
    formal.doc = match (docs, arg, upload) {
        (Some(doc), _, _) => doc.as_text()?.to_owned(),
        (None, Some(arg), _) => arg.field.doc.clone(),
        (None, None, Some(upload)) => upload.doc.clone(),
        (None, None, None) => String::new(),
    };
    Ok(formal)
}

/// `name`, `name!`, `name = TRUE`, and behind that `as other` and `since 1.34`.
fn plain_formal(arg: &str) -> Result<Formal> {
    let (arg, since) = match arg.split_once(" since ") {
        Some((arg, since)) => (arg, minor(since)?),
        None => (arg, 0),
    };
    let (arg, sent_as) = match arg.split_once(" as ") {
        Some((arg, other)) => (arg, Some(other.to_owned())),
        None => (arg, None),
    };
    let (name, default) = match (arg.split_once(" = "), arg.strip_suffix('!')) {
        (Some((name, default)), _) => (name, Some(default)),
        (None, Some(name)) => (name, None),
        (None, None) if arg == "..." => (arg, None),
        (None, None) => (arg, Some("NULL")),
    };
    Ok(Formal {
        name: name.to_owned(),
        default: default.map(str::to_owned),
        since,
        doc: String::new(),
        sent_as,
    })
}

/// An argument that came after 0.9.6.
fn later(arg: &Arg) -> Option<Formal> {
    let field = &arg.field;
    if arg.place == Place::Path || field.span.never {
        return None;
    }
    if field.span.until.is_some_and(|until| until <= LEGACY) {
        return None;
    }
    Some(later_field(field))
}

fn later_field(field: &Field) -> Formal {
    Formal {
        name: field.name.clone(),
        default: Some("NULL".to_owned()),
        since: field.span.since.unwrap_or(OLDEST).max(LEGACY + 1),
        doc: field.doc.clone(),
        sent_as: None,
    }
}

fn reload_formal() -> Formal {
    Formal {
        name: "reload".to_owned(),
        default: Some("TRUE".to_owned()),
        since: OLDEST,
        doc: "Ask the engine first? With `FALSE` the answer is what was known when the object last asked."
            .to_owned(),
        sent_as: None,
    }
}

/// The method that `new_object()` gives to every object.
fn help_method() -> Method {
    Method {
        name: "help".to_owned(),
        formals: vec![Formal {
            name: "help_type".to_owned(),
            default: Some("getOption(\"help_type\")".to_owned()),
            since: OLDEST,
            doc: "How to show it, such as `\"text\"` or `\"html\"`; see `?help`.".to_owned(),
            sent_as: None,
        }],
        body: Vec::new(),
        doc: "Open the help page of this object.".to_owned(),
        cli: None,
        endpoint: None,
        since: OLDEST,
        member_since: OLDEST,
        orders: Vec::new(),
    }
}

/// A function of `docker$types`.
fn constructor(name: &str, says: &Value, api: &Api) -> Result<Method> {
    known(says, &["of", "args", "since", "order", "docs"])?;
    let of = text(says, "of")?;
    let mut way = of.split(' ');
    let endpoint = endpoint(api, way.next().unwrap_or_default())?;
    let argument = way.next().context("of which argument?")?;
    let mut value = &endpoint
        .args
        .iter()
        .find(|arg| arg.field.name == argument)
        .with_context(|| format!("{} has no {argument}", endpoint.id))?
        .field
        .value;
    for step in way {
        let field = object(api, value)?.iter().find(|it| it.name == step);
        value = &field.with_context(|| format!("no {step} there"))?.value;
    }
    let fields = object(api, value)?;
    let mut formals = Vec::new();
    for arg in texts(says, "args")? {
        let mut formal = plain_formal(&arg)?;
        let known = formal.sent_as.as_deref().unwrap_or(&formal.name);
        let field = fields.iter().find(|it| it.name == known);
        let field = field.with_context(|| format!("no field {known}"))?;
        if formal.since == 0 {
            formal.since = field.shown.since.unwrap_or(OLDEST);
        }
        formal.doc.clone_from(&field.doc);
        formals.push(formal);
    }
    for field in fields {
        let is_there = |it: &&Formal| it.sent_as.as_ref().unwrap_or(&it.name) == &field.name;
        let is_gone = field.span.never || field.span.until.is_some_and(|it| it <= LEGACY);
        if formals.iter().find(is_there).is_none() && !is_gone {
            formals.push(later_field(field));
        }
    }
    let renamed: Vec<_> = formals
        .iter()
        .filter_map(|it| Some(format!("{} = \"{}\"", it.name, it.sent_as.as_ref()?)))
        .collect();
    let mut own = "as.list(environment())".to_owned();
    if !renamed.is_empty() {
        own = format!("rename({own}, c({}))", renamed.join(", "));
    }
    let mut orders = Vec::new();
    for (range, names) in entries(says, "order")? {
        let until = range
            .strip_prefix("..")
            .context("an order is up to a version")?;
        orders.push((minor(until)?, names.texts()?));
    }
    let body = vec![format!("make_type(.handle, \"{name}\", \"{of}\", {own})")];
    Ok(Method {
        name: name.to_owned(),
        body: checked(body, &formals),
        formals,
        doc: format!("Make `{name}`, for arguments that take one."),
        cli: None,
        endpoint: None,
        since: match optional(says, "since")? {
            Some(since) => minor(&since)?,
            None => OLDEST,
        },
        member_since: OLDEST,
        orders,
    })
}

/// The fields of an object, through lists.
fn object<'a>(api: &'a Api, value: &Shape) -> Result<&'a [Field]> {
    match value {
        Shape::Object(at, _) => api
            .objects
            .get(*at)
            .map(|it| it.fields.as_slice())
            .context("an object that is not there"),
        Shape::List(of) | Shape::Maybe(of) => object(api, of),
        other => bail!("{other:?} where an object belongs"),
    }
}

/// A name as R code has it.
pub(super) fn quoted(name: &str) -> String {
    if name.contains('-') {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

fn endpoint<'a>(api: &'a Api, id: &str) -> Result<&'a Endpoint> {
    let found = api.endpoints.iter().find(|it| it.id == id);
    found.with_context(|| format!("there is no endpoint {id}"))
}

fn minor(version: &str) -> Result<u8> {
    version
        .strip_prefix("1.")
        .and_then(|minor| minor.parse().ok())
        .with_context(|| format!("`{version}` is no version"))
}

fn known(says: &Value, keys: &[&str]) -> Result<()> {
    for (key, _) in says.as_map()? {
        ensure!(keys.contains(&key.as_str()), "what is `{key}`?");
    }
    Ok(())
}

fn entries<'a>(says: &'a Value, key: &str) -> Result<&'a [(String, Value)]> {
    says.get(key).map_or(Ok(&[]), Value::as_map)
}

fn texts(says: &Value, key: &str) -> Result<Vec<String>> {
    says.get(key).map_or(Ok(Vec::new()), Value::texts)
}

fn text(says: &Value, key: &str) -> Result<String> {
    Ok(says
        .get(key)
        .with_context(|| format!("no {key}"))?
        .as_text()?
        .to_owned())
}

fn optional(says: &Value, key: &str) -> Result<Option<String>> {
    match says.get(key) {
        Some(Value::Bool(_)) | None => Ok(None),
        Some(value) => Ok(Some(value.as_text()?.to_owned())),
    }
}
