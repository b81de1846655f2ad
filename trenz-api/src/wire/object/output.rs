//! The macro that defines the structs of responses.

/// The types of optional fields, under names that generated code cannot shadow.
pub(crate) mod words {
    pub(crate) use core::option::Option;
    pub(crate) use std::vec::Vec;
}

/// Defines a struct that responses are decoded into.
///
/// `#[required]` marks a field whose member is required, `#[further]` the map of members without a field of their own,
/// and `#[wire = "…"]` a field whose member has another name. Every other field is an `Option`, or a `Vec` that is
/// empty where the member is missing or null.
macro_rules! output {
    (
        $(#[doc = $doc:expr])*
        pub struct $Output:ident {
            $(
                $(#[doc = $field_doc:expr])*
                $($(#[wire = $wire:literal])? pub $field:ident: $Outer:ident<$inner:ty>)?
                $(#[further] pub $further:ident: BTreeMap<String, $of:ty>)?
            ,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[allow(missing_docs, reason = "a field may be all that the document says of it")]
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $Output {
            $(
                $(#[doc = $field_doc])*
                $(pub $field: $crate::wire::object::output::words::$Outer<$inner>,)?
                $(pub $further: ::std::collections::BTreeMap<::std::string::String, $of>,)?
            )*
        }

        $crate::wire::object::output::coded! {
            $Output
            [$Output; <Self as ::core::default::Default>::default(); parts; parts]
            { $($([$field $($wire)?] $field;)?)* }
            { $($([$field $($wire)?] $field;)?)* }
            {}
            { $($($further;)?)* }
        }
    };
    (
        $(#[doc = $doc:expr])*
        pub struct $Output:ident {
            $(
                $(#[doc = $field_doc:expr])*
                $($(#[wire = $wire:literal])? pub $field:ident: $Outer:ident<$inner:ty>)?
                $(#[further] pub $further:ident: BTreeMap<String, $of:ty>)?
                $(#[required] $(#[wire = $rwire:literal])? pub $required:ident: $rty:ty)?
            ,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[allow(missing_docs, reason = "a field may be all that the document says of it")]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $Output {
            $(
                $(#[doc = $field_doc])*
                $(pub $field: $crate::wire::object::output::words::$Outer<$inner>,)?
                $(pub $required: $rty,)?
                $(pub $further: ::std::collections::BTreeMap<::std::string::String, $of>,)?
            )*
        }

        const _: () = {
            /// The fields that have been decoded so far.
            #[derive(Default)]
            struct __Parts {
                $(
                    $($field: $crate::wire::object::output::words::$Outer<$inner>,)?
                    $($required: ::core::option::Option<$rty>,)?
                    $($further: ::std::collections::BTreeMap<::std::string::String, $of>,)?
                )*
            }

            $crate::wire::object::output::coded! {
                $Output
                [
                    __Parts;
                    <Self as ::core::default::Default>::default();
                    parts;
                    $Output {
                        $(
                            $($field: parts.$field,)?
                            $(
                                $required: $crate::wire::object::present(
                                    parts.$required,
                                    $crate::wire::object::wire!([$required $($rwire)?]),
                                )?,
                            )?
                            $($further: parts.$further,)?
                        )*
                    }
                ]
                { $($([$field $($wire)?] $field;)? $([$required $($rwire)?] $required;)?)* }
                { $($([$field $($wire)?] $field;)?)* }
                { $($([$required $($rwire)?] $required;)?)* }
                { $($($further;)?)* }
            }
        };
    };
}
pub(crate) use output;

/// Decodes and encodes a struct of a response.
macro_rules! coded {
    (
        $Output:ident $parts:tt
        { $($any_wire:tt $any:ident;)* }
        { $($wire:tt $field:ident;)* }
        { $($required_wire:tt $required:ident;)* }
        { $($further:ident;)* }
    ) => {
        $crate::wire::object::decoded! {
            $Output $parts
            { $([value] $wire $field;)* }
            { $($required_wire $required;)* }
            { $($further;)* }
        }

        impl ::serde::Serialize for $Output {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a struct may have no fields")]
                let mut to = to.serialize_map(::core::option::Option::None)?;
                $(
                    ::serde::ser::SerializeMap::serialize_entry(
                        &mut to,
                        $crate::wire::object::wire!($any_wire),
                        &self.$any,
                    )?;
                )*
                $crate::wire::object::encode_further! {
                    to self [$($crate::wire::object::wire!($any_wire)),*] $($further)*
                }
                ::serde::ser::SerializeMap::end(to)
            }
        }
    };
}
pub(crate) use coded;
