//! Follows every path of a file to what it stands for.

use std::collections::BTreeSet;
use std::sync::Arc;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ExprClosure, ExprField, ExprMethodCall, ExprPath, ExprStruct, File,
    Generics, ImplItemFn, ImplItemType, Item, ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemUse,
    Member, PatIdent, Path, PathArguments, TypePath,
};

use super::macros;
use super::world::{
    self, CRATES, DERIVED, Definition, Meaning, Module, Space, World, outside, prelude,
};

/// What a path leads to.
enum Found {
    Item(Arc<Definition>),
    Module(String),
    /// A type parameter, or what is not looked into.
    Something,
}

/// The judgement of one file.
pub(super) struct Walk<'w> {
    module: String,
    world: &'w World,
    runtime: &'w World,
    faults: Vec<String>,
    /// Type parameters and lifetimes, innermost last.
    parameters: Vec<BTreeSet<String>>,
    locals: Vec<BTreeSet<String>>,
    /// The type of an `impl`.
    own: Option<Arc<Definition>>,
    /// Whether lifetimes have to be written here.
    strict: bool,
    used: BTreeSet<String>,
    /// The functions of each type, of which no two may be called alike.
    functions: BTreeSet<(String, String)>,
    /// The traits of each type.
    traits: BTreeSet<(String, String)>,
}

impl<'w> Walk<'w> {
    pub(super) fn of(module: &str, world: &'w World, runtime: &'w World) -> Self {
        Self {
            module: module.to_owned(),
            world,
            runtime,
            faults: Vec::new(),
            parameters: Vec::new(),
            locals: Vec::new(),
            own: None,
            strict: false,
            used: BTreeSet::new(),
            functions: BTreeSet::new(),
            traits: BTreeSet::new(),
        }
    }

    /// What is wrong with the file.
    pub(super) fn file(mut self, file: &File) -> Vec<String> {
        self.visit_file(file);
        let imports = file.items.iter().filter_map(|item| match item {
            Item::Use(item) if matches!(item.vis, syn::Visibility::Inherited) => Some(&item.tree),
            _ => None,
        });
        let mut leaves = Vec::new();
        imports.for_each(|tree| world::leaves(tree, &mut Vec::new(), &mut leaves));
        for (name, _) in leaves.into_iter().filter(|(name, _)| !self.used.contains(name)) {
            self.faults.push(format!("`{name}` is imported and not used"));
        }
        self.faults
    }

    fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    fn module_of(&self, path: &str) -> impl Iterator<Item = &'w Module> {
        [self.world.modules.get(path), self.runtime.modules.get(path)].into_iter().flatten()
    }

    /// What a name stands for in a module, seen from anywhere.
    fn name_in(&self, module: &str, name: &str, space: Space, depth: usize) -> Option<Found> {
        let key = (space, name.to_owned());
        let name_of = module;
        for module in self.module_of(module) {
            for meaning in module.names.get(&key).into_iter().flatten() {
                match meaning {
                    Meaning::Defined(definition) => {
                        return Some(Found::Item(Arc::clone(definition)));
                    }
                    Meaning::Module(path) => return Some(Found::Module(path.clone())),
                    Meaning::Import(path) if depth < 16 => {
                        if let Ok(found) = self.imported(name_of, path, space, depth + 1) {
                            return Some(found);
                        }
                    }
                    Meaning::Import(_) => {}
                }
            }
        }
        let globs = self.module_of(module).flat_map(|module| &module.globs);
        let mut globs: Vec<String> = globs.map(|glob| world::join(module, glob)).collect();
        globs.retain(|glob| depth < 16 && glob != module);
        globs.iter().find_map(|glob| self.name_in(glob, name, space, depth + 1))
    }

    /// What the path of an import stands for in a module.
    fn imported(
        &self,
        at: &str,
        path: &[String],
        space: Space,
        depth: usize,
    ) -> Result<Found, String> {
        let [first, rest @ ..] = path else { return Err("an empty path".to_owned()) };
        match first.as_str() {
            "crate" | "trenz_api" => self.below(String::new(), rest, space, depth),
            "super" => {
                let above = at.rsplit_once("::").map_or("", |(above, _)| above);
                self.imported(above, &[&["self".to_owned()], rest].concat(), space, depth)
            }
            "self" => self.below(at.to_owned(), rest, space, depth),
            name if CRATES.contains(&name) => {
                outside(path).map(Found::Item).ok_or_else(|| "is not known".to_owned())
            }
            _ => self.below(at.to_owned(), path, space, depth),
        }
    }

    /// What a path stands for below a module.
    fn below(
        &self,
        mut module: String,
        path: &[String],
        space: Space,
        depth: usize,
    ) -> Result<Found, String> {
        for (index, name) in path.iter().enumerate() {
            let last = index + 1 == path.len();
            let space = if last { space } else { Space::Type };
            let found = self
                .name_in(&module, name, space, depth)
                .ok_or_else(|| format!("`crate::{module}` has no `{name}`"))?;
            match found {
                Found::Module(path) if !last => module = path,
                Found::Item(definition) if !last => {
                    return self.associated(&definition, &path[index + 1..]);
                }
                found => return Ok(found),
            }
        }
        Ok(Found::Module(module))
    }

    /// A variant, or a function, of a type.
    fn associated(&self, of: &Arc<Definition>, path: &[String]) -> Result<Found, String> {
        let [name] = path else { return Err("the path continues below a type".to_owned()) };
        let own = self.world.functions.get(&world::join(&of.module, &of.name));
        let runtime = self.runtime.functions.get(&of.name);
        let mut functions = own.into_iter().chain(runtime);
        let known = of.is_open
            || of.variants.contains(name)
            || name == "default"
            || functions.any(|functions| functions.contains_key(name));
        if known { Ok(Found::Something) } else { Err(format!("`{}` has no `{name}`", of.name)) }
    }

    /// What a path stands for here.
    fn find(&mut self, path: &Path, space: Space) -> Result<Found, String> {
        let names: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let [first, rest @ ..] = names.as_slice() else { return Err("is empty".to_owned()) };
        if path.leading_colon.is_some() {
            let above = names.len() - 1;
            let of_type = || outside(&names[..above]).map(|_| Found::Something);
            let found = outside(&names).map(Found::Item).or_else(of_type);
            return found.ok_or_else(|| "is not known".to_owned());
        }
        if first == "Self" {
            let Some(own) = self.own.clone() else {
                return Err("`Self` is used outside of an impl".to_owned());
            };
            return if rest.is_empty() {
                Ok(Found::Item(own))
            } else {
                self.associated(&own, rest)
            };
        }
        if ["crate", "self", "super", "trenz_api"].contains(&first.as_str()) {
            return self.imported(&self.module, &names, space, 0);
        }
        if self.parameters.iter().any(|names| names.contains(first)) {
            return Ok(Found::Something);
        }
        let head = if rest.is_empty() { space } else { Space::Type };
        self.used.insert(first.clone());
        let found = self.name_in(&self.module, first, head, 0);
        match found {
            Some(Found::Item(definition)) if !rest.is_empty() => self.associated(&definition, rest),
            Some(Found::Module(module)) if !rest.is_empty() => self.below(module, rest, space, 0),
            Some(found) => Ok(found),
            None if CRATES.contains(&first.as_str()) => {
                self.imported(&self.module, &names, space, 0)
            }
            None => match prelude(first) {
                Some(definition) => Ok(Found::Item(definition)),
                None => Err("is not defined".to_owned()),
            },
        }
    }

    /// Reports a path that leads nowhere, or has too few or too many arguments.
    fn follow(&mut self, path: &Path, space: Space, complete: bool) -> Option<Arc<Definition>> {
        let written = || path.to_token_stream().to_string().replace(' ', "");
        let definition = match self.find(path, space) {
            Ok(Found::Item(definition)) => definition,
            Ok(Found::Something) => return None,
            Ok(Found::Module(_)) => {
                self.fault(format!("`{}` is a module", written()));
                return None;
            }
            Err(cause) => {
                self.fault(format!("`{}`: {cause}", written()));
                return None;
            }
        };
        let arguments = path.segments.last().map(|last| &last.arguments);
        let (mut types, mut lifetimes) = (0, 0);
        match arguments {
            Some(PathArguments::AngleBracketed(arguments)) => {
                for argument in &arguments.args {
                    match argument {
                        syn::GenericArgument::Type(_) => types += 1,
                        syn::GenericArgument::Lifetime(_) => lifetimes += 1,
                        _ => {}
                    }
                }
            }
            // Of what is only named, the arguments follow.
            _ if !complete => return Some(definition),
            _ => {}
        }
        let (least, most) = definition.types;
        let is_own = path.is_ident("Self");
        if !is_own && (types < least || types > most) {
            let fault = format!("`{}` has {types} type arguments, not {most}", written());
            self.fault(fault);
        }
        if lifetimes != definition.lifetimes && (lifetimes != 0 || self.strict) && !is_own {
            let fault = format!("`{}` has {lifetimes} lifetimes", written());
            self.fault(fault);
        }
        Some(definition)
    }

    /// The path of a trait.
    fn bound(&mut self, path: &Path) {
        let found = self.follow(path, Space::Type, true);
        if found.is_some_and(|found| !found.is_trait) {
            self.fault(format!("`{}` is not a trait", path.to_token_stream()));
        }
    }

    fn within<T>(&mut self, generics: &Generics, run: impl FnOnce(&mut Self) -> T) -> T {
        let mut names = BTreeSet::new();
        for parameter in &generics.params {
            let name = match parameter {
                syn::GenericParam::Type(parameter) => parameter.ident.to_string(),
                syn::GenericParam::Lifetime(parameter) => parameter.lifetime.to_string(),
                syn::GenericParam::Const(parameter) => parameter.ident.to_string(),
            };
            if !names.insert(name.clone()) {
                self.fault(format!("two parameters are called `{name}`"));
            }
        }
        self.parameters.push(names);
        let done = run(self);
        self.parameters.pop();
        done
    }

    fn implements(&mut self, of: &str, what: &str) {
        if !self.traits.insert((of.to_owned(), what.to_owned())) {
            self.fault(format!("`{of}` has `{what}` twice"));
        }
    }

    /// A type that a macro defines.
    fn enumeration(&mut self, item: &ItemMacro, defined: syn::Result<macros::Enum>) {
        let defined = match defined {
            Ok(defined) => defined,
            Err(error) => {
                return self.fault(format!("a call of `{}`: {error}", macros::name(item)));
            }
        };
        let name = defined.name.to_string();
        self.implements(&name, "From<Json>");
        let mut variants = BTreeSet::from(["Unrecognized".to_owned()]);
        for variant in &defined.variants {
            camel(&variant.name, &mut self.faults);
            if !variants.insert(variant.name.to_string()) {
                self.fault(format!("`{name}::{}` is defined twice", variant.name));
            }
            variant.held.iter().for_each(|held| self.visit_type(held));
            for given in &variant.given {
                self.visit_type(given);
                self.implements(&name, &format!("From<{}>", given.to_token_stream()));
            }
        }
        camel(&defined.name, &mut self.faults);
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        world::leaves(&item.tree, &mut Vec::new(), &mut leaves);
        for (name, path) in leaves.into_iter().filter(|(name, _)| name != "*") {
            let spaces = [Space::Type, Space::Value, Space::Macro];
            if spaces.iter().all(|space| self.imported(&self.module, &path, *space, 0).is_err()) {
                self.fault(format!(
                    "`{}` is imported as `{name}` and does not exist",
                    path.join("::")
                ));
            }
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let Some((_, items)) = &item.content else { return };
        let module = world::join(&self.module, &item.ident.to_string());
        let above = std::mem::replace(&mut self.module, module);
        for item in items {
            self.visit_item(item);
        }
        self.module = above;
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        camel(&item.ident, &mut self.faults);
        let mut fields = BTreeSet::new();
        for ident in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
            snake(ident, &mut self.faults);
            if !fields.insert(ident.to_string()) {
                self.fault(format!("`{}.{ident}` is defined twice", item.ident));
            }
        }
        self.strict = true;
        self.within(&item.generics, |walk| visit::visit_item_struct(walk, item));
        self.strict = false;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let own = self.own.take();
        self.within(&item.generics, |walk| {
            if let syn::Type::Path(ty) = &*item.self_ty {
                walk.own = walk.follow(&ty.path, Space::Type, true);
            }
            let name = walk.own.as_ref().map(|own| own.name.clone()).unwrap_or_default();
            if let Some((path, _)) = &item.trait_ {
                walk.bound(path);
                walk.implements(&name, &path.to_token_stream().to_string().replace(' ', ""));
            } else {
                let runtime = walk.runtime.functions.get(&name).cloned().unwrap_or_default();
                let is_runtime = name == "Client" && walk.module == super::GENERATED;
                for (function, _) in item.items.iter().filter_map(world::function) {
                    if !walk.functions.insert((name.clone(), function.clone()))
                        || (is_runtime && runtime.contains_key(&function))
                    {
                        walk.fault(format!("`{name}::{function}` is defined twice"));
                    }
                }
            }
            visit::visit_item_impl(walk, item);
        });
        self.own = own;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        snake(&item.sig.ident, &mut self.faults);
        self.locals.push(BTreeSet::new());
        self.within(&item.sig.generics, |walk| visit::visit_impl_item_fn(walk, item));
        self.locals.pop();
    }

    fn visit_impl_item_type(&mut self, item: &'ast ImplItemType) {
        self.strict = true;
        visit::visit_impl_item_type(self, item);
        self.strict = false;
    }

    fn visit_expr_closure(&mut self, item: &'ast ExprClosure) {
        self.locals.push(BTreeSet::new());
        visit::visit_expr_closure(self, item);
        self.locals.pop();
    }

    fn visit_pat_ident(&mut self, item: &'ast PatIdent) {
        if let Some(locals) = self.locals.last_mut()
            && !locals.insert(item.ident.to_string())
        {
            let fault = format!("`{}` is two parameters", item.ident);
            self.fault(fault);
        }
    }

    fn visit_lifetime(&mut self, item: &'ast syn::Lifetime) {
        let name = item.to_string();
        let known = ["'static", "'_"].contains(&name.as_str())
            || self.parameters.iter().any(|names| names.contains(&name));
        if !known {
            self.fault(format!("the lifetime `{name}` is not declared"));
        }
    }

    fn visit_type_path(&mut self, item: &'ast TypePath) {
        if item.qself.is_none() {
            let found = self.follow(&item.path, Space::Type, true);
            if found.is_some_and(|found| found.is_trait) {
                self.fault(format!("`{}` is a trait", item.to_token_stream()));
            }
        }
        visit::visit_type_path(self, item);
    }

    fn visit_trait_bound(&mut self, item: &'ast syn::TraitBound) {
        self.bound(&item.path);
        visit::visit_trait_bound(self, item);
    }

    fn visit_expr_call(&mut self, item: &'ast ExprCall) {
        if let Expr::Path(called) = &*item.func
            && let [above @ .., of, function] =
                called.path.segments.iter().collect::<Vec<_>>().as_slice()
        {
            let above: Vec<_> = above.iter().map(|one| one.ident.to_string()).collect();
            let module =
                above.iter().fold(self.module.clone(), |module, name| world::join(&module, name));
            let own = self.own.as_ref().filter(|_| of.ident == "Self").map(|own| &own.name);
            let of = own.cloned().unwrap_or_else(|| of.ident.to_string());
            let known = self.world.functions.get(&world::join(&module, &of));
            let known = known.and_then(|known| known.get(&function.ident.to_string()));
            if known.is_some_and(|count| *count != item.args.len()) {
                self.fault(format!("`{of}::{}` is called with other arguments", function.ident));
            }
        }
        visit::visit_expr_call(self, item);
    }

    fn visit_expr_method_call(&mut self, item: &'ast ExprMethodCall) {
        if ["at_least", "at_most"].iter().any(|bound| item.method == bound) {
            let text = item.args.to_token_stream().to_string().replace(' ', "");
            // Of a literal without a suffix, Rust makes an `i32`.
            if text.parse::<i32>().is_err() && text.parse::<i128>().is_ok() {
                self.fault(format!("`{text}` is more than an `i32` holds"));
            }
        }
        visit::visit_expr_method_call(self, item);
    }

    fn visit_expr_path(&mut self, item: &'ast ExprPath) {
        if let Some(ident) = item.path.get_ident() {
            let name = ident.to_string();
            if name == "self" || self.locals.iter().any(|names| names.contains(&name)) {
                return;
            }
        }
        if item.qself.is_some() {
            // `<Type as Trait>::NAME`: its trait.
            let names: Vec<_> = item.path.segments.iter().map(|one| &one.ident).collect();
            let names = &names[..names.len() - 1];
            if let Ok(path) = syn::parse2(quote::quote! { #(#names)::* }) {
                self.follow(&path, Space::Type, false);
            }
        } else {
            self.follow(&item.path, Space::Value, false);
        }
        visit::visit_expr_path(self, item);
    }

    fn visit_expr_struct(&mut self, item: &'ast ExprStruct) {
        let definition = self.follow(&item.path, Space::Type, false);
        if let Some(known) = definition.as_ref().and_then(|definition| definition.fields.as_ref()) {
            let given: BTreeSet<String> = item
                .fields
                .iter()
                .map(|field| field.member.to_token_stream().to_string())
                .collect();
            let is_whole = item.rest.is_some() || given.len() == known.len();
            if !given.is_subset(known) || !is_whole || given.len() != item.fields.len() {
                let name = item.path.to_token_stream();
                self.fault(format!("`{name}`: expected the fields {known:?}, found {given:?}"));
            }
        }
        item.fields.iter().for_each(|field| self.visit_expr(&field.expr));
        item.rest.iter().for_each(|rest| self.visit_expr(rest));
    }

    fn visit_expr_field(&mut self, item: &'ast ExprField) {
        if let (Expr::Path(of), Member::Named(name)) = (&*item.base, &item.member)
            && of.path.is_ident("self")
            && let Some(known) = self.own.as_ref().and_then(|own| own.fields.as_ref())
            && !known.contains(&name.to_string())
        {
            self.fault(format!("`self` has no field `{name}`"));
        }
        visit::visit_expr_field(self, item);
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        self.follow(&item.mac.path, Space::Macro, false);
        if let Some(defined) = macros::defined(item) {
            self.enumeration(item, defined);
        } else if let Ok(name) = item.mac.parse_body::<syn::Ident>() {
            self.follow(&name.into(), Space::Type, false);
        }
    }

    fn visit_attribute(&mut self, item: &'ast Attribute) {
        if item.path().is_ident("derive") {
            let parse = syn::punctuated::Punctuated::<Path, syn::Token![,]>::parse_terminated;
            for path in item.parse_args_with(parse).into_iter().flatten() {
                if !path
                    .get_ident()
                    .is_some_and(|name| DERIVED.contains(&name.to_string().as_str()))
                {
                    self.follow(&path, Space::Macro, false);
                }
            }
        }
    }
}

/// Reports what the compiler would warn of in the name of a type.
fn camel(ident: &syn::Ident, faults: &mut Vec<String>) {
    let name = ident.to_string();
    let inner = name.trim_matches('_');
    let chars: Vec<char> = inner.chars().collect();
    let has_case = |c: char| c.is_lowercase() || c.is_uppercase();
    let split = chars.windows(3).any(|it| it[1] == '_' && has_case(it[0]) && has_case(it[2]));
    if chars.first().is_some_and(|first| first.is_lowercase()) || inner.contains("__") || split {
        faults.push(format!("`{name}` is not a valid type name"));
    }
}

/// Reports what the compiler would warn of in the name of a field or a method.
fn snake(ident: &syn::Ident, faults: &mut Vec<String>) {
    let name = ident.to_string();
    if name.chars().any(char::is_uppercase) || name.trim_matches('_').contains("__") {
        faults.push(format!("`{name}` is not a valid name of a field or a method"));
    }
}
