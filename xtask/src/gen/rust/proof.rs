//! The test that every reply is read leniently.

use super::literal;
use crate::generate::model::{Api, Type};

const HEAD: &str = r#"//! Every reply is read leniently: nothing, null and the unknown are no error.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Map, Value, json};

/// Reads replies from nothing, from nulls, and with a field too many.
macro_rules! lenient {
    ($noun:ident $( $type:ident: $($wire:literal)*; )*) => {
        #[test]
        fn $noun() {
            $({
                use stevedore_api::$noun::$type as Reply;

                let name = stringify!($type);
                let read = |json: Value| serde_json::from_value::<Reply>(json).unwrap();
                let nulls = [$($wire),*].map(|wire: &str| (wire.to_owned(), Value::Null));
                let nulls = Value::Object(Map::from_iter(nulls));
                for nothing in [json!({}), Value::Null, nulls] {
                    assert_eq!(read(nothing), Reply::default(), "{name}");
                }
                let more = read(json!({"Unheard-Of": [{"x": 1.5}]}));
                assert_eq!(more.extra["Unheard-Of"][0]["x"], 1.5, "{name}");
            })*
        }
    };
}
"#;

/// A test file that names every reply type with all its fields.
pub(super) fn replies(api: &Api) -> String {
    let mut text = HEAD.to_owned();
    for noun in api.nouns() {
        let types = api.types.iter().filter(|it| it.path.noun == noun);
        let types = types.filter(|it| it.in_reply && !it.by_hand);
        text += &format!("\nlenient! {{ {noun}\n");
        text.extend(types.map(check));
        text += "}\n";
    }
    text
}

/// A type and its fields, in lines that are not too long.
fn check(it: &Type) -> String {
    let mut text = format!("    {}:", it.path.name);
    let mut width = text.len();
    for field in &it.fields {
        let wire = literal(&field.wire);
        if width + wire.len() > 95 {
            text += "\n       ";
            width = 7;
        }
        text += &format!(" {wire}");
        width += wire.len() + 1;
    }
    text + ";\n"
}
