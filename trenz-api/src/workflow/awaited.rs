//! Workflows as futures.

/// Makes a workflow awaitable by one of its methods: `awaited! { Upload, send() -> Result<Uploaded, UploadError> }`.
macro_rules! awaited {
    ($(#[$meta:meta])* $workflow:ty, $method:ident() -> $output:ty) => {
        $(#[$meta])*
        impl IntoFuture for $workflow {
            type Output = $output;
            type IntoFuture = ::std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.$method())
            }
        }
    };
}
pub(crate) use awaited;
