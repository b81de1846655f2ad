//! `Display` of what has a text.

/// Displays a type as the text that its `as_str` returns, padded as the caller asks.
macro_rules! display_as_str {
    ($($type:ty),*) => {$(
        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}
pub(crate) use display_as_str;
