//! Prints the table of the command line: every operation, with what is known of its inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use heck::ToShoutySnakeCase;

use super::calls::{CRATE, sample};
use super::docs::{bound, literal};
use super::file::File;
use super::names::Names;
use crate::flags;
use crate::plan::{Crate, EnumKind, Field, Module, Operation, Path, Shape, Type, TypeDef, Types};
use crate::report::counted;
use crate::visible::line;

/// The module of the command line that holds these files.
const MODULE: &str = "crate::generated";

/// Every file, by its path below the command line's generated folder.
pub(crate) fn commands(krate: &Crate) -> BTreeMap<String, String> {
    let types = krate.types();
    let mut files = BTreeMap::new();
    let mut add = |path: String, file: File| {
        files.insert(path, file.print());
    };
    for (path, module) in &krate.modules {
        add(format!("{}.rs", path.join("/")), area(module, &types));
    }
    let groups: BTreeSet<&String> =
        krate.modules.keys().filter(|path| path.len() > 1).map(|path| &path[0]).collect();
    for group in groups {
        let areas = krate.modules.keys().filter(|path| path[0] == *group);
        let areas = modules(areas.map(|path| path[1].as_str()));
        let mut file = file("The areas of the group.");
        file.text(areas);
        add(format!("{group}/mod.rs"), file);
    }
    let common: Vec<&TypeDef> = krate.shared.iter().chain(&krate.components).collect();
    let used = used(krate, &types);
    let common: String = common
        .into_iter()
        .filter(|definition| used.contains(&definition.path))
        .map(definition)
        .collect();
    add("mod.rs".to_owned(), root(krate, !common.is_empty()));
    if !common.is_empty() {
        let mut file = file("Types that several operations share.");
        file.text(uses(&common));
        file.text(common);
        add("shared.rs".to_owned(), file);
    }
    files
}

fn file(docs: &str) -> File {
    File::new(&[docs.to_owned()], Names::default())
}

/// The lines that say which modules there are.
fn modules<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.flat_map(|name| ["pub(crate) mod ", name, ";\n"]).collect()
}

/// The types of the hand-written half that a text names.
fn uses(text: &str) -> String {
    let names = ["Choice", "Input", "Kind", "Operation"];
    let used = names.into_iter().filter(|name| {
        text.contains(&format!("{name} "))
            || text.contains(&format!("{name}::"))
            || text.contains(&format!("[{name}]"))
    });
    format!("use crate::table::{{{}}};\n", used.collect::<Vec<_>>().join(", "))
}

/// `mod.rs`: the modules, and the way to every operation.
fn root(krate: &Crate, has_shared: bool) -> File {
    let mut file = file("Every operation as a command.");
    file.text("use crate::table::Group;\n".to_owned());
    let tops: BTreeSet<&str> = krate.modules.keys().map(|path| path[0].as_str()).collect();
    let shared = has_shared.then_some("shared");
    let mods = tops.iter().copied().chain(shared);
    file.text(modules(mods));
    let mut groups = String::new();
    let mut direct = String::new();
    for top in tops {
        let modules: Vec<_> = krate.modules.iter().filter(|(path, _)| path[0] == top).collect();
        let mut areas = String::new();
        let mut own = String::new();
        let mut title = "";
        for (path, module) in modules {
            title = &module.titles[0];
            let operations = format!("{}::OPERATIONS", path.join("::"));
            match path.as_slice() {
                _ if module.direct => direct = format!("{direct}{operations}, "),
                [_] => own = operations,
                _ => {
                    let name = path.last().map_or("", String::as_str);
                    let title = module.titles.last().map_or("", String::as_str);
                    areas.push_str(&group("            ", name, title, "", &operations));
                }
            }
        }
        if !areas.is_empty() || !own.is_empty() {
            groups.push_str(&group("    ", top, title, &areas, &own));
        }
    }
    let direct = direct.trim_end_matches(", ");
    let reserved: Vec<String> = flags::reserved().map(literal).collect();
    file.text(format!(
        "/// The groups of operations.
pub(crate) static GROUPS: &[Group] = &[
{groups}];

/// The operations that stand in no group.
pub(crate) static DIRECT: &[&[crate::table::Operation]] = &[{direct}];

/// The options of every command, which no input is called.
#[cfg(test)] pub(crate) static RESERVED: &[&str] = &[{}];
",
        reserved.join(", ")
    ));
    file
}

fn group(indent: &str, name: &str, title: &str, groups: &str, operations: &str) -> String {
    let (name, title) = (literal(&flags::kebab_case(name)), literal(&line(title)));
    let groups =
        if groups.is_empty() { "&[]".to_owned() } else { format!("&[\n{groups}{indent}]") };
    let operations = if operations.is_empty() { "&[]" } else { operations };
    format!(
        "{indent}Group {{ name: {name}, title: {title}, operations: {operations}, groups: {groups} }},\n"
    )
}

/// One area: its operations in document order, and the types of their inputs.
fn area(module: &Module, types: &Types<'_>) -> File {
    let mut text = String::new();
    let mut operations = String::new();
    for operation in &module.operations {
        let own: BTreeSet<&Path> = reachable(operation, types);
        let own = operation.types.iter().filter(|definition| own.contains(&definition.path));
        text.extend(own.map(definition));
        operations.push_str(&entry(operation));
    }
    let text = format!(
        "/// The operations, in the order of the document.
pub(crate) static OPERATIONS: &[Operation] = &[
{operations}];
{text}"
    );
    let count = counted(module.operations.len(), "command");
    let mut file = file(&format!("{}: {count}.", line(&module.titles.join(" · "))));
    file.text(uses(&text));
    file.text(text);
    file
}

fn entry(operation: &Operation) -> String {
    let request = format!("{CRATE}::{}", operation.rust_path);
    let start = match (&operation.task_id, &operation.paging) {
        (Some(_), _) => "submission",
        (None, Some(_)) => "pages",
        (None, None) => "plain",
    };
    let name = literal(&flags::kebab_case(&operation.method_name));
    let inputs = operation.fields().filter(|field| !field.rest);
    let inputs: String = inputs.map(|field| input("        ", field)).collect();
    let description = literal(&crate::visible::visible(operation.description.trim()));
    format!(
        "    Operation {{
        name: {name},
        description: {description},
        deprecated: {},
        is_paged: {},
        info: {CRATE}::OperationInfo::of::<{request}>(),
        decode: crate::request::{start}::<{request}>,
        inputs: &[
{inputs}        ],
    }},
",
        operation.deprecated,
        start == "pages",
    )
}

/// What is known of one input, on a line.
fn input(indent: &str, field: &Field) -> String {
    let name = literal(&field.key);
    let flag = literal(&flags::flag(field));
    let about =
        literal(line(&field.description).split_whitespace().collect::<Vec<_>>().join(" ").as_str());
    let mut text = format!("{indent}    Input::new({name}, {flag}, {}, {about})", kind(&field.ty));
    if field.required {
        text.push_str(".required()");
    }
    if let Some(default) = &field.default {
        let _ = write!(text, ".default({})", literal(&default.to_string()));
    }
    let bounds: Vec<String> = field.bounds.iter().filter_map(bound).collect();
    if !bounds.is_empty() {
        let _ = write!(text, ".bounds({})", literal(&bounds.join(", ")));
    }
    // A sample that the command line derives itself is left out.
    let by_itself = serde_json::Value::from(field.wire.replace('_', " ")).to_string();
    let usual = [by_itself.as_str(), "1", "1.0"];
    if let Some(sample) = sample(field).filter(|sample| !usual.contains(&sample.as_str()))
        && field.default.is_none()
    {
        let _ = write!(text, ".sample({})", literal(&sample));
    }
    text.push_str(",\n");
    text
}

fn kind(ty: &Type) -> String {
    match ty {
        Type::Boolean => "Kind::Boolean".to_owned(),
        Type::Integer | Type::Unsigned => "Kind::Integer".to_owned(),
        Type::Number => "Kind::Number".to_owned(),
        Type::String => "Kind::Text".to_owned(),
        Type::Json | Type::Bytes | Type::File => "Kind::Json".to_owned(),
        Type::Nullable(inner) | Type::OrNull(inner) | Type::Boxed(inner) => kind(inner),
        Type::List(inner) => format!("Kind::List(&{})", kind(inner)),
        Type::Map(inner) => format!("Kind::Map(&{})", kind(inner)),
        Type::Named(path) => format!("Kind::Named(&{})", place(path)),
        Type::Wrapped(_, inner) => format!("Kind::Sort(&{})", kind(inner)),
    }
}

/// Where a type is described.
fn place(path: &Path) -> String {
    let module = match &*path.module {
        "" | Path::TYPES => "shared",
        module => module,
    };
    format!("{MODULE}::{module}::{}", path.name.to_shouty_snake_case())
}

/// What a type allows, as a static of its own.
fn definition(definition: &TypeDef) -> String {
    let name = definition.name().to_shouty_snake_case();
    let kind = match &definition.shape {
        Shape::Enum { kind: EnumKind::OpenInteger, variants, .. } => {
            let numbers: Vec<_> = variants.iter().map(|one| one.wire.as_str()).collect();
            format!("Kind::OneOfIntegers {{ choices: &[{}] }}", numbers.join(", "))
        }
        Shape::Enum { variants, .. } => {
            let choices = variants.iter().map(|variant| {
                let about = line(&variant.description);
                format!("    Choice::new({}, {}),\n", literal(&variant.wire), literal(&about))
            });
            format!("Kind::OneOf {{ choices: &[\n{}] }}", choices.collect::<String>())
        }
        Shape::InputStruct(fields) | Shape::OutputStruct(fields) => {
            let fields = fields.iter().filter(|field| !field.rest);
            format!(
                "Kind::Object {{ members: &[\n{}] }}",
                fields.map(|field| input("", field)).collect::<String>()
            )
        }
        Shape::Newtype(inner) => kind(inner),
        Shape::Union { .. } => "Kind::Json".to_owned(),
    };
    format!("\npub(crate) static {name}: Kind = {kind};\n")
}

/// The types of the crate that inputs lead to.
fn used<'a>(krate: &'a Crate, types: &Types<'a>) -> BTreeSet<&'a Path> {
    krate.operations().flat_map(|operation| reachable(operation, types)).collect()
}

/// The types that the inputs of an operation lead to.
fn reachable<'a>(operation: &'a Operation, types: &Types<'a>) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut todo: Vec<&Type> = operation.fields().map(|field| &field.ty).collect();
    while let Some(ty) = todo.pop() {
        let Some(path) = ty.named().filter(|path| found.insert(*path)) else { continue };
        // The alternatives of a union are not described.
        let shape = types.get(path).map(|definition| &definition.shape);
        let shape = shape.filter(|shape| !matches!(shape, Shape::Union { .. }));
        todo.extend(shape.into_iter().flat_map(Shape::types));
    }
    found
}
