//! The macros that define the builders of requests and of the structs inside them.

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

/// The setters of optional inputs.
macro_rules! optional_setters {
    (
        { $($kind:tt $wire:tt {$($doc:tt)*} $o:ident: $ty:ty;)* }
        { $([$of:ty] {$($must_use:tt)*} $further:ident;)* }
    ) => {
        $(
            $($doc)*
            pub fn $o(mut self, $o: $crate::client::request::builder::taken!($kind $ty)) -> Self {
                self.$o = ::core::option::Option::Some($crate::client::request::builder::given!($kind $o));
                self
            }
        )*

        $(
            /// Adds properties that have no setter, by name.
            $($must_use)*
            pub fn $further(
                mut self,
                $further: $crate::client::request::builder::taken!([map as $of] $of),
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
            $r: $crate::client::request::builder::taken!($kind $ty),
        ) -> $Builder<$($Before,)* $ty $(, $After)*> {
            $Builder {
                $($before: self.$before,)*
                $r: $crate::client::request::builder::given!($kind $r),
                $($after: self.$after,)*
                $($kept: self.$kept,)*
            }
        }

        $crate::client::request::builder::required_setters! {
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

            $crate::client::request::builder::optional_setters! {
                { $($kind $wire {$($doc)* #[must_use]} $o: $oty;)* }
                { $([$of] {#[must_use]} $further;)* }
            }
        }

        $crate::wire::object::decoded! {
            $Part [$Part; ::core::default::Default::default(); parts; parts]
            { $($kind $wire $o;)* }
            {}
            { $($further;)* }
        }
    };
    (
        built [$Builder:ident] [] $Name:ident $optional:tt $required:tt $further:tt
    ) => {
        $crate::client::request::builder::builder! { @ $Builder [] [] $Name $optional $required $further }

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
        $crate::client::request::builder::builder! {
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
            $crate::client::request::builder::required_setters! {
                $Builder [$($o)* $($further)*] [$($via: $Via)?]
                $($rkind $rdoc $r $State: $rty;)*
            }

            $crate::client::request::builder::optional_setters! {
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

        $crate::wire::object::decoded! {
            $Name [
                $Builder<$($start,)? $(::core::option::Option<$rty>,)*>;
                Self {
                    $($via: $start,)?
                    $($r: ::core::option::Option::None,)*
                    $($o: ::core::option::Option::None,)*
                    $($further: ::std::collections::BTreeMap::new(),)*
                };
                parts;
                $Name {
                    $($r: $crate::wire::object::present(parts.$r, $crate::wire::object::wire!($rwire))?,)*
                    $($o: parts.$o,)*
                    $($further: parts.$further,)*
                }
            ]
            { $($okind $owire $o;)* }
            { $($rwire $r;)* }
            { $($further;)* }
        }
    };
}
pub(crate) use builder;
