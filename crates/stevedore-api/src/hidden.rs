//! What must not be shown to whoever looks on.

use std::fmt;

/// What stands for a secret where it would be shown.
pub const HIDDEN: &str = "<hidden>";

/// Names of texts that are secrets, without `_` and `-` and in lower case.
const TEXTS: &[&str] = &[
    "auth",
    "authorization",
    "data",
    "identitytoken",
    "jointoken",
    "password",
    "registryauth",
    "registryconfig",
    "registrytoken",
    "signingcakey",
    "splunktoken",
    "token",
    "unlockkey",
    "xregistryauth",
    "xregistryconfig",
];

/// Names of lists and maps that often hold some.
const GROUPS: &[&str] = &[
    "buildargs",
    "driverconfig",
    "driveropts",
    "env",
    "jointokens",
    "logconfig",
    "logdriver",
    "options",
];

/// Whether a text of this name, in our spelling or the wire's, is a secret.
pub fn is_secret(name: &str) -> bool {
    TEXTS.contains(&squashed(name).as_str())
}

/// Whether the texts within a list or a map of this name may be secrets: an
/// environment often holds passwords.
pub fn holds_secrets(name: &str) -> bool {
    GROUPS.contains(&squashed(name).as_str())
}

fn squashed(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// The value of a field, as `Debug` shows it.
pub(crate) struct Shown<'a, T>(pub(crate) &'static str, pub(crate) &'a T);

impl<T: fmt::Debug> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !is_secret(self.0) && !holds_secrets(self.0) {
            return self.1.fmt(f);
        }
        // That there is nothing is no secret.
        match format!("{:?}", self.1).as_str() {
            nothing @ ("None" | "\"\"" | "[]" | "{}") => f.write_str(nothing),
            _ => f.write_str(HIDDEN),
        }
    }
}

/// Gives a struct a `Debug` that shows no secret, and of fields that nobody knows
/// only their names.
macro_rules! debug {
    ($name:ident { $( $field:ident, )* } $($extra:ident)?) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $( .field(
                        stringify!($field),
                        &$crate::hidden::Shown(stringify!($field), &self.$field),
                    ) )*
                    $( .field(stringify!($extra), &self.$extra.keys()) )?
                    .finish()
            }
        }
    };
}

pub(crate) use debug;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{container, swarm};

    #[test]
    fn a_name_is_known_in_every_spelling() {
        for name in [
            "Password",
            "password",
            "IdentityToken",
            "X-Registry-Auth",
            "join_token",
        ] {
            assert!(is_secret(name), "{name}");
        }
        assert!(holds_secrets("JoinTokens") && holds_secrets("Env"));
        assert!(!is_secret("Name") && !holds_secrets("Labels"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let create = container::Create::new("db")
            .env("PASSWORD", "s3cret")
            .label("a", "b");
        let shown = format!("{create:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(
            shown.contains("\"db\"") && shown.contains("<hidden>"),
            "{shown}"
        );
        let join = swarm::Join::new("0.0.0.0:2377", ["a:2377"], "s3cret");
        assert!(!format!("{join:?}").contains("s3cret"));
        let nothing = format!("{:?}", swarm::Join::default());
        assert!(nothing.contains("join_token: None"), "{nothing}");
    }

    #[test]
    fn a_reply_shows_of_what_nobody_knows_the_names() {
        let reply = r#"{"Id":"a","Later":"s3cret"}"#;
        let reply: container::Created = serde_json::from_str(reply).unwrap();
        let shown = format!("{reply:?}");
        assert!(
            shown.contains("Later") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
