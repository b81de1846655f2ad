//! The setters of builders and policies.

/// Defines methods that set one field and return the value, in an `impl` block:
/// `pub fn name(self, argument: Type) => self.field = value;`.
macro_rules! setters {
    ($(
        $(#[$meta:meta])*
        $visible:vis fn $name:ident($self:ident $(, $argument:ident: $type:ty)?)
            => $this:ident$(.$field:ident)+ = $value:expr;
    )*) => {$(
        $(#[$meta])*
        $visible fn $name(mut $self $(, $argument: $type)?) -> Self {
            $this$(.$field)+ = $value;
            $self
        }
    )*};
}
pub(crate) use setters;
