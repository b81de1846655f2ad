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
                        $($($crate::client::request::wire!($owire),)? $($crate::client::request::wire!($rwire),)?)*
                    ] $($($further)?)*
                }
                ::serde::ser::SerializeMap::end(to)
            }
        }

        $crate::client::request::builder! {
            $shape $marker $price $Name
            { $($($okind $owire {$($odoc)* $($odeprecated)*} $o: $oty;)?)* }
            { $($($rkind $rwire {$($rdoc)* $($rdeprecated)*} $r $State: $rty;)?)* }
            { $($([$of] $further;)?)* }
        }
    };
}
pub(crate) use define;

/// The name of an input, also as a pattern.
macro_rules! wire {
    ([$($name:tt)*]) => { $crate::wire::object::wire!($($name)*) };
}
pub(crate) use wire;

/// Encodes one input. In a struct inside a request, an input that is not set is left out; a request keeps all of them.
macro_rules! encode {
    (request $to:ident $wire:tt $self:ident.$input:ident) => {
        $crate::client::request::encode!(required $to $wire $self.$input)
    };
    (required $to:ident $wire:tt $self:ident.$input:ident) => {
        ::serde::ser::SerializeMap::serialize_entry(
            &mut $to,
            $crate::client::request::wire!($wire),
            &$self.$input,
        )?
    };
    ($part:ident $to:ident $wire:tt $self:ident.$input:ident) => {
        $crate::wire::object::encode_optional(
            &mut $to,
            $crate::client::request::wire!($wire),
            $self.$input.as_ref(),
        )?
    };
}
pub(crate) use encode;

/// What a setter takes.
macro_rules! taken {
    ([value] $ty:ty) => { $ty };
    ([into] $ty:ty) => { impl ::core::convert::Into<$ty> };
    ([null] $ty:ty) => { impl ::core::convert::Into<$ty> };
    ([each as $of:ty] $ty:ty) => {
        impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<$of>>
    };
    ([list as $of:ty] $ty:ty) => { impl ::core::iter::IntoIterator<Item = $of> };
    ([map as $of:ty] $ty:ty) => {
        impl ::core::iter::IntoIterator<Item = (::std::string::String, $of)>
    };
    ([boxed as $of:ty] $ty:ty) => { impl ::core::convert::Into<$of> };
}
pub(crate) use taken;

/// The input's value, from what its setter took.
macro_rules! given {
    ([value] $given:ident) => {
        $given
    };
    ([into] $given:ident) => {
        $given.into()
    };
    ([null] $given:ident) => {
        $given.into()
    };
    ([each $($as:tt)*] $given:ident) => {
        $given.into_iter().map(::core::convert::Into::into).collect()
    };
    ([list $($as:tt)*] $given:ident) => {
        $given.into_iter().collect()
    };
    ([map $($as:tt)*] $given:ident) => {
        $given.into_iter().collect()
    };
    ([boxed $($as:tt)*] $given:ident) => {
        ::std::boxed::Box::new($given.into())
    };
}
pub(crate) use given;

/// Decodes an optional input.
macro_rules! decode {
    ([null] $slot:expr, $from:ident) => {
        $crate::wire::object::required($slot, $from)?
    };
    ($kind:tt $slot:expr, $from:ident) => {
        $crate::wire::object::Optional::fill($slot, $from)?
    };
}
pub(crate) use decode;

/// The setters of optional inputs.
macro_rules! optional_setters {
    (
        { $($kind:tt $wire:tt {$($doc:tt)*} $o:ident: $ty:ty;)* }
        { $([$of:ty] {$($must_use:tt)*} $further:ident;)* }
    ) => {
        $(
            $($doc)*
            pub fn $o(mut self, $o: $crate::client::request::taken!($kind $ty)) -> Self {
                self.$o = ::core::option::Option::Some($crate::client::request::given!($kind $o));
                self
            }
        )*

        $(
            /// Adds properties that have no setter, by name.
            $($must_use)*
            pub fn $further(
                mut self,
                $further: $crate::client::request::taken!([map as $of] $of),
            ) -> Self {
                self.$further.extend($further);
                self
            }
        )*
    };
}
pub(crate) use optional_setters;

/// The setters of required inputs: each changes its own type parameter from `Unset` to the input's type, and moves the
/// other fields. The two lists before are the fields that keep their types.
macro_rules! required_setters {
    ($Builder:ident [$($kept:ident)*] [$($before:ident: $Before:ident)*]) => {};
    (
        $Builder:ident [$($kept:ident)*] [$($before:ident: $Before:ident)*]
        $kind:tt {$($doc:tt)*} $r:ident $State:ident: $ty:ty;
        $($after_kind:tt $after_doc:tt $after:ident $After:ident: $after_ty:ty;)*
    ) => {
        $($doc)*
        ///
        /// Required.
        pub fn $r(
            self,
            $r: $crate::client::request::taken!($kind $ty),
        ) -> $Builder<$($Before,)* $ty $(, $After)*> {
            $Builder {
                $($before: self.$before,)*
                $r: $crate::client::request::given!($kind $r),
                $($after: self.$after,)*
                $($kept: self.$kept,)*
            }
        }

        $crate::client::request::required_setters! {
            $Builder [$($kept)*] [$($before: $Before)* $r: $State]
            $($after_kind $after_doc $after $After: $after_ty;)*
        }
    };
}
pub(crate) use required_setters;

/// How a value of the struct is made: by its builder, or by the struct itself.
macro_rules! builder {
    (
        part [] [] $Part:ident
        { $($kind:tt $wire:tt {$($doc:tt)*} $o:ident: $oty:ty;)* }
        {}
        { $([$of:ty] $further:ident;)* }
    ) => {
        #[allow(missing_docs, reason = "a setter may be all that the document says of it")]
        impl $Part {
            /// Returns a value in which nothing is set.
            #[must_use]
            pub fn new() -> Self {
                <Self as ::core::default::Default>::default()
            }

            $crate::client::request::optional_setters! {
                { $($kind $wire {$($doc)* #[must_use]} $o: $oty;)* }
                { $([$of] {#[must_use]} $further;)* }
            }
        }

        $crate::client::request::decoded! {
            [$Part; ::core::default::Default::default(); $Part]
            { $($kind $wire $o;)* }
            {}
            { $($further;)* }
        }
    };
    (
        built [$Builder:ident] [] $Name:ident $optional:tt $required:tt $further:tt
    ) => {
        $crate::client::request::builder! { @ $Builder [] [] $Name $optional $required $further }

        impl $Name {
            /// Returns an empty builder.
            pub fn builder() -> $Builder {
                $Builder::new()
            }
        }
    };
    (
        request [$Output:ty; $Builder:ident; $($ability:ident)*] $price:tt $Name:ident
        $optional:tt
        { $($kind:tt $wire:tt $doc:tt $r:ident $State:ident: $rty:ty;)* }
        $further:tt
    ) => {
        $crate::client::request::builder! {
            @ $Builder [__via: Via] [$crate::client::call::Detached] $Name
            $optional
            { $($kind $wire $doc $r $State: $rty;)* }
            $further
        }

        impl $Name {
            /// Returns an empty builder that is not bound to a client.
            pub fn builder() -> $Builder<$crate::client::call::Detached> {
                $Builder::new($crate::client::call::Detached)
            }
        }

        impl<'c> $Builder<&'c $crate::client::handle::Client $(, $rty)*> {
            /// Returns the complete request with its client, for options of this one call.
            pub fn call(self) -> $crate::client::call::Call<'c, $Name> {
                $crate::client::call::Call::new(self.__via, self.build())
            }

            #[doc = $crate::client::request::priced!("Sends the request" $price)]
            pub fn send(
                self,
            ) -> impl ::core::future::Future<Output = $crate::error::Result<$crate::wire::response::Response<$Output>>>
            + ::core::marker::Send {
                self.call().send()
            }

            $($crate::client::request::ability! { $ability $Name $price })*
        }
    };
    (
        @ $Builder:ident [$($via:ident: $Via:ident)?] [$($start:path)?] $Name:ident
        { $($okind:tt $owire:tt $odoc:tt $o:ident: $oty:ty;)* }
        { $($rkind:tt $rwire:tt $rdoc:tt $r:ident $State:ident: $rty:ty;)* }
        { $([$of:ty] $further:ident;)* }
    ) => {
        #[doc = concat!("Builds a [`", stringify!($Name), "`] input by input.")]
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct $Builder<$($Via,)? $($State = $crate::client::call::Unset,)*> {
            $($via: $Via,)?
            $($r: $State,)*
            $($o: ::core::option::Option<$oty>,)*
            $($further: ::std::collections::BTreeMap<::std::string::String, $of>,)*
        }

        impl<$($Via)?> $Builder<$($Via)?> {
            pub(crate) fn new($($via: $Via)?) -> Self {
                Self {
                    $($via,)?
                    $($r: $crate::client::call::Unset,)*
                    $($o: ::core::option::Option::None,)*
                    $($further: ::std::collections::BTreeMap::new(),)*
                }
            }
        }

        #[allow(missing_docs, reason = "a setter may be all that the document says of it")]
        impl<$($Via,)? $($State,)*> $Builder<$($Via,)? $($State,)*> {
            $crate::client::request::required_setters! {
                $Builder [$($o)* $($further)*] [$($via: $Via)?]
                $($rkind $rdoc $r $State: $rty;)*
            }

            $crate::client::request::optional_setters! {
                { $($okind $owire $odoc $o: $oty;)* }
                { $([$of] {} $further;)* }
            }
        }

        impl<$($Via)?> $Builder<$($Via,)? $($rty,)*> {
            /// Returns the finished value.
            #[must_use]
            pub fn build(self) -> $Name {
                $Name {
                    $($r: self.$r,)*
                    $($o: self.$o,)*
                    $($further: self.$further,)*
                }
            }
        }

        $crate::client::request::decoded! {
            [
                $Builder<$($start,)? $(::core::option::Option<$rty>,)*>;
                Self {
                    $($via: $start,)?
                    $($r: ::core::option::Option::None,)*
                    $($o: ::core::option::Option::None,)*
                    $($further: ::std::collections::BTreeMap::new(),)*
                };
                $Name
            ]
            { $($okind $owire $o;)* }
            { $($rwire $r;)* }
            { $($further;)* }
        }
    };
}
pub(crate) use builder;

/// Decodes the struct; its builder holds the fields that have been decoded so far.
macro_rules! decoded {
    (
        [$Parts:ty; $nothing:expr; $Name:ident]
        { $($kind:tt $owire:tt $o:ident;)* }
        { $($rwire:tt $r:ident;)* }
        { $($further:ident;)* }
    ) => {
        impl $crate::wire::object::Object for $Parts {
            type Whole = $Name;

            fn nothing() -> Self {
                $nothing
            }

            fn member<'de, A: ::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                from: &mut A,
            ) -> ::core::result::Result<bool, A::Error> {
                match name {
                    $($crate::client::request::wire!($rwire) => {
                        $crate::wire::object::required(&mut self.$r, from)?;
                    })*
                    $($crate::client::request::wire!($owire) => {
                        $crate::client::request::decode!($kind &mut self.$o, from);
                    })*
                    _ => return $crate::wire::object::other!(self name from $($further)*),
                }
                #[allow(unreachable_code, reason = "a struct may have no fields")]
                ::core::result::Result::Ok(true)
            }

            fn whole<E: ::serde::de::Error>(self) -> ::core::result::Result<$Name, E> {
                ::core::result::Result::Ok($Name {
                    $($r: $crate::wire::object::present(self.$r, $crate::client::request::wire!($rwire))?,)*
                    $($o: self.$o,)*
                    $($further: self.$further,)*
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $Name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::object::decode::<D, $Parts>(from)
            }
        }
    };
}
pub(crate) use decoded;

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
