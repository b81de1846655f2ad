//! Names and defines the types of schemas.

use std::sync::Arc;

use super::components::Components;
use super::{Alternative, EnumKind, Field, NameScope, Path, Shape, Type, TypeDef, Variant};
use crate::decisions::Decisions;
use crate::model::{self, Enumeration, Kind, Schema, Side, Union};
use crate::names;

/// The field for further properties; no wire name has this form.
const REST: &str = "additional_properties";

/// Defines types below one module path.
pub(super) struct Definitions<'a> {
    pub(super) module: &'a Arc<str>,
    pub(super) components: &'a Components,
    /// The names of the module.
    pub(super) scope: &'a mut NameScope,
    pub(super) decisions: &'a Decisions,
    pub(super) side: Side,
    /// Whether the type is used in the other direction as well.
    pub(super) both: bool,
    pub(super) defined: Vec<TypeDef>,
}

impl Definitions<'_> {
    /// The Rust type of a schema whose type, if it needs one, is named by `words`.
    pub(super) fn ty(&mut self, schema: &Schema, words: &[String]) -> Type {
        match &schema.kind {
            Kind::Boolean => Type::Boolean,
            Kind::Integer => Type::Integer,
            Kind::Unsigned => Type::Unsigned,
            Kind::Number => Type::Number,
            Kind::String => Type::String,
            Kind::Binary => Type::Bytes,
            Kind::File => Type::File,
            Kind::Open => Type::Json,
            Kind::Shared(name) => Type::Named(Path::new(&"".into(), name)),
            Kind::Component(name) => Type::Named(self.components.path(name)),
            Kind::Array(items) => Type::List(Box::new(self.element(items, words))),
            Kind::Map(values) => Type::Map(Box::new(self.element(values, words))),
            Kind::Wrapped(outer, inner) => Type::Wrapped(outer, Box::new(self.ty(inner, words))),
            Kind::Object(_) | Kind::Enumeration(_) | Kind::Union(_) => {
                let path = Path::new(self.module, self.name(words));
                self.define(path.clone(), schema, words);
                Type::Named(path)
            }
        }
    }

    fn element(&mut self, schema: &Schema, words: &[String]) -> Type {
        let ty = self.ty(schema, &names::element(words));
        if schema.nullable { Type::Nullable(Box::new(ty)) } else { ty }
    }

    /// Whether a part exists in the current direction.
    pub(super) fn is_present(&self, schema: &Schema) -> bool {
        self.both || schema.only.is_none_or(|only| only == self.side)
    }

    fn name(&mut self, words: &[String]) -> String {
        let name = names::pascal(words, self.decisions);
        let path = Path::new(self.module, &*name).below_root();
        let decided = self.decisions.types.find(|entry| entry.path == path);
        self.reserve(decided.map_or(name, |entry| entry.name.clone()))
    }

    /// Reserves a name, or another one if it conflicts.
    pub(super) fn reserve(&mut self, name: String) -> String {
        let side = match self.side {
            Side::Input => "Input",
            Side::Response => "Value",
        };
        let other = format!("{name}{side}");
        self.scope.reserve(name, &[other])
    }

    /// Defines a type, then those inside it, so that a reader meets them in order.
    pub(super) fn define(&mut self, path: Path, schema: &Schema, words: &[String]) {
        let at = self.defined.len();
        let name = path.name.as_str();
        let shape = match &schema.kind {
            Kind::Object(object) => {
                let fields = object.fields.iter();
                let fields =
                    fields.filter(|field| self.is_present(&field.schema)).collect::<Vec<_>>();
                let fields = fields.into_iter().map(|field| self.field(name, field, words));
                let mut fields: Vec<Field> = fields.collect();
                fields.extend(object.rest.as_ref().map(|rest| self.rest(rest, words)));
                match self.side {
                    Side::Input => Shape::InputStruct(fields),
                    Side::Response => Shape::OutputStruct(fields),
                }
            }
            Kind::Enumeration(enumeration) => self.enumeration(name, enumeration, words),
            Kind::Union(union) => self.union(name, union, words),
            _ => {
                // The type of the content needs another name than the whole.
                let below = [words, &["item".to_owned()]].concat();
                let words = if names::element(words) == words { &below } else { words };
                Shape::Newtype(self.ty(schema, words))
            }
        };
        let pointer = schema.pointer.clone();
        let description = schema.description.clone();
        self.defined.insert(at, TypeDef { path, pointer, description, shape, builder: None });
    }

    fn field(&mut self, owner: &str, field: &model::Field, words: &[String]) -> Field {
        let own = names::words(&field.wire, self.decisions);
        let below: Vec<String> = words.iter().cloned().chain(own).collect();
        let ty = self.ty(&field.schema, &below);
        self.member(owner, &field.wire, field.required, &field.schema, ty)
    }

    /// The field for further properties.
    pub(super) fn rest(&mut self, schema: &Schema, words: &[String]) -> Field {
        let below: Vec<String> = words.iter().cloned().chain(["value".to_owned()]).collect();
        let ty = self.ty(schema, &below);
        let ty = if schema.nullable { Type::Nullable(Box::new(ty)) } else { ty };
        let said = schema.description.clone();
        let description =
            if said.is_empty() { "Further properties, by name.".to_owned() } else { said };
        Field {
            wire: String::new(),
            key: String::new(),
            rust: REST.to_owned(),
            pointer: schema.pointer.clone(),
            required: false,
            rest: true,
            ty: Type::Map(Box::new(ty)),
            description,
            format: None,
            default: None,
            bounds: Vec::new(),
            each: schema.bounds.clone(),
        }
    }

    fn union(&mut self, owner: &str, union: &Union, words: &[String]) -> Shape {
        let types: Vec<Type> = union
            .alternatives
            .iter()
            .map(|alternative| {
                let own = names::words(&alternative.name, self.decisions);
                let below: Vec<String> = words.iter().cloned().chain(own).collect();
                let ty = self.ty(&alternative.schema, &below);
                // The alternatives are as large as the largest of them.
                match ty {
                    Type::Named(_) => Type::Boxed(Box::new(ty)),
                    ty => ty,
                }
            })
            .collect();
        let alternatives = union.alternatives.iter().zip(&types).map(|(alternative, ty)| {
            let decided = self.decided_member(owner, &alternative.name);
            let rust = decided.or_else(|| names::variant(&alternative.name, self.decisions));
            Alternative {
                rust: rust.unwrap_or_default(),
                ty: ty.clone(),
                name: alternative.name.clone(),
                recognised_by: alternative.recognised_by.clone(),
                bare: false,
                distinct: types.iter().filter(|other| *other == ty).count() == 1,
            }
        });
        Shape::Union { tag: union.tag.clone(), alternatives: alternatives.collect() }
    }

    /// A field with its Rust name.
    pub(super) fn member(
        &mut self,
        owner: &str,
        wire: &str,
        required: bool,
        schema: &Schema,
        ty: Type,
    ) -> Field {
        // An empty name is reported by `check`.
        let rust = self
            .decided_member(owner, wire)
            .unwrap_or_else(|| names::snake(&names::words(wire, self.decisions)));
        // A caller may send null; in responses it means that the value is absent.
        let or_null = schema.nullable && self.side == Side::Input && ty != Type::Json;
        let ty = if or_null { Type::OrNull(Box::new(ty)) } else { ty };
        // A nullable property may be missing, and a property of one direction is missing in the
        // other.
        let required = required
            && (or_null || !schema.nullable || self.side == Side::Input)
            && !(self.both && schema.only.is_some());
        Field {
            wire: wire.to_owned(),
            key: wire.to_owned(),
            rust,
            pointer: schema.pointer.clone(),
            required,
            rest: false,
            ty,
            description: schema.description.clone(),
            format: schema.format.clone(),
            default: schema.default.clone(),
            bounds: schema.bounds.clone(),
            each: match &schema.kind {
                Kind::Array(values) | Kind::Map(values) => values.bounds.clone(),
                _ => Vec::new(),
            },
        }
    }

    fn decided_member(&self, owner: &str, wire: &str) -> Option<String> {
        let path = Path::new(self.module, owner).below_root();
        let entry =
            self.decisions.members.find(|entry| entry.path == path && entry.wire == wire)?;
        Some(entry.name.clone())
    }

    fn enumeration(&mut self, name: &str, enumeration: &Enumeration, words: &[String]) -> Shape {
        let property = words.last().map_or("", String::as_str);
        let is_integer = enumeration.is_integer;
        let unit = self.decisions.units.find(|entry| is_integer && entry.property == property);
        let variants = enumeration.values.iter().map(|(wire, description)| {
            let rust = self.decided_member(name, wire).or_else(|| match unit {
                _ if !is_integer => names::variant(wire, self.decisions),
                unit => Some(names::integer_variant(wire, unit.map(|entry| entry.name.as_str()))),
            });
            let (rust, wire) = (rust.unwrap_or_default(), wire.clone());
            Variant { wire, rust, description: description.clone() }
        });
        let kind = if is_integer { EnumKind::OpenInteger } else { EnumKind::Open };
        let (variants, extras) = (variants.collect(), enumeration.extras.clone());
        Shape::Enum { kind, variants, extras }
    }
}
