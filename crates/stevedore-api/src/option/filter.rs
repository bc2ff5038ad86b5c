//! Filters of lists: `label=tier=web`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A filter, as `--filter` takes it: `name=value`.
///
/// ```
/// use stevedore_api::container::List;
/// use stevedore_api::option::Filter;
///
/// let filter: Filter = "label=tier=web".parse()?;
/// assert_eq!((filter.name(), filter.value()), ("label", "tier=web"));
/// let list = List::new().filter(filter.name(), filter.value());
/// # let _ = list;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    name: String,
    value: String,
}

impl Filter {
    /// What it looks at, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What must be found there.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl FromStr for Filter {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').unwrap_or(("", ""));
        if name.trim().is_empty() {
            return Err(Invalid::new("filter", text, text, "name=value"));
        }
        Ok(Self {
            name: name.trim().to_lowercase(),
            value: value.trim().to_owned(),
        })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sign_parts_name_and_value() {
        let filter: Filter = " Label = a=b ".parse().unwrap();
        assert_eq!(filter.to_string(), "label=a=b");
        assert_eq!("a=".parse::<Filter>().unwrap().value(), "");
        for text in ["", "a", "=a", " =a"] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
