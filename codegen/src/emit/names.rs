//! How a file writes the names of types: imported, or as a path where the name means something else
//! in that file.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::plan::{Items, Path};

/// A name of the runtime, of a library or of Rust's prelude that generated code uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RuntimeName {
    home: &'static str,
    name: &'static str,
}

impl RuntimeName {
    /// A type at the crate's root.
    pub(super) const fn root(name: &'static str) -> Self {
        Self { home: "crate", name }
    }

    /// Whether it needs no import.
    fn is_in_prelude(self) -> bool {
        self.home.starts_with("::core")
            || ["::std::boxed", "::std::string", "::std::vec"].contains(&self.home)
    }
}

macro_rules! runtime_names {
    ($($home:literal: $($constant:ident = $name:literal),* $(,)?;)*) => {
        $($(pub(super) const $constant: RuntimeName = RuntimeName { home: $home, name: $name };)*)*

        /// All of them: a type of the document with such a name is never imported.
        const ALL: &[RuntimeName] = &[$($($constant),*),*];
    };
}

runtime_names! {
    "::core::convert": FROM = "From", INTO = "Into";
    "::core::default": DEFAULT = "Default";
    "::core::future": FUTURE = "Future";
    "::core::iter": INTO_ITERATOR = "IntoIterator";
    "::core::marker": SEND = "Send";
    "::core::option": OPTION = "Option";
    "::core::option::Option": NONE = "None", SOME = "Some";
    "::std::boxed": BOX = "Box";
    "::std::string": STRING = "String";
    "::std::vec": VEC = "Vec";
    "::std::collections": B_TREE_MAP = "BTreeMap";
    "::bytes": BYTES = "Bytes";
    "::serde": DESERIALIZE = "Deserialize", SERIALIZE = "Serialize";
    "crate":
        BILLING_MODE = "BillingMode",
        CALL = "Call",
        CLIENT = "Client",
        CONTENT = "Content",
        DETACHED = "Detached",
        FILE_PART = "FilePart",
        INPUTS = "Inputs",
        INSIDE = "Inside",
        ITEMS = "Items",
        JSON = "Json",
        METHOD = "Method",
        NULLABLE = "Nullable",
        OPERATION = "Operation",
        KEY_PLACE = "KeyPlace",
        OPERATION_INFO = "OperationInfo",
        PAGE_META = "PageMeta",
        PAGED = "Paged",
        PAGES = "Pages",
        PARAM_STYLE = "ParamStyle",
        POSITION = "Position",
        PRICING = "Pricing",
        PRICING_MODE = "PricingMode",
        REPLAY = "Replay",
        RESPONSE = "Response",
        RESULT = "Result",
        SCOPE = "Scope",
        UNSET = "Unset";
}

/// The names in a file.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The file's module.
    module: String,
    /// What the file defines.
    defined: Items,
    /// The origin of each imported name.
    imports: RefCell<BTreeMap<String, String>>,
}

impl Names {
    /// The names of a module that defines these items.
    pub(super) fn new(module: &str, defined: Items) -> Self {
        Self { module: module.to_owned(), defined, imports: RefCell::default() }
    }

    /// A type of the plan.
    pub(super) fn path(&self, path: &Path) -> String {
        let name = &path.name;
        if *path.module == *self.module {
            // A type parameter may have this name as well.
            let own = self.defined.parameters.contains(name);
            return if own { format!("self::{name}") } else { name.clone() };
        }
        let home = match &*path.module {
            "" => "crate".to_owned(),
            module => format!("crate::{module}"),
        };
        let is_known = ALL.iter().any(|known| known.name == path.name);
        if !is_known && self.import(&home, name) {
            return name.clone();
        }
        format!("{home}::{name}")
    }

    /// One of the names that generated code uses.
    pub(super) fn known(&self, known: RuntimeName) -> String {
        let bare = if known.is_in_prelude() {
            !self.defined.has(known.name)
        } else {
            self.import(known.home, known.name)
        };
        if bare { known.name.to_owned() } else { format!("{}::{}", known.home, known.name) }
    }

    /// Several of them.
    pub(super) fn all<const N: usize>(&self, known: [RuntimeName; N]) -> [String; N] {
        known.map(|known| self.known(known))
    }

    /// Imports a name, unless it means something else here.
    fn import(&self, home: &str, name: &str) -> bool {
        if self.defined.has(name) {
            return false;
        }
        let mut imports = self.imports.borrow_mut();
        if let Some(other) = imports.get(name) {
            return other == home;
        }
        imports.insert(name.to_owned(), home.to_owned());
        true
    }

    /// The imports, by origin.
    pub(super) fn imports(&self) -> String {
        const FIRST: [&str; 4] = ["::std::collections", "::bytes", "::serde", "crate"];
        let imports = self.imports.borrow();
        let mut homes: BTreeMap<(usize, &str), BTreeSet<&str>> = BTreeMap::new();
        for (name, home) in &*imports {
            let rank = FIRST.iter().position(|first| first == home).unwrap_or(FIRST.len());
            homes.entry((rank, home.trim_start_matches("::"))).or_default().insert(name);
        }
        let mut text = String::new();
        for ((_, home), names) in homes {
            let names: Vec<_> = names.into_iter().collect();
            let _ = match names.as_slice() {
                [one] => writeln!(text, "use {home}::{one};"),
                more => writeln!(text, "use {home}::{{{}}};", filled(home, more)),
            };
        }
        text
    }
}

/// A list of names, on several lines if needed.
fn filled(home: &str, names: &[&str]) -> String {
    const WIDTH: usize = 100;
    let line = names.join(", ");
    if home.len() + line.len() + "use ::{};".len() <= WIDTH {
        return line;
    }
    let mut text = String::new();
    let mut room = 0;
    for name in names {
        if room < name.len() + 2 {
            text.push_str("\n   ");
            room = WIDTH - 3;
        }
        let _ = write!(text, " {name},");
        room -= name.len() + 2;
    }
    text + "\n"
}
