//! The shape that parts of requests share.

/// Declares a part of requests: fields that are not sent while unset, and their
/// setters. With `reply` it also comes back, and then keeps what it does not know.
///
/// After `=` stands the name on the wire; after `as` the name in the table, where
/// it is not the field's.
macro_rules! object {
    (
        $(#[$about:meta])*
        $object:ident {
            $( $(#[$doc:meta])* $field:ident: $kind:tt = $wire:literal $(as $name:literal)?, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $object {
            $( $(#[$doc])* pub $field: Option<$crate::kind::kind!($kind)>, )*
        }

        $crate::hidden::debug!($object { $( $field, )* });

        $crate::object::setters!($object { $( $(#[$doc])* $field: $kind, )* });

        impl From<$object> for $crate::Value {
            fn from(object: $object) -> Self {
                let mut args = $crate::Args::new();
                $( args.set_some($crate::kind::named!($field $($name)?), object.$field); )*
                args.into()
            }
        }
    };
    (
        $(#[$about:meta])*
        $object:ident, reply {
            $( $(#[$doc:meta])* $field:ident: $kind:tt = $wire:literal $(as $name:literal)?, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $object {
            $( $(#[$doc])* pub $field: Option<$crate::kind::kind!($kind)>, )*
            /// Everything else that the engine sent; sent back, it is named in the
            /// refusal where the API doesn't know it.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        $crate::hidden::debug!($object { $( $field, )* } extra);

        $crate::object::setters!($object { $( $(#[$doc])* $field: $kind, )* });

        $crate::reply::fields!($object { $( $field = $wire, )* });

        impl From<$object> for $crate::Value {
            fn from(object: $object) -> Self {
                let mut args = $crate::Args::new();
                $( args.set_some($crate::kind::named!($field $($name)?), object.$field); )*
                for (name, value) in object.extra {
                    args.set(name, value);
                }
                args.into()
            }
        }
    };
}

macro_rules! setters {
    ($object:ident { $( $(#[$doc:meta])* $field:ident: $kind:tt, )* }) => {
        impl $object {
            /// Nothing set.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$doc])*
                pub fn $field(mut self, $field: $crate::kind::taken!($kind)) -> Self {
                    self.$field = Some($crate::kind::kept!($kind, $field));
                    self
                }
            )*
        }
    };
}

pub(crate) use {object, setters};
