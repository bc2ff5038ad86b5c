//! Output as it is shown while it comes: with marks that say which stream it is of.

use crate::given::{Data, Given};
use crate::tree::Tree;

/// What R is still to show.
#[derive(Debug)]
pub(crate) struct Display {
    /// What stands before a line, per stream.
    before: [Vec<u8>; 3],
    after: Vec<u8>,
    /// Whether each part of a line is marked, as colours are, or the first alone.
    repeats: bool,
    /// The stream whose line has begun and not ended on the screen.
    open: Option<usize>,
    text: Vec<u8>,
}

impl Display {
    /// What R says of it, or nothing where it shows nothing: the marks `before` and `after`
    /// a line, the first for each stream, and whether the first `repeats`.
    pub(crate) fn of(given: &Given) -> Option<Self> {
        let Some(Data::Texts(marks)) = given.field("before").map(|it| &it.data) else {
            return None;
        };
        let mut before = [const { Vec::new() }; 3];
        for (before, mark) in before.iter_mut().zip(marks.iter().flatten()) {
            *before = mark.clone().into_bytes();
        }
        Some(Self {
            before,
            after: given.field_text("after").unwrap_or_default().into(),
            repeats: given.field_flag("repeats").unwrap_or_default(),
            open: None,
            text: Vec::new(),
        })
    }

    /// Adds a piece of a line without its newline, which may be all of it. A terminal's is
    /// of no stream. Where another stream cuts in, a newline closes what is open.
    pub(crate) fn add(&mut self, nth: Option<usize>, piece: &[u8], starts: bool, ends: bool) {
        let Some(nth) = nth else {
            self.text.extend_from_slice(piece);
            self.text.extend(ends.then_some(b'\n'));
            return;
        };
        let continues = self.open == Some(nth) && !starts;
        if self.open.is_some() && !continues {
            self.text.push(b'\n');
        }
        if !continues || self.repeats {
            let mark = self.before.get(nth).map(Vec::as_slice);
            self.text.extend_from_slice(mark.unwrap_or_default());
        }
        self.text.extend_from_slice(piece);
        self.text.extend_from_slice(&self.after);
        self.text.extend(ends.then_some(b'\n'));
        self.open = (!ends).then_some(nth);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How much there is to show.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// What there is to show, which is then taken as shown.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }
}

/// A step of a stream: text to show.
pub(crate) fn step(text: &[u8]) -> Tree<'_> {
    Tree::record(vec![
        ("step", Tree::text("output")),
        ("text", Tree::Raw(text)),
    ])
}
