//! Every endpoint with every argument: what is sent, what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use stevedore_api::{
    ApiVersion, Arg, Args, Call, Fault, Info, Place, Schema, Value, endpoint, endpoints,
};

/// Set, it makes the checked-in cases anew.
const UPDATE: &str = "STEVEDORE_UPDATE_CASES";

fn versions() -> impl Iterator<Item = ApiVersion> {
    let minors = ApiVersion::OLDEST.minor()..=ApiVersion::NEWEST.minor();
    minors.map(|minor| ApiVersion::new(1, minor))
}

/// A value of that shape, with every field that `version` has.
fn value(schema: Schema, version: ApiVersion) -> Value {
    let named = |name: &str, value| Value::Map(vec![(name.to_owned(), value)]);
    match schema {
        Schema::Bool => true.into(),
        Schema::Int | Schema::IntOr(_) => 7_i64.into(),
        Schema::Float => 0.5.into(),
        Schema::Time => 1_700_000_000_i64.into(),
        Schema::Word(words) => words[0].into(),
        Schema::List(of) => Value::List(vec![value(*of, version)]),
        Schema::Map(of) => named("name", value(*of, version)),
        Schema::Json(of) => value(*of, version),
        Schema::Filters => named("label", "tier=web".into()),
        Schema::Object(object) => Value::Map(
            object
                .fields
                .iter()
                .filter(|field| field.span.holds(version))
                .map(|field| (field.name.to_owned(), value(field.schema, version)))
                .collect(),
        ),
        _ => "text".into(),
    }
}

fn set(args: &mut Args, arg: &Arg, version: ApiVersion) {
    let value = match arg.place {
        Place::PathName => "team/app:1.0".into(),
        _ => value(arg.field.schema, version),
    };
    args.set(arg.field.name, value);
}

/// The arguments that `version` has and that are wanted, each set once.
fn args(info: &Info, version: ApiVersion, wanted: impl Fn(&Arg) -> bool) -> Args {
    let mut args = Args::new();
    for arg in info.args {
        if arg.field.span.holds(version) && wanted(arg) {
            set(&mut args, arg, version);
        }
    }
    args
}

/// Values of that shape with one field each that `version` does not have, and
/// where that field is.
fn outside(schema: Schema, version: ApiVersion, at: &str) -> Vec<(String, Value)> {
    match schema {
        Schema::Object(object) => object
            .fields
            .iter()
            .flat_map(|field| {
                let at = format!("{at}.{}", field.name);
                let inner = if field.span.holds(version) {
                    outside(field.schema, version, &at)
                } else {
                    vec![(at, value(field.schema, version))]
                };
                let name = field.name.to_owned();
                inner
                    .into_iter()
                    .map(move |(at, value)| (at, Value::Map(vec![(name.clone(), value)])))
            })
            .collect(),
        Schema::List(of) => outside(*of, version, &format!("{at}[0]"))
            .into_iter()
            .map(|(at, value)| (at, Value::List(vec![value])))
            .collect(),
        Schema::Map(of) => outside(*of, version, &format!("{at}.name"))
            .into_iter()
            .map(|(at, value)| (at, Value::Map(vec![("name".to_owned(), value)])))
            .collect(),
        Schema::Json(of) => outside(*of, version, at),
        _ => Vec::new(),
    }
}

#[track_caller]
fn refused(info: &'static Info, args: &Args, version: ApiVersion, argument: Option<&str>) {
    match Call::check(info, args, version) {
        Err(Fault::Version { argument: told, .. }) => {
            assert_eq!(told.as_deref(), argument, "{} at {version}", info.id);
        }
        other => panic!("{} at {version}, {argument:?}: {other:?}", info.id),
    }
}

#[test]
fn every_argument_passes_in_its_versions_and_is_refused_by_name_in_others() {
    let (mut passed, mut refusals) = (0, 0);
    for info in endpoints() {
        for version in versions() {
            if !info.span.holds(version) {
                refused(info, &Args::new(), version, None);
                refusals += 1;
                continue;
            }
            let whole = args(info, version, |_| true);
            Call::check(info, &whole, version).unwrap_or_else(|fault| panic!("{fault}"));
            passed += 1;
            for arg in info.args {
                let needed = args(info, version, |arg| arg.required);
                let name = arg.field.name;
                if !arg.field.span.holds(version) {
                    let mut args = needed;
                    set(&mut args, arg, version);
                    refused(info, &args, version, Some(name));
                    refusals += 1;
                    continue;
                }
                for (at, value) in outside(arg.field.schema, version, name) {
                    let mut args = needed.clone();
                    args.set(name, value);
                    refused(info, &args, version, Some(&at));
                    refusals += 1;
                }
            }
        }
    }
    // All endpoints at all versions; far fewer would mean that nothing was looked at.
    assert!(passed > 3000 && refusals > 2500, "{passed}, {refusals}");
}

/// One call, as it goes over the wire.
fn sent(info: &'static Info, version: ApiVersion) -> String {
    let call = Call::check(info, &args(info, version, |_| true), version).unwrap();
    let mut text = format!("# {} at {version}\n", info.id);
    writeln!(text, "{} {}", call.method().as_str(), call.target).unwrap();
    for (name, value) in &call.headers {
        writeln!(text, "{name}: {value}").unwrap();
    }
    if let Some(kind) = info.upload {
        writeln!(text, "({kind} goes along)").unwrap();
    }
    if let Some(body) = &call.body {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        writeln!(text, "{}", serde_json::to_string_pretty(&body).unwrap()).unwrap();
    }
    text
}

#[test]
fn an_argument_that_was_renamed_goes_by_the_name_of_its_version() {
    let info = endpoint("build_prune").unwrap();
    let target = |minor| {
        let mut args = Args::new();
        args.set("reserved_space", 1_i64);
        let call = Call::check(info, &args, ApiVersion::new(1, minor)).unwrap();
        call.target
    };
    assert_eq!(target(47), "/v1.47/build/prune?keep-storage=1");
    assert_eq!(target(48), "/v1.48/build/prune?reserved-space=1");
}

#[test]
fn what_is_sent_is_what_was_reviewed() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for info in endpoints() {
        let noun = info.id.split('_').next().unwrap();
        let file = files.entry(format!("{noun}.txt")).or_default();
        let oldest = info.span.since;
        let newest = info.span.until.unwrap_or(ApiVersion::NEWEST);
        for version in [oldest, newest] {
            writeln!(file, "{}", sent(info, version)).unwrap();
            if oldest == newest {
                break;
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    if std::env::var_os(UPDATE).is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &files {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let known = fs::read_dir(&folder).unwrap().count();
    assert_eq!(known, files.len(), "files in {}", folder.display());
    for (name, text) in &files {
        let reviewed = fs::read_to_string(folder.join(name)).unwrap();
        let differs = text
            .lines()
            .zip(reviewed.lines())
            .position(|(one, other)| one != other);
        assert!(
            *text == reviewed,
            "{name} is not what is sent, from line {:?} on; look at what changes, and run \
             `{UPDATE}=1 cargo test -p stevedore-api --test cases`",
            differs.map(|line| line + 1)
        );
    }
}
