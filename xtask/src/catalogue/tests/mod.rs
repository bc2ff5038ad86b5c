//! The merge on small descriptions, of one operation and what it refers to.

use std::path::PathBuf;

use super::lock::Lock;
use super::merge::merge;
use super::model::{Catalogue, Fact, Kind, Node, Type};
use super::value::Value;
use super::versions::{Range, Version, Versions};
use super::{Files, LOCK, load, merge_file, show, swagger};

mod property;

fn version(minor: u8) -> Version {
    Version::new(minor).unwrap()
}

/// A description whose `GET /thing` answers with `reply`, a schema.
fn replying(minor: u8, reply: &str, definitions: &str) -> String {
    let get = format!(
        "/thing: {{get: {{operationId: ThingGet, tags: [Thing], \
         responses: {{200: {{description: no error, schema: {reply}}}}}}}}}"
    );
    description(minor, &get, definitions)
}

fn description(minor: u8, paths: &str, definitions: &str) -> String {
    format!(
        "swagger: '2.0'\nbasePath: /v1.{minor}\ninfo: {{version: '1.{minor}'}}\n\
         tags: [{{name: Thing}}]\npaths: {{{paths}}}\ndefinitions: {{{definitions}}}\n"
    )
}

/// All of them merged, expanded; written and read again on the way.
fn merged<T: AsRef<str>>(descriptions: &[T]) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for text in descriptions {
        merge(&mut catalogue, swagger::read(text.as_ref()).unwrap()).unwrap();
    }
    Files::of(&catalogue, &Lock::default()).unwrap();
    catalogue
}

/// The reply of `GET /thing`.
fn reply(catalogue: &Catalogue) -> &Node {
    let operation = catalogue.operation("ThingGet").unwrap();
    operation.replies[0].body.as_ref().unwrap()
}

/// Merges replies, from 1.25 on, of which each is an object with these fields.
fn objects(fields: &[&str]) -> Catalogue {
    let schema = |fields: &&str| format!("{{type: object, properties: {{{fields}}}}}");
    replies(&fields.iter().map(schema).collect::<Vec<_>>(), "")
}

fn replies<T: AsRef<str>>(schemas: &[T], definitions: &str) -> Catalogue {
    let text = |(at, schema): (u8, &T)| replying(25 + at, schema.as_ref(), definitions);
    merged(&(0..).zip(schemas).map(text).collect::<Vec<_>>())
}

fn ranges(node: &Node, around: &Node) -> String {
    let ranges = node.versions.ranges(around.versions);
    ranges
        .iter()
        .map(Range::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn field<'a>(node: &'a Node, path: &str) -> &'a Node {
    path.split('.')
        .fold(node, |node, wire| &node.field(wire).unwrap().node)
}

fn names(node: &Node, minor: u8) -> Vec<&str> {
    let at = version(minor);
    node.fields_at(at)
        .into_iter()
        .map(|field| field.wire_at(at))
        .collect()
}

#[test]
fn a_field_appears_goes_and_returns() {
    const A: &str = "a: {type: string}";
    const B: &str = "a: {type: string}, b: {type: string}";
    let catalogue = objects(&[A, B, A, B]);
    let object = reply(&catalogue);
    assert_eq!(ranges(field(object, "a"), object), "..");
    assert_eq!(ranges(field(object, "b"), object), "1.26..1.26 1.28..");
}

#[test]
fn a_change_of_type_is_recorded_once() {
    let catalogue = objects(&[
        "a: {type: string}",
        "a: {type: string}",
        "a: {type: integer, format: int64}",
        "a: {type: array, items: {type: string}}",
    ]);
    let a = field(reply(&catalogue), "a");
    let kinds: Vec<_> = a
        .kind
        .iter()
        .map(|(versions, kind)| (versions.first().unwrap().minor(), kind.words()))
        .collect();
    let expected = [(25, "string"), (27, "integer int64"), (28, "array")];
    assert_eq!(
        kinds,
        expected.map(|(minor, words)| (minor, words.to_owned()))
    );
    assert_eq!(ranges(a.items.as_ref().unwrap(), a), "1.28..");
}

#[test]
fn what_is_known_of_a_value_changes_with_versions() {
    let catalogue = objects(&[
        "a: {type: string, enum: [x, 'no', ''], default: x}",
        "a: {type: string, enum: [x], x-nullable: true, pattern: '^a: #$'}",
    ]);
    let a = field(reply(&catalogue), "a");
    let old = Value::of_texts(["x", "no", ""]);
    assert_eq!(a.fact_at(Fact::Enum, version(25)), Some(&old));
    assert_eq!(
        a.fact_at(Fact::Enum, version(26)),
        Some(&Value::of_texts(["x"]))
    );
    assert_eq!(a.fact_at(Fact::Default, version(26)), None);
    assert_eq!(a.flag(Fact::Nullable), Versions::only(version(26)));
}

#[test]
fn an_object_that_gets_a_name_is_as_old_as_before() {
    let catalogue = merged(&[
        replying(
            25,
            "{type: object, properties: {state: {type: object, properties: {on: {type: boolean}}}}}",
            "",
        ),
        replying(
            26,
            "{$ref: '#/definitions/Thing'}",
            "Thing: {type: object, properties: {state: {$ref: '#/definitions/State'}}}, \
             State: {type: object, properties: {on: {type: boolean}, by: {type: string}}}",
        ),
    ]);
    let thing = reply(&catalogue);
    let state = field(thing, "state");
    assert_eq!(thing.name.as_deref(), Some("Thing"));
    assert_eq!(state.name.as_deref(), Some("State"));
    assert_eq!(ranges(field(state, "on"), state), "..");
    assert_eq!(ranges(field(state, "by"), state), "1.26..");
}

#[test]
fn all_of_one_thing_is_that_thing_and_of_several_is_none() {
    let definitions = "A: {type: object, properties: {a: {type: string}}}, \
                       B: {type: object, properties: {b: {type: integer}}}";
    let catalogue = replies(
        &["{type: object, properties: {\
            one: {x-nullable: true, allOf: [{$ref: '#/definitions/A'}, {type: object, example: {}}]}, \
            two: {allOf: [{$ref: '#/definitions/A'}, {$ref: '#/definitions/B'}]}, \
            own: {allOf: [{$ref: '#/definitions/A'}], properties: {c: {type: string}}}}}"],
        definitions,
    );
    let object = reply(&catalogue);
    let one = field(object, "one");
    assert_eq!(
        (one.name.as_deref(), names(one, 25)),
        (Some("A"), vec!["a"])
    );
    assert_eq!(one.flag(Fact::Nullable), catalogue.versions);
    let two = field(object, "two");
    assert_eq!(
        (two.name.as_deref(), names(two, 25)),
        (None, vec!["a", "b"])
    );
    let own = field(object, "own");
    assert_eq!(
        (own.name.as_deref(), names(own, 25)),
        (None, vec!["a", "c"])
    );
}

#[test]
fn lists_and_maps_are_followed() {
    let catalogue = replies(
        &[
            "{type: array, items: {type: object, additionalProperties: {type: array, items: \
            {type: object, properties: {a: {type: string}}}}}}",
        ],
        "",
    );
    let list = reply(&catalogue);
    let map = list.items.as_ref().unwrap();
    let inner = map.values.as_ref().unwrap().items.as_ref().unwrap();
    assert_eq!(names(inner, 25), ["a"]);
}

#[test]
fn a_map_that_upstream_indented_too_far_is_a_map() {
    let catalogue = objects(&[
        "a: {type: object, properties: {additionalProperties: {type: object}}}",
        "a: {type: object, additionalProperties: {type: object}}",
    ]);
    let a = field(reply(&catalogue), "a");
    assert!(a.fields.is_empty());
    assert_eq!(ranges(a.values.as_ref().unwrap(), a), "..");
}

#[test]
fn a_definition_inside_itself_is_not_followed_again() {
    let definitions = "Tree: {type: object, properties: {\
                       name: {type: string}, \
                       below: {type: array, items: {$ref: '#/definitions/Tree'}}}}";
    let catalogue = replies(&["{$ref: '#/definitions/Tree'}"], definitions);
    let again = field(reply(&catalogue), "below").items.as_ref().unwrap();
    assert_eq!(again.name.as_deref(), Some("Tree"));
    assert_eq!(again.kind.newest(), Some(&Kind::of(Type::Again)));
}

#[test]
fn a_new_field_stands_behind_the_one_before_it() {
    let catalogue = objects(&[
        "a: {type: string}, d: {type: string}",
        "x: {type: string}, a: {type: string}, b: {type: string}, c: {type: string}, d: {type: string}",
    ]);
    let object = reply(&catalogue);
    assert_eq!(names(object, 25), ["a", "d"]);
    assert_eq!(names(object, 26), ["x", "a", "b", "c", "d"]);
    assert_eq!(object.fact(Fact::Order), None);
}

#[test]
fn each_version_keeps_its_own_order() {
    let catalogue = objects(&[
        "a: {type: string}, b: {type: string}, c: {type: string}",
        "c: {type: string}, a: {type: string}, b: {type: string}",
        "c: {type: string}, n: {type: string}, a: {type: string}",
        "a: {type: string}, n: {type: string}, c: {type: string}",
    ]);
    let object = reply(&catalogue);
    assert_eq!(names(object, 25), ["a", "b", "c"]);
    assert_eq!(names(object, 26), ["c", "a", "b"]);
    assert_eq!(names(object, 27), ["c", "n", "a"]);
    assert_eq!(names(object, 28), ["a", "n", "c"]);
    // One list serves both versions in the middle.
    let orders = object.fact(Fact::Order).unwrap();
    assert_eq!(orders.at(version(26)), orders.at(version(27)));
}

#[test]
fn another_spelling_is_the_same_field() {
    let catalogue = objects(&[
        "NanoCpus: {type: integer}, OSVersion: {type: string}",
        "NanoCPUs: {type: integer}, OSVersion: {type: string}",
        "NanoCpus: {type: integer}, os.version: {type: string}",
    ]);
    let object = reply(&catalogue);
    assert_eq!(object.fields.len(), 2);
    assert_eq!(names(object, 25), ["NanoCpus", "OSVersion"]);
    assert_eq!(names(object, 26), ["NanoCPUs", "OSVersion"]);
    assert_eq!(names(object, 27), ["NanoCpus", "os.version"]);
    // Where both are there at once, they are two.
    let catalogue = objects(&[
        "id: {type: string}",
        "id: {type: string}, ID: {type: string}",
    ]);
    assert_eq!(reply(&catalogue).fields.len(), 2);
}

#[test]
fn an_operation_is_its_method_and_path_whatever_the_variable_is_called() {
    let paths = |id: &str, variable: &str, query: &str| {
        format!(
            "'/thing/{{{variable}}}': {{delete: {{operationId: {id}, tags: [Thing], parameters: [\
             {{name: {variable}, in: path, required: true, type: string}}{query}], \
             responses: {{204: {{description: gone}}}}}}}}"
        )
    };
    let flag = ", {name: force, in: query, type: boolean, default: false}";
    let text = ", {name: force, in: query, type: string}";
    let catalogue = merged(&[
        description(25, &paths("ThingDelete", "id", flag), ""),
        description(26, &paths("ThingRemove", "name", ""), ""),
        description(27, &paths("ThingRemove", "name", text), ""),
    ]);
    assert_eq!(catalogue.operations.len(), 1);
    let operation = catalogue.operation("ThingRemove").unwrap();
    assert_eq!(operation.path, "/thing/{name}");
    assert_eq!(operation.versions, catalogue.versions);
    let [name, force] = operation.params.as_slice() else {
        panic!("{:?}", operation.params)
    };
    assert_eq!(name.wire, "name");
    assert_eq!(name.node.versions, catalogue.versions);
    assert_eq!(
        force.node.versions,
        catalogue.versions.without(Versions::only(version(26)))
    );
    assert_eq!(force.node.kind.iter().count(), 2);
}

#[test]
fn operations_stand_by_tag_in_the_order_of_upstream() {
    let get = |path: &str, tag: &str| {
        format!("{path}: {{get: {{operationId: {path}, tags: [{tag}], responses: {{}}}}}}")
            .replacen(path, &format!("/{path}"), 1)
    };
    let old = [
        get("a", "Thing"),
        get("x", "'Other (experimental)'"),
        get("c", "Thing"),
    ];
    let new = [
        get("a", "Thing"),
        get("x", "Other"),
        get("b", "Thing"),
        get("c", "Thing"),
    ];
    let catalogue = merged(&[
        description(25, &old.join(", "), ""),
        description(26, &new.join(", "), ""),
    ]);
    let ids: Vec<_> = catalogue
        .operations
        .iter()
        .map(|operation| &operation.id)
        .collect();
    assert_eq!(ids, ["a", "b", "c", "x"]);
    assert_eq!(catalogue.tags, ["Thing", "Other"]);
}

#[test]
fn replies_have_their_reasons_headers_and_bodies() {
    let paths = |missing: &str| {
        format!(
            "/thing: {{head: {{operationId: ThingHead, tags: [Thing], produces: [text/plain], \
             responses: {{200: {{description: this is all well, headers: {{X-Stat: {{type: string, \
             description: about it}}}}}}, 404: {{description: '{missing}', \
             schema: {{$ref: '#/definitions/Error'}}}}}}}}}}"
        )
    };
    let definitions = "Error: {type: object, required: [message], \
                       properties: {message: {type: string, description: why}}}";
    let catalogue = merged(&[
        description(25, &paths("No such thing"), definitions),
        description(26, &paths("no such thing, or it is hidden"), definitions),
        description(
            27,
            &paths("nothing is here that could ever be found"),
            definitions,
        ),
    ]);
    let operation = catalogue.operation("ThingHead").unwrap();
    let [fine, missing] = operation.replies.as_slice() else {
        panic!("{:?}", operation.replies)
    };
    assert!(fine.reason.is_empty() && fine.body.is_none());
    assert_eq!(fine.headers[0].wire, "X-Stat");
    let reasons: Vec<_> = missing.reason.iter().collect();
    let both = Versions::between(version(25), version(26));
    assert_eq!(reasons, [(both, &"no_such_thing".to_owned())]);
    let message = field(missing.body.as_ref().unwrap(), "message");
    assert_eq!(message.flag(Fact::Required), catalogue.versions);
    let text = Files::of(&catalogue, &Lock::default()).unwrap().catalogue;
    for prose in ["all well", "about", "why", "found", "hidden"] {
        assert!(!text.contains(prose), "{text}");
    }
}

/// Two places that refer to `Inner`, and what the second says in 1.25.
fn two_places(second: &str) -> Catalogue {
    let reply = |second: &str| {
        format!(
            "{{type: object, properties: {{first: {{$ref: '#/definitions/Inner'}}, \
             second: {second}}}}}"
        )
    };
    let inner =
        |more: &str| format!("Inner: {{type: object, properties: {{a: {{type: string}}{more}}}}}");
    merged(&[
        replying(25, &reply(second), &inner("")),
        replying(
            26,
            &reply("{x-nullable: true, $ref: '#/definitions/Inner'}"),
            &inner(", b: {type: string}"),
        ),
    ])
}

#[test]
fn places_that_always_were_the_same_share_a_shape() {
    let same = "{type: object, properties: {a: {type: string}}}";
    let expanded = two_places(same);
    let apart = expanded.factored();
    assert_eq!(apart.shapes.len(), 1);
    let inner = &apart.shape("Inner").unwrap().node;
    assert_eq!(ranges(&inner.field("b").unwrap().node, inner), "1.26..");
    let second = field(reply(&apart), "second");
    assert_eq!(second.shape.as_deref(), Some("Inner"));
    assert!(second.fields.is_empty());
    assert_eq!(second.flag(Fact::Nullable), Versions::only(version(26)));
    assert_eq!(apart.expanded().unwrap(), expanded);
}

#[test]
fn places_that_once_differed_share_none() {
    let expanded = two_places("{type: object, properties: {a: {type: integer}}}");
    assert_eq!(expanded.factored().shapes, []);
}

#[test]
fn a_place_that_is_newer_shares_what_it_has() {
    let expanded = merged(&[
        replying(
            25,
            "{type: object, properties: {first: {$ref: '#/definitions/Inner'}}}",
            "Inner: {type: object, properties: {gone: {type: string}, a: {type: string}}}",
        ),
        replying(
            26,
            "{type: object, properties: {first: {$ref: '#/definitions/Inner'}, \
             second: {$ref: '#/definitions/Inner'}}}",
            "Inner: {type: object, properties: {a: {type: string}}}",
        ),
    ]);
    let apart = expanded.factored();
    assert_eq!(apart.shapes.len(), 1);
    assert_eq!(apart.expanded().unwrap(), expanded);
    assert_eq!(names(field(reply(&expanded), "second"), 26), ["a"]);
    assert!(field(reply(&expanded), "second").field("gone").is_none());
}

#[test]
fn versions_are_merged_in_order_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = |minor: u8, fields: &str| {
        let path = folder.path().join(format!("{minor}-{}", fields.len()));
        let schema = format!("{{type: object, properties: {{{fields}}}}}");
        std::fs::write(&path, replying(minor, &schema, "")).unwrap();
        path
    };
    let (mut catalogue, mut lock) = (Catalogue::default(), Lock::default());
    let mut add = |path: PathBuf| merge_file(&mut catalogue, &mut lock, &path);
    add(file(25, "")).unwrap();
    let fault = add(file(27, "")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "1.27 can't be merged after 1.25: the next is 1.26"
    );
    add(file(26, "")).unwrap();
    let fault = add(file(24, "")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "1.24 can't be merged after 1.26: the next is 1.27"
    );
    add(file(25, "")).unwrap();
    let fault = add(file(25, "a: {type: string}")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "1.25 is in the catalogue already, from a file with other contents"
    );
    assert_eq!(
        catalogue.versions,
        Versions::between(version(25), version(26))
    );
    assert_eq!(
        Lock::parse(&lock.to_string()).unwrap().versions(),
        catalogue.versions
    );
}

#[test]
fn a_keyword_that_is_not_known_is_an_error_that_says_where() {
    let text = replying(
        25,
        "{type: object, properties: {a: {type: string, x-new: 1}}}",
        "",
    );
    let fault = format!("{:#}", swagger::read(&text).unwrap_err());
    assert!(
        fault.starts_with("get /thing: 200: a: nothing is known of the keyword `x-new`"),
        "{fault}"
    );
}

#[test]
fn an_operation_is_shown_as_a_version_has_it() {
    let catalogue = objects(&["a: {type: string}", "a: {type: string}, b: {type: integer}"]);
    let apart = catalogue.factored();
    let old = show(&apart, "ThingGet", Some(version(25))).unwrap();
    assert_eq!(
        old,
        "ThingGet:\n  call: GET /thing\n  tag: Thing\n  replies:\n    200:\n      body:\n        \
         fields:\n          a: string\n"
    );
    let all = show(&apart, "GET /thing", None).unwrap();
    assert!(all.ends_with("b: {type: integer, api: 1.26..}\n"), "{all}");
    assert!(show(&apart, "ThingGet", Some(version(30))).is_err());
}

#[test]
fn the_checked_in_catalogue_is_in_the_form_that_it_would_be_written_in() {
    let files = Files::checked_in().unwrap();
    let lock = Lock::parse(&files.lock).unwrap();
    let catalogue = files.catalogue().unwrap().expanded().unwrap();
    assert_eq!(lock.versions(), catalogue.versions, "{LOCK}");
    assert_eq!(Files::of(&catalogue, &lock).unwrap(), files);
}

#[test]
fn the_checked_in_catalogue_measures_age_by_path() {
    let catalogue = load().unwrap().expanded().unwrap();
    let inspect = catalogue.operation("ContainerInspect").unwrap();
    let reply = inspect
        .replies
        .iter()
        .find(|reply| reply.status == 200)
        .unwrap();
    let body = reply.body.as_ref().unwrap();
    // Upstream gave the object around it a name in 1.39.
    assert!(field(body, "State.Running").versions.holds(version(25)));
    assert_eq!(ranges(field(body, "State.Health"), body), "1.39..");
}
