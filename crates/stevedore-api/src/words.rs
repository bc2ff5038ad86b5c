//! Words that the API lists, open to those of engines newer than this library.

/// Declares an open enumeration of words.
macro_rules! words {
    (
        $(#[$about:meta])*
        $words:ident { $( $variant:ident = $word:literal, )* }
    ) => {
        $(#[$about])*
        ///
        /// It reads as the word itself: `as_str`, comparison with text.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $words {
            $( #[doc = concat!("`", $word, "`.")] $variant, )*
            /// Another word; empty where there is none.
            Other(String),
        }

        impl $words {
            /// The word.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl Default for $words {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl From<&str> for $words {
            fn from(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $words {
            fn from(word: String) -> Self {
                Self::from(word.as_str())
            }
        }

        impl ::std::ops::Deref for $words {
            type Target = str;

            fn deref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $words {
            fn eq(&self, word: &str) -> bool {
                self.as_str() == word
            }
        }

        impl PartialEq<&str> for $words {
            fn eq(&self, word: &&str) -> bool {
                self.as_str() == *word
            }
        }

        impl ::std::fmt::Display for $words {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl From<$words> for $crate::Value {
            fn from(words: $words) -> Self {
                Self::Text(words.as_str().to_owned())
            }
        }

        impl<'de> $crate::reply::Lenient<'de> for $words {
            fn read<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as $crate::reply::Lenient>::read(deserializer).map(Self::from)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $words {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::reply::Lenient::read(deserializer)
            }
        }
    };
}
pub(crate) use words;
