//! R's vectors, copied out of R.
//!
//! Any look into a vector may run code of R's: an ALTREP class computes what it
//! is asked for, may allocate, and may raise an error. So each vector is copied
//! within one [`protect`], into memory that was there before.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int};

use savvy::ffi::SEXP;
use savvy::unwind_protect;
use savvy_ffi::{
    INTSXP, LGLSXP, NILSXP, R_CHAR, R_ClassSymbol, R_NaInt, R_NaString, R_NamesSymbol, R_xlen_t,
    RAWSXP, REALSXP, Rf_allocVector, Rf_getAttrib, Rf_protect, Rf_type2char, Rf_unprotect,
    Rf_xlength, SET_VECTOR_ELT, STRING_ELT, STRSXP, TYPEOF, VECSXP, VECTOR_ELT, cetype_t,
    cetype_t_CE_BYTES,
};

use super::{length, protect};
use crate::given::{Data, Given, Moment, Wrong};
use crate::native::Stop;

unsafe extern "C" {
    static R_LevelsSymbol: SEXP;
    fn LOGICAL_GET_REGION(x: SEXP, from: R_xlen_t, n: R_xlen_t, to: *mut c_int) -> R_xlen_t;
    fn INTEGER_GET_REGION(x: SEXP, from: R_xlen_t, n: R_xlen_t, to: *mut c_int) -> R_xlen_t;
    fn REAL_GET_REGION(x: SEXP, from: R_xlen_t, n: R_xlen_t, to: *mut f64) -> R_xlen_t;
    fn RAW_GET_REGION(x: SEXP, from: R_xlen_t, n: R_xlen_t, to: *mut u8) -> R_xlen_t;
    fn Rf_getCharCE(x: SEXP) -> cetype_t;
    fn Rf_translateCharUTF8(x: SEXP) -> *const c_char;
}

/// Lists may be nested so deep.
const DEEPEST: usize = 128;

type Texts = Vec<Option<String>>;

/// Copies `x`, which R keeps meanwhile. It is within `argument`, that many lists deep.
pub(super) fn read(x: SEXP, depth: usize, argument: &str) -> Result<Given, Stop> {
    if depth > DEEPEST {
        let message = format!("'{argument}' must not be nested deeper than {DEEPEST} lists");
        return Err(Wrong::new(argument, message).into());
    }
    // SAFETY: reads the header of a value that R keeps.
    let kind = unsafe { TYPEOF(x) };
    if !matches!(kind, LGLSXP | INTSXP | REALSXP | STRSXP | RAWSXP | VECSXP) {
        let data = if kind == NILSXP {
            Data::Null
        } else {
            Data::Other(type_name(kind)?.into())
        };
        return Ok(Given {
            data,
            names: None,
            is_scalar: false,
            is_as_is: false,
            is_json: false,
            moment: None,
        });
    }
    // SAFETY: these are constants that R sets when it starts.
    let (class, names, levels) = unsafe { (R_ClassSymbol, R_NamesSymbol, R_LevelsSymbol) };
    let class = attribute(x, class, argument)?.unwrap_or_default();
    let has = |name: &str| class.iter().flatten().any(|class| class == name);
    let names: Option<Vec<String>> = attribute(x, names, argument)?
        .map(|names| names.into_iter().map(Option::unwrap_or_default).collect());
    let data = match kind {
        LGLSXP => Data::Bools(
            region(x, LOGICAL_GET_REGION)?
                .into_iter()
                .map(|it| known(it).map(|it| it != 0))
                .collect(),
        ),
        INTSXP if has("factor") => {
            let levels = attribute(x, levels, argument)?.unwrap_or_default();
            let level = |code: c_int| {
                let nth = usize::try_from(code).ok()?.checked_sub(1)?;
                levels.get(nth).cloned().flatten()
            };
            Data::Texts(
                region(x, INTEGER_GET_REGION)?
                    .into_iter()
                    .map(level)
                    .collect(),
            )
        }
        INTSXP => Data::Numbers(
            region(x, INTEGER_GET_REGION)?
                .into_iter()
                .map(|it| known(it).map(f64::from))
                .collect(),
        ),
        REALSXP if has("integer64") => {
            Data::Numbers(region(x, REAL_GET_REGION)?.into_iter().map(wide).collect())
        }
        REALSXP => Data::Numbers(
            region(x, REAL_GET_REGION)?
                .into_iter()
                .map(|it| Some(it).filter(|it| !it.is_nan()))
                .collect(),
        ),
        RAWSXP => Data::Bytes(region(x, RAW_GET_REGION)?),
        STRSXP => Data::Texts(texts(x, argument)?),
        _ if has("POSIXlt") => Data::Other("POSIXlt".into()),
        _ => {
            let list = List::of(x)?;
            let elements = (0..list.len).map(|i| {
                // The outermost list is that of the arguments.
                let argument = match (&names, depth) {
                    (Some(names), 0) => names.get(i).map_or(argument, String::as_str),
                    _ => argument,
                };
                read(list.element(i), depth + 1, argument)
            });
            Data::List(elements.collect::<Result<_, _>>()?)
        }
    };
    Ok(Given {
        data,
        is_scalar: has("scalar"),
        is_as_is: has("AsIs"),
        is_json: has("json"),
        moment: if has("Date") {
            Some(Moment::Date)
        } else if has("POSIXct") {
            Some(Moment::Time)
        } else if has("difftime") {
            Some(Moment::Span)
        } else {
            None
        },
        names,
    })
}

fn known(value: c_int) -> Option<c_int> {
    // SAFETY: reads a constant that R sets when it starts.
    (value != unsafe { R_NaInt }).then_some(value)
}

/// The number that a package for wide integers keeps in the bits of another.
fn wide(bits: f64) -> Option<f64> {
    let number = i64::from_ne_bytes(bits.to_ne_bytes());
    #[allow(clippy::cast_precision_loss, reason = "no argument needs more")]
    (number != i64::MIN).then_some(number as f64)
}

fn type_name(kind: u32) -> savvy::Result<String> {
    let name = Cell::new(c"".as_ptr());
    let slot = &name;
    // SAFETY: the closure owns nothing; R's names of types are never freed.
    unsafe {
        protect(|| slot.set(Rf_type2char(kind)))?;
        Ok(CStr::from_ptr(name.get()).to_string_lossy().into_owned())
    }
}

fn len_of(x: SEXP) -> savvy::Result<usize> {
    let len = Cell::new(0);
    let slot = &len;
    // SAFETY: the closure owns nothing.
    unsafe { protect(|| slot.set(Rf_xlength(x)))? };
    Ok(usize::try_from(len.get()).unwrap_or_default())
}

type GetRegion<T> = unsafe extern "C" fn(SEXP, R_xlen_t, R_xlen_t, *mut T) -> R_xlen_t;

/// The elements of a vector of numbers.
fn region<T: Copy + Default>(x: SEXP, get: GetRegion<T>) -> savvy::Result<Vec<T>> {
    let mut values = vec![T::default(); len_of(x)?];
    let (to, len) = (values.as_mut_ptr(), length(values.len()));
    let copied = Cell::new(0);
    let slot = &copied;
    // SAFETY: the closure owns nothing, and `values` has room for as many as are asked for.
    unsafe { protect(|| slot.set(get(x, 0, len, to)))? };
    values.truncate(usize::try_from(copied.get()).unwrap_or_default());
    Ok(values)
}

/// The elements of a character vector as UTF-8; nothing for a missing one.
fn texts(x: SEXP, argument: &str) -> Result<Texts, Stop> {
    let copies = RefCell::new(Vec::new());
    let to = &copies;
    // SAFETY: the closure owns nothing.
    unsafe { protect(|| copy_texts(x, to))? };
    sound(copies.into_inner(), argument)
}

/// Texts, if all of them are: others would not arrive as what they are.
fn sound(bytes: Vec<Option<Vec<u8>>>, argument: &str) -> Result<Texts, Stop> {
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes).map_err(|error| {
            let shown: String = error
                .as_bytes()
                .utf8_chunks()
                .flat_map(|chunk| {
                    let invalid = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
                    std::iter::once(chunk.valid().to_owned()).chain(invalid)
                })
                .collect();
            let message = format!("'{argument}' must be valid text, not \"{shown}\"");
            Stop::from(Wrong::new(argument, message))
        })
    };
    bytes
        .into_iter()
        .map(|it| it.map(text).transpose())
        .collect()
}

/// An attribute, if it is there and a character vector.
fn attribute(x: SEXP, symbol: SEXP, argument: &str) -> Result<Option<Texts>, Stop> {
    let (copies, is_there) = (RefCell::new(Vec::new()), Cell::new(false));
    let (to, found) = (&copies, &is_there);
    // SAFETY: the closure owns nothing; names can be made anew, so they are protected.
    unsafe {
        protect(|| {
            let attribute = Rf_protect(Rf_getAttrib(x, symbol));
            if TYPEOF(attribute) == STRSXP {
                found.set(true);
                copy_texts(attribute, to);
            }
            Rf_unprotect(1);
        })?;
    }
    if is_there.get() {
        sound(copies.into_inner(), argument).map(Some)
    } else {
        Ok(None)
    }
}

/// May jump: a string may have to be made first. It owns nothing then. One that is
/// marked as bytes can't be translated, and is taken as it is.
unsafe fn copy_texts(x: SEXP, to: &RefCell<Vec<Option<Vec<u8>>>>) {
    unsafe {
        for i in 0..Rf_xlength(x) {
            let element = Rf_protect(STRING_ELT(x, i));
            if element == R_NaString {
                to.borrow_mut().push(None);
            } else {
                let bytes = CStr::from_ptr(R_CHAR(element)).to_bytes();
                let text = if bytes.is_ascii() || Rf_getCharCE(element) == cetype_t_CE_BYTES {
                    bytes
                } else {
                    let translated = CStr::from_ptr(Rf_translateCharUTF8(element)).to_bytes();
                    // What is no text in the session's encoding is written as `<f6>` there;
                    // as it is, it can be told from text that says so.
                    if is_written_out(bytes, translated) {
                        bytes
                    } else {
                        translated
                    }
                };
                let text = text.to_vec();
                to.borrow_mut().push(Some(text));
            }
            Rf_unprotect(1);
        }
    }
}

/// Whether `translated` is `bytes` with some of those that are not ASCII written out in hex.
fn is_written_out(bytes: &[u8], translated: &[u8]) -> bool {
    let (mut rest, mut any) = (translated, false);
    for byte in bytes {
        if let Some(after) = rest.strip_prefix(&[*byte]) {
            rest = after;
        } else if let Some(after) = rest.strip_prefix(format!("<{byte:02x}>").as_bytes()) {
            (rest, any) = (after, true);
        } else {
            return false;
        }
    }
    any && rest.is_empty()
}

/// An ordinary list with the elements of one that may be computed. R keeps it,
/// and so the elements, while this lives.
struct List {
    list: SEXP,
    len: usize,
}

impl List {
    fn of(x: SEXP) -> savvy::Result<Self> {
        let len = len_of(x)?;
        // SAFETY: the closure owns nothing. The list is protected as soon as it is there;
        // a jump later on puts R's stack of protected values back to where it was.
        let list = unsafe {
            Rf_protect(unwind_protect(|| {
                let list = Rf_protect(Rf_allocVector(VECSXP, length(len)));
                for i in 0..length(len) {
                    SET_VECTOR_ELT(list, i, VECTOR_ELT(x, i));
                }
                Rf_unprotect(1);
                list
            })?)
        };
        Ok(Self { list, len })
    }

    fn element(&self, i: usize) -> SEXP {
        // SAFETY: an ordinary list of our own, which computes nothing; `i` is below its length.
        unsafe { VECTOR_ELT(self.list, length(i)) }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: lists are dropped in the opposite order in which they were protected.
        unsafe { Rf_unprotect(1) }
    }
}
