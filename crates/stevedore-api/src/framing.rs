//! How output of a container is framed.

use crate::ApiVersion;

/// How the bytes of an output stream are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// One raw stream, as a terminal gives it.
    Raw,
    /// Frames, each of standard output or of standard error.
    Multiplexed,
}

impl Framing {
    /// What the engine says of a stream, or nothing where only the container's
    /// terminal flag tells.
    ///
    /// Before 1.42 engines call both kinds a raw stream, or give no type at all.
    pub fn told(content_type: Option<&str>, version: Option<ApiVersion>) -> Option<Self> {
        let essence = content_type?.split(';').next()?.trim();
        match essence {
            "application/vnd.docker.multiplexed-stream" => Some(Self::Multiplexed),
            "application/vnd.docker.raw-stream" if version >= Some(ApiVersion::new(1, 42)) => {
                Some(Self::Raw)
            }
            _ => None,
        }
    }

    /// The framing of a container with or without a terminal.
    pub fn of_tty(tty: bool) -> Self {
        if tty { Self::Raw } else { Self::Multiplexed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_raw_counts_only_where_engines_mean_it() {
        let raw = Some("application/vnd.docker.raw-stream");
        assert_eq!(
            Framing::told(raw, Some(ApiVersion::new(1, 42))),
            Some(Framing::Raw)
        );
        assert_eq!(Framing::told(raw, Some(ApiVersion::new(1, 41))), None);
        let multiplexed = Some("application/vnd.docker.multiplexed-stream; x=y");
        assert_eq!(
            Framing::told(multiplexed, Some(ApiVersion::new(1, 41))),
            Some(Framing::Multiplexed)
        );
        assert_eq!(Framing::told(None, Some(ApiVersion::NEWEST)), None);
        assert_eq!(
            Framing::told(Some("text/plain"), Some(ApiVersion::NEWEST)),
            None
        );
    }
}
