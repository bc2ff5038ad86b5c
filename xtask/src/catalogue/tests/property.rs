//! Any descriptions at all: nothing is lost, and it doesn't matter when the
//! file is written.

use proptest::prelude::*;

use super::super::lock::Lock;
use super::super::merge::{merge, restrict_operation};
use super::super::model::{Catalogue, Fact, Field, Node, Operation};
use super::super::versions::{Version, Versions};
use super::super::{Files, swagger};
use super::{description, merged, version};

/// What one version has, told so that nothing of the others shows: with the
/// order and the spelling of that version, and without names of definitions.
fn as_of(catalogue: &Catalogue, at: Version) -> Vec<Operation> {
    let only = Versions::only(at);
    let restricted = catalogue
        .operations
        .iter()
        .filter_map(|operation| restrict_operation(operation, only));
    let mut operations: Vec<_> = restricted.collect();
    for operation in &mut operations {
        let bodies = operation
            .replies
            .iter_mut()
            .filter_map(|reply| reply.body.as_mut());
        let params = operation.params.iter_mut().map(|param| &mut param.node);
        bodies.chain(params).for_each(|node| plain(node, at));
    }
    operations
}

fn plain(node: &mut Node, at: Version) {
    let fields = node.fields_at(at).into_iter().cloned().map(|field| {
        let wire = field.wire_at(at).to_owned();
        Field {
            wire,
            node: field.node,
        }
    });
    node.fields = fields.collect();
    node.facts
        .retain(|(fact, _)| !matches!(fact, Fact::Order | Fact::Wire));
    node.name = None;
    node.children_mut().for_each(|child| plain(child, at));
}

/// Schemas without anything below them; the last two refer to a definition.
const LEAVES: [&str; 6] = [
    "{type: string}",
    "{type: integer, format: int64}",
    "{type: string, x-nullable: true, enum: [x, 'on', '1.30..']}",
    "{type: object, default: {a: 1}}",
    "{$ref: '#/definitions/Inner'}",
    "{x-nullable: true, allOf: [{$ref: '#/definitions/Inner'}]}",
];

/// A schema of some depth, from these leaves.
fn schema(depth: u32, leaves: &'static [&'static str]) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(leaves).prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = schema(depth - 1, leaves);
    prop_oneof![
        2 => leaf,
        3 => object(depth - 1, leaves),
        1 => inner.clone().prop_map(|inner| format!("{{type: array, items: {inner}}}")),
        1 => inner.prop_map(|inner| format!("{{type: object, additionalProperties: {inner}}}")),
    ]
    .boxed()
}

/// An object with some fields, in any order. Three differ in spelling only.
fn object(depth: u32, leaves: &'static [&'static str]) -> BoxedStrategy<String> {
    let names = prop::sample::subsequence(vec!["a", "b", "c", "Ab", "aB", "a.b"], 0..=4);
    (
        names.prop_shuffle(),
        prop::collection::vec(schema(depth, leaves), 4),
    )
        .prop_map(|(names, schemas)| {
            let fields: Vec<_> = names
                .iter()
                .zip(schemas)
                .map(|(name, schema)| format!("{name}: {schema}"))
                .collect();
            format!(
                "{{type: object, required: [a], properties: {{{}}}}}",
                fields.join(", ")
            )
        })
        .boxed()
}

/// The paths and the definitions of one version.
fn contents() -> impl Strategy<Value = (String, String)> {
    let operations = prop::sample::subsequence(vec![0, 1, 2], 1..=3).prop_shuffle();
    let inner = object(1, LEAVES.split_at(4).0);
    let outer = object(1, &LEAVES);
    (
        operations,
        schema(2, &LEAVES),
        schema(1, &LEAVES),
        outer,
        inner,
    )
        .prop_map(|(which, one, two, outer, inner)| {
            let all = [
                format!(
                    "/one: {{get: {{operationId: One, responses: {{200: {{schema: {one}}}, \
                     201: {{schema: {{$ref: '#/definitions/Outer'}}}}}}}}}}"
                ),
                format!(
                    "'/two/{{id}}': {{post: {{operationId: Two, parameters: [\
                     {{name: id, in: path, type: string}}, \
                     {{name: body, in: body, required: true, schema: {two}}}], responses: {{}}}}}}"
                ),
                "/three: {get: {operationId: Three, responses: {200: \
                 {schema: {type: array, items: {$ref: '#/definitions/Outer'}}}}}}"
                    .to_owned(),
            ];
            let paths: Vec<_> = which.iter().map(|at: &usize| all[*at].as_str()).collect();
            let definitions = format!("Outer: {outer}, Inner: {inner}");
            (paths.join(", "), definitions)
        })
}

/// Descriptions of a few versions, from 1.25 on.
fn descriptions() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(contents(), 1..5).prop_map(|versions| {
        (25..)
            .zip(versions)
            .map(|(minor, (paths, definitions))| description(minor, &paths, &definitions))
            .collect()
    })
}

proptest! {
    // Each case merges, writes and reads several descriptions.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_at_once_is_the_same_as_one_by_one(texts in descriptions()) {
        let at_once = Files::of(&merged(&texts), &Lock::default()).unwrap();
        let mut files = Files::default();
        for text in &texts {
            let mut catalogue = files.catalogue().unwrap().expanded().unwrap();
            merge(&mut catalogue, swagger::read(text).unwrap()).unwrap();
            files = Files::of(&catalogue, &Lock::default()).unwrap();
        }
        prop_assert_eq!(at_once.catalogue, files.catalogue);
    }

    #[test]
    fn each_version_comes_out_as_it_went_in(texts in descriptions()) {
        let all = merged(&texts);
        for (minor, text) in (25..).zip(&texts) {
            let alone = swagger::read(text).unwrap();
            let mut expected = as_of(&alone, version(minor));
            let mut found = as_of(&all, version(minor));
            // Operations stand in the order of all versions together.
            expected.sort_by(|one, other| one.id.cmp(&other.id));
            found.sort_by(|one, other| one.id.cmp(&other.id));
            prop_assert_eq!(expected, found);
        }
    }
}
