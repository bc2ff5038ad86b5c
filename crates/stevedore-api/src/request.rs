//! The shape that request structs share.

/// Declares a request struct: its fields, their setters, and how it lowers.
///
/// Every field has the name it has in the table, and is not sent while unset.
macro_rules! request {
    (
        $(#[$about:meta])*
        $name:ident($info:path) -> $reply:ty {
            $( $(#[$doc:meta])* $field:ident: $type:ty, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])* pub $field: Option<$type>, )*
        }

        impl $name {
            /// A request in which nothing is set.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$doc])*
                pub fn $field(mut self, $field: impl Into<$type>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }

        impl Endpoint for $name {
            type Reply = $reply;
            const INFO: &'static Info = &$info;

            fn args(&self) -> Args {
                #[allow(unused_mut, reason = "some requests have no argument")]
                let mut args = Args::new();
                $( args.set_some(stringify!($field), self.$field.clone()); )*
                args
            }
        }
    };
}
pub(crate) use request;
