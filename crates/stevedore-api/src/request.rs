//! The shape that request structs share.

/// Declares a request struct: its fields, their setters, and how it lowers.
///
/// Fields under `new` are what a request makes no sense without; those under
/// `own` have setters that are written by hand. A field has the name that it has
/// in the table, or that after `=`. Nothing is sent while it is unset.
macro_rules! request {
    (
        $(#[$about:meta])*
        $request:ident($info:path) -> $reply:ty;
        $(new {
            $( $(#[$new_doc:meta])* $new:ident: $new_kind:tt $(= $new_name:literal)?, )*
        })?
        $(set {
            $( $(#[$doc:meta])* $field:ident: $kind:tt $(= $name:literal)?, )*
        })?
        $(own {
            $( $(#[$own_doc:meta])* $own:ident: $own_kind:tt $(= $own_name:literal)?, )*
        })?
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $request {
            $($( $(#[$new_doc])* pub $new: Option<$crate::kind::kind!($new_kind)>, )*)?
            $($( $(#[$doc])* pub $field: Option<$crate::kind::kind!($kind)>, )*)?
            $($( $(#[$own_doc])* pub $own: Option<$crate::kind::kind!($own_kind)>, )*)?
        }

        $crate::hidden::debug!($request {
            $($( $new, )*)?
            $($( $field, )*)?
            $($( $own, )*)?
        });

        impl $request {
            /// A request with what it needs, and nothing else set.
            pub fn new($($( $new: $crate::kind::taken!($new_kind), )*)?) -> Self {
                #[allow(clippy::needless_update, reason = "some requests have nothing else")]
                Self {
                    $($( $new: Some($crate::kind::kept!($new_kind, $new)), )*)?
                    ..Self::default()
                }
            }

            $($(
                $(#[$doc])*
                pub fn $field(mut self, $field: $crate::kind::taken!($kind)) -> Self {
                    self.$field = Some($crate::kind::kept!($kind, $field));
                    self
                }
            )*)?
        }

        impl $crate::Endpoint for $request {
            type Reply = $reply;
            const INFO: &'static $crate::Info = &$info;

            fn args(&self) -> $crate::Args {
                #[allow(unused_mut, reason = "some requests have no argument")]
                let mut args = $crate::Args::new();
                $($( args.set_some(
                    $crate::kind::named!($new $($new_name)?),
                    self.$new.clone(),
                ); )*)?
                $($( args.set_some(
                    $crate::kind::named!($field $($name)?),
                    self.$field.clone(),
                ); )*)?
                $($( args.set_some(
                    $crate::kind::named!($own $($own_name)?),
                    self.$own.clone(),
                ); )*)?
                args
            }
        }
    };
}

/// Gives a request with filters a setter for a single one.
macro_rules! filter {
    ($request:ident) => {
        impl $request {
            /// Adds a filter, such as `filter("label", "tier=web")`.
            ///
            /// Of several values of one filter any may match; of `label` all must.
            pub fn filter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.filters
                    .get_or_insert_default()
                    .entry(name.into())
                    .or_default()
                    .push(value.into());
                self
            }
        }
    };
}

pub(crate) use {filter, request};
