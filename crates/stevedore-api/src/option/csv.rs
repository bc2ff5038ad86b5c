//! Fields between commas, as `--mount`, `--network` and `--gpus` have them.
//!
//! The notation is RFC 4180's: a field that holds a comma stands in double quotes, and a double
//! quote within these is written twice.

use std::borrow::Cow;

use super::Invalid;

/// A field and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    /// As it was written, with its quotes.
    raw: &'a str,
    at: usize,
    value: Cow<'a, str>,
    /// Behind an option of a driver: it may be the rest of a password with a comma in it.
    is_secret: bool,
}

impl Field<'_> {
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// The key before the first `=`, and what is behind it.
    pub(super) fn pair(&self) -> (&str, Option<&str>) {
        match self.value.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (&self.value, None),
        }
    }

    /// That the field should not be here, or should be another. What stands behind its `=` may
    /// be a password and is not shown.
    pub(super) fn wrong_key(
        &self,
        what: &'static str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Invalid {
        if self.is_secret {
            return self.untold(what, expected);
        }
        let (key, _) = self.pair();
        let at = self.at + usize::from(self.raw.starts_with('"'));
        Invalid::new(what, key, key, expected).from(at)
    }

    /// That this field should have what is expected in place of this part of its value.
    pub(super) fn wrong(
        &self,
        what: &'static str,
        part: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Invalid {
        if self.is_secret {
            return self.untold(what, expected);
        }
        // Without its quotes, the value lies within the text as it was written.
        let at = match self.value {
            Cow::Borrowed(value) => self.at + (self.raw.len() - value.len()) / 2,
            Cow::Owned(_) => self.at,
        };
        let shown = match self.value {
            Cow::Borrowed(value) => value,
            Cow::Owned(_) => self.raw,
        };
        Invalid::new(what, shown, part, expected).from(at)
    }

    fn untold(&self, what: &'static str, expected: impl Into<Cow<'static, str>>) -> Invalid {
        Invalid::short(what, "", expected).from(self.at)
    }
}

/// The fields of a text.
pub(super) fn fields<'a>(what: &'static str, text: &'a str) -> Result<Vec<Field<'a>>, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(what, text, text, "fields such as key=value"));
    }
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (value, length) = if let Some(quoted) = rest.strip_prefix('"') {
            let (value, length) = closed(quoted).ok_or_else(|| {
                let expected = "a double quote that closes the field";
                Invalid::new(what, head(rest), head(rest), expected).from(at)
            })?;
            (value, length + 2)
        } else {
            let field = rest.split(',').next().unwrap_or_default();
            (Cow::Borrowed(field), field.len())
        };
        let raw = rest.get(..length).unwrap_or_default();
        let is_secret = fields.last().is_some_and(|last: &Field<'_>| {
            last.is_secret || last.pair().0.trim().ends_with("-opt")
        });
        let field = Field {
            raw,
            at,
            value,
            is_secret,
        };
        if !rest.starts_with('"') && raw.contains('"') {
            let expected = "double quotes around whole fields alone";
            return Err(Invalid::new(what, head(raw), head(raw), expected).from(at));
        }
        fields.push(field);
        at += length;
        match text.get(at..).unwrap_or_default().chars().next() {
            None => return Ok(fields),
            Some(',') => at += 1,
            Some(_) => {
                let expected = "a comma behind the double quote that closes the field";
                return Err(Invalid::new(what, head(raw), head(raw), expected).from(at - length));
            }
        }
    }
}

/// What may be shown of a field that is wrong: not what is behind its `=`.
fn head(field: &str) -> &str {
    let field = field.split(',').next().unwrap_or_default();
    let end = field.find('=').map_or(field.len(), |at| at + 1);
    field.get(..end).unwrap_or_default()
}

/// The text up to the quote that closes it, and its length as it was written.
fn closed(quoted: &str) -> Option<(Cow<'_, str>, usize)> {
    let mut from = 0;
    let mut is_plain = true;
    loop {
        let quote = from + quoted.get(from..)?.find('"')?;
        if !quoted.get(quote + 1..)?.starts_with('"') {
            let raw = quoted.get(..quote)?;
            let value = if is_plain {
                Cow::Borrowed(raw)
            } else {
                Cow::Owned(raw.replace("\"\"", "\""))
            };
            return Some((value, quote));
        }
        is_plain = false;
        from = quote + 2;
    }
}

/// Puts fields together again, quoting those that need it.
#[derive(Debug, Default)]
pub(super) struct Writer(String);

impl Writer {
    pub(super) fn pair(&mut self, key: &str, value: &str) {
        self.field(&format!("{key}={value}"));
    }

    pub(super) fn field(&mut self, field: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        if field.is_empty() || field.contains([',', '"']) {
            self.0.push('"');
            self.0.push_str(&field.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(field);
        }
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let fields = fields("thing", text).unwrap();
        fields.iter().map(|it| it.value().to_owned()).collect()
    }

    #[test]
    fn quotes_keep_commas_and_double_quotes_stand_for_one() {
        assert_eq!(values("a,b=c"), ["a", "b=c"]);
        assert_eq!(values("a,"), ["a", ""]);
        assert_eq!(
            values(r#""a,b","c ""d""",e"#),
            ["a,b", r#"c "d""#, "e"].map(str::to_owned)
        );
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for list in [vec!["a", "b,c"], vec!["", "\"", "x"], vec!["é,", "\"\""]] {
            let mut writer = Writer::default();
            for field in &list {
                writer.field(field);
            }
            assert_eq!(values(&writer.into_text()), list);
        }
    }

    #[test]
    fn bad_quotes_are_refused_where_they_stand() {
        for (text, range) in [
            (r#""a"#, 0..2),
            (r#"a"b"#, 0..3),
            (r#"x,"a=1"b,c"#, 2..5),
            ("", 0..0),
        ] {
            assert_eq!(fields("thing", text).unwrap_err().range(), range, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_field_is_found_in_the_whole() {
        let text = r#"a=1,"b=2,3""#;
        let fields = fields("thing", text).unwrap();
        let (_, value) = fields[1].pair();
        let error = fields[1].wrong("thing", value.unwrap(), "x");
        assert_eq!(text.get(error.range()), Some("2,3"));
    }
}
