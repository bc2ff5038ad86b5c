//! A column of a data frame, or a vector: values of one type.

use serde::de::MapAccess;
use stevedore_api::Schema;

use super::scalar::{Scalar, ScalarSeed, Text};
use super::{Part, Tree};

pub(crate) enum Column<'de> {
    Bools(Vec<Option<bool>>),
    Numbers(Numbers),
    Texts(Vec<Option<Text<'de>>>),
    List(Vec<Tree<'de>>),
}

impl<'de> Column<'de> {
    /// An empty column for values of `schema`.
    pub(crate) fn of(schema: Schema) -> Self {
        match schema {
            Schema::Bool => Self::Bools(Vec::new()),
            Schema::Int | Schema::IntOr(_) | Schema::Float => Self::Numbers(Numbers::of(schema, 0)),
            Schema::Text | Schema::Word(_) | Schema::Time => Self::Texts(Vec::new()),
            _ => Self::List(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bools(it) => it.len(),
            Self::Numbers(it) => it.values.len(),
            Self::Texts(it) => it.len(),
            Self::List(it) => it.len(),
        }
    }

    pub(crate) fn push(&mut self, scalar: Scalar<'de>) {
        match self {
            Self::Bools(it) => it.push(scalar.into_bool()),
            Self::Numbers(it) => it.push(scalar.into_number()),
            Self::Texts(it) => it.push(scalar.into_text()),
            Self::List(it) => it.push(scalar.into_free_tree()),
        }
    }

    /// Reads the next value of `map` as `part`.
    pub(crate) fn push_next<A: MapAccess<'de>>(
        &mut self,
        part: Part<'_>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match self {
            Self::List(it) => it.push(map.next_value_seed(part)?),
            other => other.push(map.next_value_seed(ScalarSeed)?),
        }
        Ok(())
    }

    pub(crate) fn push_absent(&mut self, part: Part<'_>) {
        match self {
            Self::List(it) => it.push(part.absent()),
            other => other.push(Scalar::Null),
        }
    }

    pub(crate) fn into_tree(self) -> Tree<'de> {
        match self {
            Self::Bools(it) => Tree::Bools(it),
            Self::Numbers(it) => Tree::Numbers(it),
            Self::Texts(it) => Tree::Texts(it),
            Self::List(it) => Tree::List(it),
        }
    }
}

/// Numbers that are integers to R if all of them are whole and fit 32 bits.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    /// NaN, which JSON lacks, stands for a missing one.
    values: Vec<f64>,
    integers: bool,
}

impl Numbers {
    /// No numbers yet, with room for `room`.
    pub(crate) fn of(schema: Schema, room: usize) -> Self {
        Self {
            values: Vec::with_capacity(room),
            integers: !matches!(schema, Schema::Float),
        }
    }

    pub(crate) fn push(&mut self, number: Option<f64>) {
        let number = number.unwrap_or(f64::NAN);
        self.integers &= Self::fits(number);
        self.values.push(number);
    }

    /// Whether R can hold it as an integer.
    pub(crate) fn fits(number: f64) -> bool {
        // The smallest 32-bit integer is R's missing one.
        const FITS: f64 = 2_147_483_647.0;
        number.is_nan() || (number.fract() == 0.0 && number.abs() <= FITS)
    }

    pub(crate) fn are_integers(&self) -> bool {
        self.integers
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }
}

/// Seconds since 1970 as R counts them, with the nanoseconds as a fraction.
pub(crate) fn seconds((whole, nanoseconds): (i64, u32)) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "R's own type for times")]
    let whole = whole as f64;
    whole + f64::from(nanoseconds) / 1e9
}
