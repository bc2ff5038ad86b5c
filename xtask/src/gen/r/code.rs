//! The R code of the faces: a factory for each class, and the data that says
//! which version has what.

use std::fmt::Write as _;

use super::super::tree::OLDEST;
use super::face::{Details, Face, Formal, Method, quoted};

/// No line of code is longer, where that can be helped.
const WIDTH: usize = 80;

/// The factories of a noun's classes.
pub(super) fn factories(faces: &[&Face]) -> String {
    let mut out = String::new();
    for face in faces {
        if let Some(details) = &face.details {
            getter(face, details, asked_for_by(face, faces), &mut out);
        }
        factory(face, &mut out);
    }
    out
}

/// What `get` of a class's collection calls the argument that names an object.
fn asked_for_by<'a>(face: &Face, faces: &[&'a Face]) -> &'a str {
    let collection = format!("{}_collection", face.class);
    faces
        .iter()
        .filter(|it| it.class == collection)
        .flat_map(|it| &it.methods)
        .find(|it| it.name == "get")
        .and_then(|get| get.formals.first())
        .map_or("id", |it| it.name.as_str())
}

/// The function that asks for an object by name.
fn getter(face: &Face, details: &Details, known_as: &str, out: &mut String) {
    let short = short(&face.class);
    let mut more = String::new();
    let mut given = String::new();
    for name in &face.has {
        let bare = name.trim_start_matches('.');
        let _ = write!(more, "{bare} = id, ");
        let _ = write!(given, ", {bare}");
    }
    let args = if details.argument == known_as {
        format!("list({known_as} = id)")
    } else {
        let argument = &details.argument;
        format!("rename(list({known_as} = id), c({known_as} = \"{argument}\"))")
    };
    let _ = writeln!(
        out,
        "get_{short} <- function(handle, id, {more}call = sys.call(-1L)) {{\n  \
           attrs <- call_engine(handle, \"{}\", {args}, call)\n  \
           new_{short}(handle, attrs{given})\n}}\n",
        details.endpoint,
    );
}

fn factory(face: &Face, out: &mut String) {
    let mut params = vec![".handle"];
    if face.details.is_some() {
        params.push(".first");
    }
    params.extend(face.has.iter().map(String::as_str));
    let _ = writeln!(
        out,
        "new_{} <- function({}) {{",
        short(&face.class),
        params.join(", ")
    );
    if let Some(details) = &face.details {
        let _ = writeln!(
            out,
            "  .self <- environment()\n  .id <- .first${}\n  \
               .now <- new_state(.first)\n  \
               makeActiveBinding(\".attrs\", function() .now$attrs, .self)\n\n  \
               .look <- function(reload, call = sys.call(-1L)) {{\n    \
                 if (check_flag(reload, \"reload\", call)) {{\n      \
                   .now$attrs <- call_engine(\n        \
                     .handle, \"{}\", list({} = .id), call\n      )\n    }}\n    \
                 .now$attrs\n  }}\n",
            details.key, details.endpoint, details.argument,
        );
    }
    for method in face.methods.iter().filter(|it| !it.body.is_empty()) {
        function(method, out);
    }
    for (name, made_by) in &face.places {
        let _ = writeln!(out, "  {name} <- {made_by}(.handle)");
    }
    if !face.places.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "  new_object(environment(), \"{}\", .handle)\n}}\n",
        face.class
    );
}

fn function(method: &Method, out: &mut String) {
    let formals: Vec<_> = method.formals.iter().map(formal).collect();
    let head = format!("  {} <- function(", quoted(&method.name));
    let indent = " ".repeat(head.len());
    out.push_str(&head);
    fill(&formals, head.len(), &indent, ") {".len(), out);
    out.push_str(") {\n");
    for line in &method.body {
        let _ = writeln!(out, "    {}", wrapped(line));
    }
    out.push_str("  }\n\n");
}

/// A call too long for its line, its arguments on the next one.
fn wrapped(line: &str) -> String {
    if line.len() + 4 <= WIDTH {
        return line.to_owned();
    }
    match (line.find('('), line.strip_suffix(')')) {
        (Some(at), Some(inner)) => {
            let (head, args) = inner.split_at(at + 1);
            format!("{head}\n      {args}\n    )")
        }
        _ => line.to_owned(),
    }
}

fn formal(it: &Formal) -> String {
    match &it.default {
        Some(default) => format!("{} = {default}", quoted(&it.name)),
        None => it.name.clone(),
    }
}

/// Items on lines of their own where there is no more room.
fn fill(items: &[String], start: usize, indent: &str, end: usize, out: &mut String) {
    let mut at = start;
    for (i, item) in items.iter().enumerate() {
        let is_last = i + 1 == items.len();
        let room = if is_last { end } else { 1 };
        if i > 0 {
            if at + 1 + item.len() + room > WIDTH {
                out.push('\n');
                out.push_str(indent);
                at = indent.len();
            } else {
                out.push(' ');
                at += 1;
            }
        }
        out.push_str(item);
        at += item.len();
        if !is_last {
            out.push(',');
            at += 1;
        }
    }
}

/// Titles, help texts and versions of a noun's classes, as R data.
pub(super) fn texts(faces: &[&Face]) -> String {
    let mut out = String::new();
    for face in faces {
        let _ = writeln!(out, "faces${} <- list(", face.class);
        let _ = writeln!(out, "  title = {},\n  methods = list(", text(&face.title));
        for (i, method) in face.methods.iter().enumerate() {
            about(method, &mut out);
            out.push_str(if i + 1 < face.methods.len() {
                ",\n"
            } else {
                "\n"
            });
        }
        out.push_str("  )\n)\n\n");
    }
    out
}

fn about(method: &Method, out: &mut String) {
    let mut parts = vec![text(&method.doc)];
    if let Some(cli) = &method.cli {
        parts.push(format!("cli = {}", text(cli)));
    }
    if !method.formals.is_empty() {
        let args: Vec<_> = method
            .formals
            .iter()
            .map(|it| format!("        {} = {}", quoted_name(&it.name), text(&it.doc)))
            .collect();
        parts.push(format!("args = c(\n{}\n      )", args.join(",\n")));
    }
    let newer: Vec<_> = method
        .formals
        .iter()
        .filter(|it| it.since > OLDEST.max(method.since))
        .map(|it| format!("{} = {}L", quoted_name(&it.name), it.since))
        .collect();
    if !newer.is_empty() {
        let mut lines = String::new();
        fill(&newer, 8, "        ", 0, &mut lines);
        parts.push(format!("newer = c(\n        {lines}\n      )"));
    }
    if method.since > OLDEST {
        parts.push(format!("since = {}L", method.since));
        if let Some(endpoint) = &method.endpoint {
            parts.push(format!("endpoint = \"{endpoint}\""));
        }
    }
    if method.member_since > OLDEST {
        parts.push(format!("member_since = {}L", method.member_since));
    }
    for (until, names) in &method.orders {
        let names: Vec<_> = names.iter().map(|it| format!("\"{it}\"")).collect();
        parts.push(format!("until = {until}L"));
        parts.push(format!("order = c({})", names.join(", ")));
    }
    let _ = write!(
        out,
        "    {} = about(\n      {}\n    )",
        quoted_name(&method.name),
        parts.join(",\n      ")
    );
}

/// A name within `c()` or `list()`.
fn quoted_name(name: &str) -> String {
    if name.contains('-') || name == "..." {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

/// A string of R.
pub(super) fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A class without `docker_`.
pub(super) fn short(class: &str) -> &str {
    class.strip_prefix("docker_").unwrap_or(class)
}
