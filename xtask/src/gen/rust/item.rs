//! What stands in generated files, one after the other.

use crate::generate::model::{Endpoint, Object, Type, Words};
use crate::generate::name::snake_of_type;

#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Row(&'a Endpoint),
    Shape(&'a Object),
    Request(&'a Endpoint),
    Object(&'a Type),
    Reply(&'a Type),
    Words(&'a Words),
}

impl Item<'_> {
    /// Its name in Rust.
    pub(super) fn ident(&self) -> String {
        match self {
            Self::Row(it) => snake_of_type(&it.rust).to_uppercase(),
            Self::Shape(it) => it.ident.clone(),
            Self::Request(it) => it.rust.clone(),
            Self::Object(it) | Self::Reply(it) => it.path.name.clone(),
            Self::Words(it) => it.path.name.clone(),
        }
    }

    /// A name for a file in which it is the largest.
    pub(super) fn file_name(&self) -> String {
        match self {
            Self::Row(_) | Self::Shape(_) => self.ident().to_lowercase(),
            _ => snake_of_type(&self.ident()),
        }
    }
}
