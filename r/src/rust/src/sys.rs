//! R's own memory: the one place that reads and writes it directly.
//!
//! Everything here is called on R's main thread only. Whatever may jump (an
//! allocation, a look into a vector that is computed, a translation, an
//! interrupt) runs within `protect` or `unwind_protect`, in closures that own
//! nothing: so a jump becomes an `Err` that is carried up until every destructor
//! has run.

use std::cell::{Cell, RefCell};
use std::ffi::c_int;

use savvy::ffi::SEXP;
use savvy::{Sexp, unwind_protect};
use savvy_ffi::{
    INTEGER, INTSXP, LGLSXP, LOGICAL, R_ClassSymbol, R_ExternalPtrAddr, R_NaInt, R_NaReal,
    R_NaString, R_NamesSymbol, R_NilValue, RAW, RAWSXP, REAL, REALSXP, Rf_allocVector, Rf_install,
    Rf_mkCharLenCE, Rf_protect, Rf_setAttrib, Rf_unprotect, SET_STRING_ELT, SET_VECTOR_ELT, STRSXP,
    VECSXP, VECTOR_ELT, cetype_t_CE_NATIVE, cetype_t_CE_UTF8,
};
use stevedore::{Error, ErrorKind};

use crate::given::Given;
use crate::handle::Handle;
use crate::native::Stop;
use crate::tree::{Encoding, Text, Tree};

mod vector;

unsafe extern "C" {
    fn R_CheckUserInterrupt();
}

/// Does something that may jump.
///
/// # Safety
/// On the main thread, and `act` owns nothing when it jumps.
unsafe fn protect(act: impl Fn() + Copy) -> savvy::Result<()> {
    unsafe {
        unwind_protect(|| {
            act();
            R_NilValue
        })?;
    }
    Ok(())
}

/// Asks R whether the user wants out; if so, R's own interrupt goes on once the
/// error has been handed back to it.
pub(crate) fn check_interrupt() -> savvy::Result<()> {
    // SAFETY: on the main thread, and the closure owns nothing.
    unsafe { protect(|| R_CheckUserInterrupt()) }
}

/// Copies an R value, so that nothing of R's is held on to.
pub(crate) fn read(value: &Sexp) -> Result<Given, Stop> {
    // An argument of the call in progress, so R keeps it.
    vector::read(value.0, 0, "arguments")
}

/// What an external pointer of ours points to, or nothing where there is nothing
/// (any more): a pointer that was saved and loaded, or something else altogether.
pub(crate) fn pointee(pointer: &Sexp) -> Option<&Handle> {
    if !pointer.is_external_pointer() {
        return None;
    }
    // SAFETY: only this package's R code reaches here, and all its pointers are to a
    // `Handle`; R keeps the pointer, and so the handle, while the call goes on.
    unsafe { R_ExternalPtrAddr(pointer.0).cast::<Handle>().as_ref() }
}

/// R's strings end here.
const LONGEST: usize = c_int::MAX as usize;

/// Makes the R value that `tree` describes.
pub(crate) fn write(tree: &Tree<'_>) -> Result<Sexp, Stop> {
    let longest = tree.longest_line();
    if longest > LONGEST {
        let message = format!("a line of {longest} bytes came, and R's strings end at {LONGEST}");
        return Err(Error::new(ErrorKind::Protocol, message).into());
    }
    // SAFETY: the closure only borrows `tree`, so a jump skips no destructor; every
    // fresh R value is protected before the next allocation.
    let seen = &Seen::default();
    Ok(Sexp(unsafe { unwind_protect(|| make(tree, seen)) }?))
}

/// What was made before and is used again: rows of a listing have the same names, and many have an
/// empty frame of the same kind, an empty text or a zero. It stays alive because the value in the
/// making holds what had it first; R copies it where somebody changes it.
#[derive(Default)]
struct Seen<'a> {
    names: RefCell<Vec<(&'a [&'static str], SEXP)>>,
    empty_frames: RefCell<Vec<(Columns<'a>, SEXP)>>,
    classes: RefCell<Vec<(&'static str, SEXP)>>,
    empty_text: Cell<Option<SEXP>>,
    missing_text: Cell<Option<SEXP>>,
    zero: Cell<Option<SEXP>>,
}

/// The columns of a frame, and their names.
type Columns<'a> = (&'a [&'static str], &'a [Tree<'a>]);

/// Makes a value of its own.
unsafe fn make<'a>(tree: &'a Tree<'_>, seen: &Seen<'a>) -> SEXP {
    unsafe {
        match tree {
            Tree::Null => R_NilValue,
            Tree::Bool(it) => {
                let x = Rf_allocVector(LGLSXP, 1);
                *LOGICAL(x) = logical(*it);
                x
            }
            Tree::Number { value, is_integer } => {
                number_vector(std::slice::from_ref(value), *is_integer)
            }
            Tree::Numbers(numbers) => number_vector(numbers.values(), numbers.are_integers()),
            Tree::Text(text) => string_vector(std::slice::from_ref(text)),
            Tree::Bools(values) => {
                let x = Rf_allocVector(LGLSXP, length(values.len()));
                let to = LOGICAL(x);
                for (i, value) in values.iter().enumerate() {
                    *to.add(i) = logical(*value);
                }
                x
            }
            Tree::Texts(values) => string_vector(values),
            Tree::Strs(values) => {
                let x = Rf_protect(Rf_allocVector(STRSXP, length(values.len())));
                for (i, value) in values.iter().enumerate() {
                    SET_STRING_ELT(x, length(i), charsxp(value.as_bytes(), Encoding::Utf8));
                }
                Rf_unprotect(1);
                x
            }
            Tree::Bytes {
                bytes,
                ends,
                encoding,
            } => text_vector(bytes, ends, *encoding),
            Tree::Codes(codes) => {
                let x = Rf_allocVector(INTSXP, length(codes.len()));
                let to = INTEGER(x);
                for (i, code) in codes.iter().enumerate() {
                    *to.add(i) = c_int::from(*code);
                }
                x
            }
            Tree::List(items) => list(items, seen),
            Tree::Named { names, values } => named(make(values, seen), names),
            Tree::Record { names, values } => record(names, values, seen),
            Tree::Frame {
                names,
                columns,
                rows,
            } => frame((names, columns), *rows, seen),
            Tree::Table {
                names,
                columns,
                rows,
            } => {
                let x = Rf_protect(named(list(columns, seen), names));
                make_frame(x, *rows, seen);
                Rf_unprotect(1);
                x
            }
            Tree::Raw(bytes) => {
                let x = Rf_allocVector(RAWSXP, length(bytes.len()));
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), RAW(x), bytes.len());
                x
            }
            Tree::With { value, attributes } => {
                let x = Rf_protect(make(value, seen));
                for (name, attribute) in attributes {
                    let attribute = Rf_protect(make(attribute, seen));
                    Rf_setAttrib(x, Rf_install(name.as_ptr()), attribute);
                    Rf_unprotect(1);
                }
                Rf_unprotect(1);
                x
            }
        }
    }
}

/// An element of a list, which may be in other lists, too.
unsafe fn element<'a>(tree: &'a Tree<'_>, seen: &Seen<'a>) -> SEXP {
    let slot = match tree {
        Tree::Frame {
            names,
            columns,
            rows: 0,
        } => return unsafe { empty_frame((names, columns), seen) },
        Tree::Text(None) => &seen.missing_text,
        Tree::Text(Some(text)) if text.is_empty() => &seen.empty_text,
        Tree::Number {
            value: 0.0,
            is_integer: true,
        } => &seen.zero,
        _ => return unsafe { make(tree, seen) },
    };
    slot.get().unwrap_or_else(|| {
        let x = unsafe { make(tree, seen) };
        slot.set(Some(x));
        x
    })
}

/// The same with names; `x` need not be protected.
unsafe fn named(x: SEXP, names: &[Option<Text<'_>>]) -> SEXP {
    unsafe {
        let x = Rf_protect(x);
        let names = Rf_protect(string_vector(names));
        Rf_setAttrib(x, R_NamesSymbol, names);
        Rf_unprotect(2);
        x
    }
}

/// An empty frame, the same for all of its kind.
unsafe fn empty_frame<'a>(columns: Columns<'a>, seen: &Seen<'a>) -> SEXP {
    unsafe {
        let known = |(known, _): &&(Columns<'_>, SEXP)| {
            same(known.0, columns.0) && are_alike(known.1, columns.1)
        };
        let known = seen.empty_frames.borrow().iter().find(known).map(|it| it.1);
        known.unwrap_or_else(|| {
            let x = frame(columns, 0, seen);
            seen.empty_frames.borrow_mut().push((columns, x));
            x
        })
    }
}

/// Whether columns without elements are the same to R.
fn are_alike(some: &[Tree<'_>], others: &[Tree<'_>]) -> bool {
    let alike = |(one, other): (&Tree<'_>, &Tree<'_>)| match (one, other) {
        (Tree::Numbers(one), Tree::Numbers(other)) => one.are_integers() == other.are_integers(),
        (Tree::Bools(_), Tree::Bools(_))
        | (Tree::Texts(_), Tree::Texts(_))
        | (Tree::List(_), Tree::List(_)) => true,
        _ => false,
    };
    some.len() == others.len() && some.iter().zip(others).all(alike)
}

unsafe fn frame<'a>((names, columns): Columns<'a>, rows: usize, seen: &Seen<'a>) -> SEXP {
    unsafe {
        let x = Rf_protect(record(names, columns, seen));
        for (i, column) in columns.iter().enumerate() {
            if matches!(column, Tree::List(_)) {
                set_class(VECTOR_ELT(x, length(i)), "AsIs", seen);
            }
        }
        make_frame(x, rows, seen);
        Rf_unprotect(1);
        x
    }
}

/// Makes a protected list of columns a data frame.
unsafe fn make_frame(x: SEXP, rows: usize, seen: &Seen<'_>) {
    unsafe {
        // R's compact form of the row names 1..n.
        let row_names = Rf_protect(Rf_allocVector(INTSXP, 2));
        *INTEGER(row_names) = R_NaInt;
        *INTEGER(row_names).add(1) = -c_int::try_from(rows).unwrap_or(c_int::MAX);
        Rf_setAttrib(x, Rf_install(c"row.names".as_ptr()), row_names);
        set_class(x, "data.frame", seen);
        Rf_unprotect(1);
    }
}

unsafe fn list<'a>(items: &'a [Tree<'_>], seen: &Seen<'a>) -> SEXP {
    unsafe {
        let x = Rf_protect(Rf_allocVector(VECSXP, length(items.len())));
        for (i, item) in items.iter().enumerate() {
            SET_VECTOR_ELT(x, length(i), element(item, seen));
        }
        Rf_unprotect(1);
        x
    }
}

unsafe fn record<'a>(names: &'a [&'static str], values: &'a [Tree<'_>], seen: &Seen<'a>) -> SEXP {
    unsafe {
        let x = Rf_protect(list(values, seen));
        let known = seen
            .names
            .borrow()
            .iter()
            .find(|(known, _)| same(known, names))
            .map(|(_, keys)| *keys);
        let keys = if let Some(keys) = known {
            Rf_protect(keys)
        } else {
            let keys = Rf_protect(Rf_allocVector(STRSXP, length(names.len())));
            for (i, name) in names.iter().enumerate() {
                SET_STRING_ELT(keys, length(i), charsxp(name.as_bytes(), Encoding::Utf8));
            }
            seen.names.borrow_mut().push((names, keys));
            keys
        };
        Rf_setAttrib(x, R_NamesSymbol, keys);
        Rf_unprotect(2);
        x
    }
}

/// Whether both are names of one schema: then they are the same texts in memory.
fn same(one: &[&'static str], other: &[&'static str]) -> bool {
    std::ptr::eq(one, other)
        || one.len() == other.len() && one.iter().zip(other).all(|(a, b)| std::ptr::eq(*a, *b))
}

unsafe fn number_vector(values: &[f64], are_integers: bool) -> SEXP {
    unsafe {
        if are_integers {
            let x = Rf_allocVector(INTSXP, length(values.len()));
            let to = INTEGER(x);
            for (i, value) in values.iter().enumerate() {
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "all are whole and fit, or the vector is none of integers"
                )]
                let value = if value.is_nan() {
                    R_NaInt
                } else {
                    *value as c_int
                };
                *to.add(i) = value;
            }
            x
        } else {
            let x = Rf_allocVector(REALSXP, length(values.len()));
            let to = REAL(x);
            for (i, value) in values.iter().enumerate() {
                *to.add(i) = if value.is_nan() { R_NaReal } else { *value };
            }
            x
        }
    }
}

unsafe fn string_vector(values: &[Option<Text<'_>>]) -> SEXP {
    unsafe {
        let x = Rf_protect(Rf_allocVector(STRSXP, length(values.len())));
        for (i, value) in values.iter().enumerate() {
            SET_STRING_ELT(x, length(i), string(value.as_ref()));
        }
        Rf_unprotect(1);
        x
    }
}

/// Texts in one buffer, each up to its end.
unsafe fn text_vector(bytes: &[u8], ends: &[usize], encoding: Encoding) -> SEXP {
    unsafe {
        let x = Rf_protect(Rf_allocVector(STRSXP, length(ends.len())));
        let mut start = 0;
        for (i, end) in ends.iter().enumerate() {
            let piece = bytes.get(start..*end).unwrap_or_default();
            let encoding = match encoding {
                Encoding::Utf8 if std::str::from_utf8(piece).is_ok() => Encoding::Utf8,
                _ => Encoding::Native,
            };
            SET_STRING_ELT(x, length(i), charsxp(piece, encoding));
            start = *end;
        }
        Rf_unprotect(1);
        x
    }
}

unsafe fn string(text: Option<&Text<'_>>) -> SEXP {
    unsafe {
        match text {
            Some(text) => charsxp(text.as_bytes(), Encoding::Utf8),
            None => R_NaString,
        }
    }
}

/// `bytes` must hold no zero byte, which R's strings can't, and not be longer than they can be.
unsafe fn charsxp(bytes: &[u8], encoding: Encoding) -> SEXP {
    let encoding = match encoding {
        Encoding::Utf8 => cetype_t_CE_UTF8,
        Encoding::Native => cetype_t_CE_NATIVE,
    };
    let len = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
    unsafe { Rf_mkCharLenCE(bytes.as_ptr().cast(), len, encoding) }
}

unsafe fn set_class(x: SEXP, class: &'static str, seen: &Seen<'_>) {
    unsafe {
        let known = |(known, _): &&(&str, SEXP)| std::ptr::eq(*known, class);
        let known = seen.classes.borrow().iter().find(known).map(|it| it.1);
        let value = Rf_protect(known.unwrap_or_else(|| {
            let value = Rf_protect(Rf_allocVector(STRSXP, 1));
            SET_STRING_ELT(value, 0, charsxp(class.as_bytes(), Encoding::Utf8));
            seen.classes.borrow_mut().push((class, value));
            Rf_unprotect(1);
            value
        }));
        Rf_setAttrib(x, R_ClassSymbol, value);
        Rf_unprotect(1);
    }
}

fn logical(value: Option<bool>) -> c_int {
    // SAFETY: reads a constant that R sets when it starts.
    value.map_or(unsafe { R_NaInt }, c_int::from)
}

fn length(len: usize) -> savvy_ffi::R_xlen_t {
    savvy_ffi::R_xlen_t::try_from(len).unwrap_or(savvy_ffi::R_xlen_t::MAX)
}
