//! Looking into JSON that somebody else wrote.

use serde_json::Value;

/// What a pointer such as `/State/ExitCode` leads to; null where it leads
/// nowhere.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    value.pointer(pointer).unwrap_or(NOTHING)
}

/// The text at a pointer; none is empty.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    at(value, pointer).as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_null_and_no_text() {
        let value = serde_json::json!({"a": {"b": "c"}});
        assert_eq!(text(&value, "/a/b"), "c");
        assert_eq!(text(&value, "/a"), "");
        assert_eq!(at(&value, "/a/x/y"), &Value::Null);
    }
}
