//! What R gave: values copied out of R, before a schema says what they mean.

use std::borrow::Cow;

/// An R vector or list.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) data: Data,
    pub(crate) names: Option<Vec<String>>,
    /// Marked as a scalar, as jsonlite's `unbox()` does.
    pub(crate) is_scalar: bool,
    /// Wrapped in `I()`.
    pub(crate) is_as_is: bool,
    /// JSON text, as jsonlite's `toJSON()` makes it.
    pub(crate) is_json: bool,
    /// Numbers that count time.
    pub(crate) moment: Option<Moment>,
}

/// What numbers count, where it is time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moment {
    /// Days since 1970.
    Date,
    /// Seconds since 1970.
    Time,
    /// In a unit that the attributes tell.
    Span,
}

/// Its elements; a missing one is nothing.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Null,
    Bools(Vec<Option<bool>>),
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<u8>),
    List(Vec<Given>),
    /// Something else, by R's name for its type.
    Other(Cow<'static, str>),
}

impl Given {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(crate) fn len(&self) -> usize {
        match &self.data {
            Data::Null | Data::Other(_) => 0,
            Data::Bools(it) => it.len(),
            Data::Numbers(it) => it.len(),
            Data::Texts(it) => it.len(),
            Data::Bytes(it) => it.len(),
            Data::List(it) => it.len(),
        }
    }

    /// The one logical, if it is one and not missing.
    pub(crate) fn flag(&self) -> Option<bool> {
        match &self.data {
            Data::Bools(values) => match values.as_slice() {
                [Some(value)] => Some(*value),
                _ => None,
            },
            _ => None,
        }
    }

    /// The one number, if it is one and not missing. What counts time is none.
    pub(crate) fn number(&self) -> Option<f64> {
        match &self.data {
            Data::Numbers(values) if self.moment.is_none() => match values.as_slice() {
                [value] => *value,
                _ => None,
            },
            _ => None,
        }
    }

    /// The one moment, in seconds since 1970, if it is one and not missing.
    pub(crate) fn seconds(&self) -> Option<f64> {
        let seconds = match self.moment {
            None | Some(Moment::Time) => 1.0,
            Some(Moment::Date) => 86_400.0,
            Some(Moment::Span) => return None,
        };
        match &self.data {
            Data::Numbers(values) => match values.as_slice() {
                [Some(value)] if value.is_finite() => Some(value * seconds),
                _ => None,
            },
            _ => None,
        }
    }

    /// The one string, if it is one and not missing.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Texts(values) => match values.as_slice() {
                [Some(value)] => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// The element called `name`.
    pub(crate) fn field(&self, name: &str) -> Option<&Given> {
        let Data::List(values) = &self.data else {
            return None;
        };
        let names = self.names.as_ref()?;
        values.get(names.iter().position(|known| known == name)?)
    }

    /// The text of the element called `name`.
    pub(crate) fn field_text(&self, name: &str) -> Option<&str> {
        self.field(name)?.text()
    }

    /// The logical of the element called `name`.
    pub(crate) fn field_flag(&self, name: &str) -> Option<bool> {
        self.field(name)?.flag()
    }

    /// Each element as text, the way `as.character()` would write it: nothing
    /// for a missing one, and nothing at all if there are other things inside.
    pub(crate) fn texts(&self) -> Option<Vec<Option<String>>> {
        match &self.data {
            Data::Null => Some(Vec::new()),
            Data::Texts(values) => Some(values.clone()),
            Data::Numbers(values)
                if self.moment.is_none()
                    && values.iter().flatten().all(|value| value.is_finite()) =>
            {
                Some(values.iter().map(|it| it.map(written)).collect())
            }
            Data::Bools(values) => Some(
                values
                    .iter()
                    .map(|it| it.map(|it| if it { "TRUE" } else { "FALSE" }.to_owned()))
                    .collect(),
            ),
            Data::List(items) => items
                .iter()
                .map(|item| match item.texts()?.as_slice() {
                    [] => Some(None),
                    [one] => Some(one.clone()),
                    _ => None,
                })
                .collect(),
            Data::Numbers(_) | Data::Bytes(_) | Data::Other(_) => None,
        }
    }

    /// Each element on its own.
    pub(crate) fn elements(&self) -> Vec<Given> {
        fn each<T: Clone>(values: &[Option<T>], wrap: fn(Vec<Option<T>>) -> Data) -> Vec<Given> {
            values
                .iter()
                .map(|value| Given::plain(wrap(vec![value.clone()])))
                .collect()
        }
        match &self.data {
            Data::List(items) => items.clone(),
            Data::Bools(values) => each(values, Data::Bools),
            Data::Numbers(values) => each(values, Data::Numbers),
            Data::Texts(values) => each(values, Data::Texts),
            Data::Null | Data::Bytes(_) | Data::Other(_) => Vec::new(),
        }
    }

    /// Without names or marks.
    pub(crate) fn plain(data: Data) -> Self {
        Self {
            data,
            names: None,
            is_scalar: false,
            is_as_is: false,
            is_json: false,
            moment: None,
        }
    }

    /// Names and elements, where every element has a name and no name comes twice.
    pub(crate) fn named(&self, argument: &str) -> Result<&[String], Wrong> {
        match &self.data {
            Data::Other(kind) => return Err(Wrong::kind(argument, kind)),
            Data::Bytes(_) => return Err(Wrong::kind(argument, "raw")),
            _ => {}
        }
        if self.len() == 0 {
            return Ok(&[]);
        }
        let Some(names) = &self.names else {
            return Err(Wrong::new(argument, format!("'{argument}' must be named")));
        };
        if names.iter().any(String::is_empty) {
            return Err(Wrong::new(
                argument,
                format!("All elements of '{argument}' must be named"),
            ));
        }
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Wrong::new(
                argument,
                format!("'{argument}' must have unique names"),
            ));
        }
        Ok(names)
    }
}

/// A number as R writes it: no decimals where there are none.
pub(crate) fn written(number: f64) -> String {
    format!("{number}")
}

/// An argument that is not what it has to be, in R's words.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) argument: String,
    pub(crate) message: String,
}

impl Wrong {
    pub(crate) fn new(argument: &str, message: impl Into<String>) -> Self {
        Self {
            argument: argument.to_owned(),
            message: message.into(),
        }
    }

    /// Something that holds no values.
    pub(crate) fn kind(argument: &str, kind: &str) -> Self {
        Self::must_be(
            argument,
            &format!("a vector or a list, not of type '{kind}'"),
        )
    }

    /// `'tty' must be scalar logical (non-NA)`.
    pub(crate) fn must_be(argument: &str, what: &str) -> Self {
        Self::new(argument, format!("'{argument}' must be {what}"))
    }
}
