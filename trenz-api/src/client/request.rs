//! The macros that define requests and the structs inside them, with their builders, so that each input is named once.
//!
//! [`request!`] and [`part!`] take a struct whose fields say what kind of input they are:
//!
//! - `#[optional(KIND)] pub name: Option<T>`, which is not sent until it is set;
//! - `#[required(KIND, NameState)] pub name: T`, for which the builder has a type parameter of this name: `Unset`, or
//!   `T` once it is set;
//! - `#[further] pub name: BTreeMap<String, T>`, for properties without a field.
//!
//! `KIND` is what the setter takes: the type itself (`value`), a type that converts into it (`into`, and `null` where
//! null differs from an absent value), an iterator of types that convert into its elements (`each as T`) or of its
//! elements (`list as T`), pairs of names and values (`map as T`), a type that converts into the boxed one (`boxed as
//! T`). `#[wire = "…"]` follows where the input has another name on the wire. The setter has the field's documentation,
//! if there is any. The struct has required fields first, and is encoded in the order in which it is written.
//!
//! `#[price = "…"]` stands among the documentation of a request, as the item of a list; what sends the request has it as
//! well.
//!
//! The setters of required inputs are defined by a macro that recurses once for each of them. Compilers allow 128
//! recursions; the generator stops at 64.

pub(crate) mod builder;

/// Defines a request and its builder.
macro_rules! request {
    (
        #[request(output = $Output:ty, builder = $Builder:ident $(, $ability:ident)*)]
        $($item:tt)*
    ) => {
        $crate::client::request::fields! { request [$Output; $Builder; $($ability)*] $($item)* }
    };
}
pub(crate) use request;

/// Defines a struct inside a request: with a builder, or with setters of its own where nothing is required.
macro_rules! part {
    (#[part(builder = $Builder:ident)] $($item:tt)*) => {
        $crate::client::request::fields! { built [$Builder] $($item)* }
    };
    ($($item:tt)*) => {
        $crate::client::request::fields! { part [] $($item)* }
    };
}
#[allow(unused_imports, reason = "whether there is such a struct depends on the document")]
pub(crate) use part;

/// Puts the kind of each field before its documentation, so that macros can match on it.
macro_rules! fields {
    (
        $shape:ident $marker:tt
        $(#[doc = $doc:expr])*
        $(#[price = $price:literal] $(#[doc = $more:expr])*)?
        $(#[derive($derived:ident)])?
        pub struct $Name:ident {
            $(
                $(#[doc = $field_doc:expr])*
                $(#[deprecated(note = $note:literal)])?
                $(
                    #[optional($okind:ident $(as $oof:ty)?)]
                    $(#[wire = $owire:literal])?
                    pub $o:ident: Option<$oty:ty>
                )?
                $(#[further] pub $further:ident: BTreeMap<String, $of:ty>)?
                $(
                    #[required($rkind:ident $(as $rof:ty)?, $State:ident)]
                    $(#[wire = $rwire:literal])?
                    pub $r:ident: $rty:ty
                )?
            ,)*
        }
    ) => {
        $crate::client::request::define! {
            $shape $marker [$($price)?]
            {
                $(#[doc = $doc])*
                $(#[doc = concat!("- ", $price)] $(#[doc = $more])*)?
                #[derive(Clone, Debug, $($derived,)? PartialEq)]
            }
            $Name
            $(
                $(optional [$okind $(as $oof)?] [$o $($owire)?])?
                $(required [$rkind $(as $rof)?] [$r $($rwire)?] $State)?
                $(further [$of])?
                { $(#[doc = $field_doc])* }
                { $(#[deprecated(note = $note)])? }
                $($o [$oty])? $($r [$rty])? $($further)?;
            )*
        }
    };
}
pub(crate) use fields;

macro_rules! define {
    (
        $shape:ident $marker:tt $price:tt {$($meta:tt)*} $Name:ident
        $(
            $(
                optional $okind:tt $owire:tt
                {$($odoc:tt)*} {$($odeprecated:tt)*} $o:ident [$oty:ty]
            )?
            $(
                required $rkind:tt $rwire:tt $State:ident
                {$($rdoc:tt)*} {$($rdeprecated:tt)*} $r:ident [$rty:ty]
            )?
            $(further [$of:ty] {$($fdoc:tt)*} {} $further:ident)?
        ;)*
    ) => {
        $($meta)*
        #[allow(missing_docs, reason = "a field may be all that the document says of it")]
        #[non_exhaustive]
        pub struct $Name {
            $($($($rdoc)* pub $r: $rty,)?)*
            $($($($odoc)* pub $o: ::core::option::Option<$oty>,)?)*
            $($(
                $($fdoc)*
                pub $further: ::std::collections::BTreeMap<::std::string::String, $of>,
            )?)*
        }

        impl ::serde::Serialize for $Name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a struct may have no fields")]
                let mut to = to.serialize_map(::core::option::Option::None)?;
                $(
                    $($crate::client::request::encode!($shape to $owire self.$o);)?
                    $($crate::client::request::encode!(required to $rwire self.$r);)?
                )*
                $crate::wire::object::encode_further! {
                    to self [
                        $($($crate::wire::object::wire!($owire),)? $($crate::wire::object::wire!($rwire),)?)*
                    ] $($($further)?)*
                }
                ::serde::ser::SerializeMap::end(to)
            }
        }

        $crate::client::request::builder::builder! {
            $shape $marker $price $Name
            { $($($okind $owire {$($odoc)* $($odeprecated)*} $o: $oty;)?)* }
            { $($($rkind $rwire {$($rdoc)* $($rdeprecated)*} $r $State: $rty;)?)* }
            { $($([$of] $further;)?)* }
        }
    };
}
pub(crate) use define;

/// Encodes one input. In a struct inside a request, an input that is not set is left out; a request keeps all of them.
macro_rules! encode {
    (request $to:ident $wire:tt $self:ident.$input:ident) => {
        $crate::client::request::encode!(required $to $wire $self.$input)
    };
    (required $to:ident $wire:tt $self:ident.$input:ident) => {
        ::serde::ser::SerializeMap::serialize_entry(
            &mut $to,
            $crate::wire::object::wire!($wire),
            &$self.$input,
        )?
    };
    ($part:ident $to:ident $wire:tt $self:ident.$input:ident) => {
        $crate::wire::object::encode_optional(
            &mut $to,
            $crate::wire::object::wire!($wire),
            $self.$input.as_ref(),
        )?
    };
}
pub(crate) use encode;

/// A sentence with the price of a request, where it has one.
macro_rules! priced {
    ($text:literal []) => {
        concat!($text, ".")
    };
    ($text:literal [$price:literal]) => {
        concat!($text, ": ", $price, ".")
    };
}
pub(crate) use priced;

/// The methods of a builder with a client, besides sending the request.
macro_rules! ability {
    (submit $Request:ident $price:tt) => {
        #[doc = $crate::client::request::priced!("Sends the request and returns the task it starts" $price)]
        #[cfg(feature = "tasks")]
        pub fn submit(
            self,
        ) -> impl ::core::future::Future<Output = $crate::error::Result<$crate::workflow::tasks::Task>> + ::core::marker::Send {
            self.call().submit()
        }
    };
    (pages $Request:ident $price:tt) => {
        #[doc = $crate::client::request::priced!("Returns a stream of pages, each of which is a request" $price)]
        pub fn pages(self) -> $crate::workflow::pages::Pages<'c, $Request> {
            self.call().pages()
        }

        #[doc = $crate::client::request::priced!(
            "Returns a stream of the items of all pages, each of which is a request" $price
        )]
        pub fn items(self) -> $crate::workflow::pages::Items<'c, $Request> {
            self.call().items()
        }
    };
}
#[allow(unused_imports, reason = "whether there is such a request depends on the document")]
pub(crate) use ability;
