//! The fields of a reply's objects, each object's found once for a reply.

use std::cell::RefCell;
use std::rc::Rc;

use stevedore_api::{ApiVersion, Field, Object};

use super::Names;

/// The fields that an object has at the version in use, and their names.
pub(crate) struct Layout {
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) names: Names,
}

/// The layouts of a reply's objects.
pub(crate) struct Layouts {
    version: ApiVersion,
    known: RefCell<Vec<(&'static Object, Rc<Layout>)>>,
}

impl Layouts {
    pub(crate) fn new(version: ApiVersion) -> Self {
        Self {
            version,
            known: RefCell::default(),
        }
    }

    pub(crate) fn of(&self, object: &'static Object) -> Rc<Layout> {
        let mut known = self.known.borrow_mut();
        // A reply has few kinds of objects.
        if let Some((_, layout)) = known.iter().find(|(it, _)| std::ptr::eq(*it, object)) {
            return Rc::clone(layout);
        }
        let fields: Vec<_> = object.fields_at(self.version).collect();
        let layout = Rc::new(Layout {
            names: fields.iter().map(|field| field.name).collect(),
            fields,
        });
        known.push((object, Rc::clone(&layout)));
        layout
    }
}
