//! What a request must look like to be the one an exchange means.

use serde::Deserialize;
use serde_json::Value;

/// `METHOD /path?query`: the first line of an exchange.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct On {
    pub(crate) text: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// `None` where the script says nothing about the query: any will do.
    pub(crate) query: Option<Vec<(String, String)>>,
}

impl TryFrom<String> for On {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let shape = || format!("`{text}` is not of the form `METHOD /path?query`");
        let (method, target) = text.split_once(' ').ok_or_else(shape)?;
        if method.is_empty()
            || !method.bytes().all(|b| b.is_ascii_uppercase())
            || !target.starts_with('/')
        {
            return Err(shape());
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(pairs(query))),
            None => (target, None),
        };
        Ok(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            text,
        })
    }
}

impl On {
    /// Clients differ in what of a path they escape, so it is compared decoded.
    pub(crate) fn names(&self, method: &str, path: &str) -> bool {
        self.method == method && unescaped(&self.path, false) == unescaped(path, false)
    }

    /// The query is a set: order does not count, everything else does.
    pub(crate) fn has_query(&self, found: &[(String, String)]) -> bool {
        let Some(wanted) = &self.query else {
            return true;
        };
        let mut left: Vec<_> = found.iter().collect();
        wanted.iter().all(|want| {
            let place = left
                .iter()
                .position(|have| have.0 == want.0 && same_value(&have.1, &want.1));
            place.map(|place| left.swap_remove(place)).is_some()
        }) && left.is_empty()
    }
}

/// Filters are JSON inside a query value, where the order of keys and blanks means nothing.
fn same_value(left: &str, right: &str) -> bool {
    let json = |text: &str| {
        text.starts_with(['{', '['])
            .then(|| serde_json::from_str::<Value>(text).ok())
            .flatten()
    };
    left == right || json(left).is_some_and(|left| Some(left) == json(right))
}

/// The decoded pairs of a query, in the order in which they stand.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (unescaped(key, true), unescaped(value, true))
        })
        .collect()
}

/// Decodes `%2F` and, in a query, the plus that stands for a blank.
fn unescaped(text: &str, in_query: bool) -> String {
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let code = tail
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                decoded.push(code);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) if in_query => decoded.push(b' '),
            _ => decoded.push(first),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// What a body lacks, as a sentence; `None` when it has all that is wanted.
///
/// A string is the exact text of the body. Anything else is JSON of which each key must be in
/// the body with the same value, and a null means that the key is absent or null.
pub(crate) fn body_lacks(wanted: &Value, body: &[u8]) -> Option<String> {
    if let Value::String(text) = wanted {
        return (text.as_bytes() != body).then(|| {
            let found = String::from_utf8_lossy(body);
            format!("the body is {found:?}, not {text:?}")
        });
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(found) => lacks(wanted, Some(&found), "body"),
        Err(_) if body.is_empty() => Some("there is no body".to_owned()),
        Err(error) => Some(format!("the body is not JSON: {error}")),
    }
}

fn lacks(wanted: &Value, found: Option<&Value>, place: &str) -> Option<String> {
    match (wanted, found) {
        (Value::Null, None | Some(Value::Null)) => None,
        (Value::Object(wanted), Some(Value::Object(found))) => wanted
            .iter()
            .find_map(|(key, want)| lacks(want, found.get(key), &format!("{place}.{key}"))),
        (Value::Array(wanted), Some(Value::Array(found))) if wanted.len() == found.len() => {
            let both = wanted.iter().zip(found).enumerate();
            both.into_iter()
                .find_map(|(at, (want, have))| lacks(want, Some(have), &format!("{place}[{at}]")))
        }
        (wanted, Some(found)) if wanted == found => None,
        (wanted, Some(found)) => Some(format!("{place} is {found}, not {wanted}")),
        (wanted, None) => Some(format!("{place} is absent, not {wanted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn on(text: &str) -> On {
        On::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_query_is_a_set_of_decoded_pairs() {
        let on = on("GET /x?all=true&name=a b&t=1&t=2");
        assert!(on.has_query(&pairs("t=2&name=a%20b&t=1&all=true")));
        assert!(on.has_query(&pairs("t=2&name=a+b&t=1&all=true")));
        assert!(!on.has_query(&pairs("t=2&name=a%20b&t=2&all=true")));
        assert!(!on.has_query(&pairs("t=2&name=a%20b&t=1&all=true&more=1")));
        assert!(!on.has_query(&pairs("t=2&name=a%20b&t=1")));
    }

    #[test]
    fn no_query_in_the_script_takes_any_and_an_empty_one_takes_none() {
        assert!(on("GET /x").has_query(&pairs("all=true")));
        assert!(on("GET /x?").has_query(&pairs("")));
        assert!(!on("GET /x?").has_query(&pairs("all=true")));
    }

    #[test]
    fn json_in_a_query_is_compared_as_json() {
        let on = on(r#"GET /x?filters={"a":["1"],"b":["2"]}"#);
        assert!(on.has_query(&pairs(
            "filters=%7B%22b%22%3A%20[%222%22],%22a%22:[%221%22]%7D"
        )));
        assert!(!on.has_query(&pairs("filters=%7B%22a%22:[%221%22]%7D")));
    }

    #[test]
    fn a_path_is_compared_decoded() {
        let on = on("GET /images/a/b:1+2/json");
        assert!(on.names("GET", "/images/a%2fb%3A1+2/json"));
        assert!(!on.names("GET", "/images/a/b:1 2/json"));
        assert!(!on.names("HEAD", "/images/a/b:1+2/json"));
    }

    #[test]
    fn broken_escapes_are_kept_as_they_are() {
        assert_eq!(pairs("a=%zz%4"), [("a".to_owned(), "%zz%4".to_owned())]);
    }

    #[test]
    fn the_first_line_names_a_method_and_a_path() {
        for wrong in ["GET", "get /x", "GET x", " /x", ""] {
            let fault = On::try_from(wrong.to_owned()).unwrap_err();
            assert!(fault.contains("METHOD /path?query"), "{fault}");
        }
    }

    #[test]
    fn a_body_has_at_least_what_is_wanted() {
        let body = br#"{"Image":"busybox","Cmd":["a","b"],"HostConfig":{"AutoRemove":true,"N":1}}"#;
        let lacks = |wanted: Value| body_lacks(&wanted, body);
        assert_eq!(
            lacks(json!({"Cmd": ["a", "b"], "HostConfig": {"AutoRemove": true}})),
            None
        );
        assert_eq!(lacks(json!({"Tty": null})), None);
        let place = |wanted| lacks(wanted).unwrap();
        assert_eq!(
            place(json!({"Image": null})),
            r#"body.Image is "busybox", not null"#
        );
        assert_eq!(
            place(json!({"HostConfig": {"N": 2}})),
            "body.HostConfig.N is 1, not 2"
        );
        assert_eq!(
            place(json!({"Cmd": ["a"]})),
            r#"body.Cmd is ["a","b"], not ["a"]"#
        );
        assert_eq!(place(json!({"Tty": true})), "body.Tty is absent, not true");
        assert_eq!(body_lacks(&json!({}), b"").unwrap(), "there is no body");
        assert_eq!(body_lacks(&json!(""), b""), None);
        assert_eq!(
            body_lacks(&json!("a"), b"b").unwrap(),
            r#"the body is "b", not "a""#
        );
    }
}
