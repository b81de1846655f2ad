//! The objects of OpenAPI 3.0, their keywords and the types of these.

use super::KeywordType::{
    self, Bool, BoolOr, Count, Data, Extended, Filled, List, Map, Number, Object, RefOr, Text,
    Unsupported, Word,
};
use super::ObjectKind;

/// Whether a name is a path.
fn is_path(name: &str) -> bool {
    name.starts_with('/')
}

/// Whether a name is a status, or `default`.
fn is_status(name: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    name == "default"
        || (name.len() == 3
            && (digits(name) && !name.starts_with('0')
                || (digits(&name[..1]) && name[1..].eq_ignore_ascii_case("XX"))))
}

/// Defines the kinds of objects: the required keywords, those that have a meaning only where another one has a certain
/// value, and all keywords by their type.
macro_rules! object_kinds {
    ($(
        $(#[doc = $doc:literal])*
        $KIND:ident = $name:literal
            $(requires [$($($one:literal)|+),+])?
            $(only [$($only:literal),+] where $by:literal is $word:literal)*
        {
            $($is:expr => $($keyword:literal)+;)+
        }
    )+) => {$(
        $(#[doc = $doc])*
        pub(super) static $KIND: ObjectKind = ObjectKind {
            name: $name,
            keywords: &[$($(($keyword, $is),)+)+],
            required: &[$($(&[$($one),+]),+)?],
            only: &[$($(($only, $by, $word),)+)*],
        };
    )+};
}

/// A list of alternatives; each names security schemes with their scopes.
const SECURITY: KeywordType = List(&Map(&List(&Text)));

/// The styles of the parameters of each location.
pub(super) static STYLES: [(&str, &[&str]); 4] = [
    ("query", &["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
    ("header", &["simple"]),
    ("path", &["matrix", "label", "simple"]),
    ("cookie", &["form"]),
];

object_kinds! {
    OPENAPI = "an OpenAPI document" requires ["openapi", "info", "paths"] {
        Text => "openapi";
        Object(&INFO) => "info";
        List(&Object(&SERVER)) => "servers";
        Extended(&RefOr(&PATH_ITEM), is_path) => "paths";
        Object(&COMPONENTS) => "components";
        SECURITY => "security";
        List(&Object(&TAG)) => "tags";
        Object(&EXTERNAL_DOCS) => "externalDocs";
    }

    INFO = "the document's `info`" requires ["title", "version"] {
        Text => "title" "description" "termsOfService" "version";
        Object(&CONTACT) => "contact";
        Object(&LICENSE) => "license";
    }

    CONTACT = "a contact" {
        Text => "name" "url" "email";
    }

    LICENSE = "a licence" requires ["name"] {
        Text => "name" "url";
    }

    SERVER = "a server" requires ["url"] {
        Text => "url" "description";
        Map(&Object(&SERVER_VARIABLE)) => "variables";
    }

    SERVER_VARIABLE = "a server variable" requires ["default"] {
        Filled(&Text) => "enum";
        Text => "default" "description";
    }

    TAG = "a tag" requires ["name"] {
        Text => "name" "description";
        Object(&EXTERNAL_DOCS) => "externalDocs";
    }

    EXTERNAL_DOCS = "a link to other documentation" requires ["url"] {
        Text => "description" "url";
    }

    COMPONENTS = "the document's `components`" {
        Map(&RefOr(&SCHEMA)) => "schemas";
        Map(&RefOr(&RESPONSE)) => "responses";
        Map(&RefOr(&PARAMETER)) => "parameters";
        Map(&RefOr(&EXAMPLE)) => "examples";
        Map(&RefOr(&REQUEST_BODY)) => "requestBodies";
        Map(&RefOr(&HEADER)) => "headers";
        Map(&RefOr(&SECURITY_SCHEME)) => "securitySchemes";
        Map(&RefOr(&LINK)) => "links";
        Unsupported => "callbacks";
    }

    /// Which fields it needs beside `type` depends on the type, and is left to `openapiv3`.
    SECURITY_SCHEME = "a security scheme" requires ["type"]
        only ["name", "in"] where "type" is "apiKey"
        only ["scheme", "bearerFormat"] where "type" is "http"
        only ["flows"] where "type" is "oauth2"
        only ["openIdConnectUrl"] where "type" is "openIdConnect"
    {
        Word(&["apiKey", "http", "oauth2", "openIdConnect"]) => "type";
        Text => "description" "name" "scheme" "bearerFormat" "openIdConnectUrl";
        Word(&["query", "header", "cookie"]) => "in";
        Object(&FLOWS) => "flows";
    }

    FLOWS = "the flows of OAuth" {
        Object(&IMPLICIT) => "implicit";
        Object(&BY_TOKEN) => "password" "clientCredentials";
        Object(&BY_CODE) => "authorizationCode";
    }

    IMPLICIT = "a flow of OAuth" {
        Text => "authorizationUrl" "refreshUrl";
        Map(&Text) => "scopes";
    }

    BY_TOKEN = "a flow of OAuth" {
        Text => "tokenUrl" "refreshUrl";
        Map(&Text) => "scopes";
    }

    BY_CODE = "a flow of OAuth" {
        Text => "authorizationUrl" "tokenUrl" "refreshUrl";
        Map(&Text) => "scopes";
    }

    PATH_ITEM = "a path" {
        Text => "summary" "description";
        Object(&OPERATION) => "get" "put" "post" "delete" "options" "head" "patch" "trace";
        List(&Object(&SERVER)) => "servers";
        List(&RefOr(&PARAMETER)) => "parameters";
    }

    OPERATION = "an operation" requires ["responses"] {
        List(&Text) => "tags";
        Text => "summary" "description" "operationId";
        Object(&EXTERNAL_DOCS) => "externalDocs";
        List(&RefOr(&PARAMETER)) => "parameters";
        RefOr(&REQUEST_BODY) => "requestBody";
        Extended(&RefOr(&RESPONSE), is_status) => "responses";
        Unsupported => "callbacks";
        Bool => "deprecated";
        SECURITY => "security";
        List(&Object(&SERVER)) => "servers";
    }

    PARAMETER = "a parameter" requires ["name", "in", "schema" | "content"]
        only ["allowReserved", "allowEmptyValue"] where "in" is "query"
    {
        Text => "name" "description";
        Word(&["query", "header", "path", "cookie"]) => "in";
        Bool => "required" "deprecated" "allowEmptyValue" "explode" "allowReserved";
        // Which of them depends on `in`.
        Word(&["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"]) =>
            "style";
        RefOr(&SCHEMA) => "schema";
        Data => "example";
        Map(&RefOr(&EXAMPLE)) => "examples";
        Map(&Object(&MEDIA_TYPE)) => "content";
    }

    HEADER = "a header" requires ["schema" | "content"] {
        Text => "description";
        Bool => "required" "deprecated";
        Word(&["simple"]) => "style";
        RefOr(&SCHEMA) => "schema";
        Data => "example";
        Map(&RefOr(&EXAMPLE)) => "examples";
        Map(&Object(&MEDIA_TYPE)) => "content";
    }

    REQUEST_BODY = "a request body" requires ["content"] {
        Text => "description";
        Map(&Object(&MEDIA_TYPE)) => "content";
        Bool => "required";
    }

    RESPONSE = "a response" requires ["description"] {
        Text => "description";
        Map(&RefOr(&HEADER)) => "headers";
        Map(&Object(&MEDIA_TYPE)) => "content";
        Map(&RefOr(&LINK)) => "links";
    }

    MEDIA_TYPE = "a media type" {
        RefOr(&SCHEMA) => "schema";
        Data => "example";
        Map(&RefOr(&EXAMPLE)) => "examples";
        Map(&Object(&ENCODING)) => "encoding";
    }

    ENCODING = "an encoding" {
        Text => "contentType";
        Map(&RefOr(&HEADER)) => "headers";
        Word(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]) => "style";
        Bool => "explode" "allowReserved";
    }

    EXAMPLE = "an example" {
        Text => "summary" "description" "externalValue";
        Data => "value";
    }

    LINK = "a link" requires ["operationRef" | "operationId"] {
        Text => "operationRef" "operationId" "description";
        Map(&Data) => "parameters";
        Data => "requestBody";
        Object(&SERVER) => "server";
    }

    SCHEMA = "a schema" {
        Text => "title" "description" "format" "pattern";
        Word(&["string", "number", "integer", "boolean", "array", "object"]) => "type";
        Filled(&Data) => "enum";
        Data => "default" "example";
        Bool =>
            "nullable" "readOnly" "writeOnly" "deprecated" "exclusiveMinimum" "exclusiveMaximum"
            "uniqueItems";
        Object(&EXTERNAL_DOCS) => "externalDocs";
        Object(&DISCRIMINATOR) => "discriminator";
        Number => "multipleOf" "minimum" "maximum";
        Count => "minLength" "maxLength" "minItems" "maxItems" "minProperties" "maxProperties";
        RefOr(&SCHEMA) => "items" "not";
        Map(&RefOr(&SCHEMA)) => "properties";
        Filled(&Text) => "required";
        BoolOr(&SCHEMA) => "additionalProperties";
        List(&RefOr(&SCHEMA)) => "allOf" "oneOf" "anyOf";
    }

    DISCRIMINATOR = "a discriminator" requires ["propertyName"] {
        Text => "propertyName";
        Map(&Text) => "mapping";
    }
}
