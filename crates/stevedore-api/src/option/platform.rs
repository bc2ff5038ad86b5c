//! Platforms of images: `linux/arm64`.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

const WHAT: &str = "platform";

/// Systems that an image can be for.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "linux",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
];

/// Architectures, by other names than images have for them.
const ALIASES: &[(&str, &str, &str)] = &[
    ("i386", "386", ""),
    ("x86_64", "amd64", ""),
    ("x86-64", "amd64", ""),
    ("aarch64", "arm64", ""),
    ("armhf", "arm", ""),
    ("armel", "arm", "v6"),
];

/// A platform that an image must be for, as `docker run --platform` takes it:
/// `os/architecture[/variant]`, or one of the two first alone.
///
/// ```
/// use stevedore_api::container::Create;
/// use stevedore_api::option::Platform;
///
/// let platform: Platform = "aarch64".parse()?;
/// assert_eq!(platform.to_string(), "linux/arm64");
/// let create = Create::new("nginx").platform(platform);
/// # let _ = create;
/// # Ok::<(), stevedore_api::option::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: String,
}

impl FromStr for Platform {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_word = |part: &str| {
            let of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            !part.is_empty() && part.chars().all(of_word)
        };
        for part in text.split('/') {
            if !is_word(part) {
                return Err(Invalid::new(WHAT, text, part, "a word"));
            }
        }
        let lower = text.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            [os] if SYSTEMS.contains(os) => (*os, std::env::consts::ARCH, ""),
            [architecture] => ("linux", *architecture, ""),
            [os, architecture] => (*os, *architecture, ""),
            [os, architecture, variant] => (*os, *architecture, *variant),
            _ => {
                let expected = "os/architecture[/variant]";
                return Err(Invalid::new(WHAT, text, text, expected));
            }
        };
        let (architecture, variant) = named(architecture, variant);
        Ok(Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.to_owned(),
        })
    }
}

/// Architecture and variant by the names that images have for them.
fn named<'a>(architecture: &'a str, variant: &'a str) -> (&'a str, &'a str) {
    let known = ALIASES.iter().find(|(alias, ..)| *alias == architecture);
    let (architecture, variant) = match known {
        Some((_, name, "")) => (*name, variant),
        Some((_, name, of)) => (*name, *of),
        None => (architecture, variant),
    };
    match (architecture, variant) {
        // What there is anyhow needs no name.
        ("arm64", "8" | "v8") | ("amd64", "v1") | ("arm", "7") => {
            (architecture, if variant == "7" { "v7" } else { "" })
        }
        ("arm", "5" | "6" | "8") => match variant {
            "5" => ("arm", "v5"),
            "6" => ("arm", "v6"),
            _ => ("arm", "v8"),
        },
        other => other,
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match self.variant.as_str() {
            "" => Ok(()),
            variant => write!(f, "/{variant}"),
        }
    }
}

impl From<Platform> for String {
    fn from(platform: Platform) -> Self {
        platform.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for (text, name) in [
            ("linux/arm64", "linux/arm64"),
            ("linux/aarch64", "linux/arm64"),
            ("Linux/X86_64", "linux/amd64"),
            ("arm64", "linux/arm64"),
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/arm64/v8", "linux/arm64"),
            ("armel", "linux/arm/v6"),
            ("windows/amd64", "windows/amd64"),
        ] {
            let platform: Platform = text.parse().unwrap();
            assert_eq!(platform.to_string(), name);
            assert_eq!(name.parse(), Ok(platform));
        }
        for text in ["", "a/b/c/d", "linux/", "li nux/arm64", "/"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }
}
