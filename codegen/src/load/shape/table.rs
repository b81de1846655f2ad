//! The objects of OpenAPI 3.0, their keywords and the types of these.

use super::{Is, Shape};

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

pub(super) static OPENAPI: Shape = Shape {
    name: "an OpenAPI document",
    keywords: &[
        ("openapi", Is::Text),
        ("info", Is::Object(&INFO)),
        ("servers", Is::List(&Is::Object(&SERVER))),
        ("paths", Is::Extended(&Is::RefOr(&PATH_ITEM), is_path)),
        ("components", Is::Object(&COMPONENTS)),
        ("security", SECURITY),
        ("tags", Is::List(&Is::Object(&TAG))),
        ("externalDocs", Is::Object(&EXTERNAL_DOCS)),
    ],
    required: &[&["openapi"], &["info"], &["paths"]],
    only: &[],
};

static INFO: Shape = Shape {
    name: "the document's `info`",
    keywords: &[
        ("title", Is::Text),
        ("description", Is::Text),
        ("termsOfService", Is::Text),
        ("contact", Is::Object(&CONTACT)),
        ("license", Is::Object(&LICENSE)),
        ("version", Is::Text),
    ],
    required: &[&["title"], &["version"]],
    only: &[],
};

static CONTACT: Shape = Shape {
    name: "a contact",
    keywords: &[("name", Is::Text), ("url", Is::Text), ("email", Is::Text)],
    required: &[],
    only: &[],
};

static LICENSE: Shape = Shape {
    name: "a licence",
    keywords: &[("name", Is::Text), ("url", Is::Text)],
    required: &[&["name"]],
    only: &[],
};

static SERVER: Shape = Shape {
    name: "a server",
    keywords: &[
        ("url", Is::Text),
        ("description", Is::Text),
        ("variables", Is::Map(&Is::Object(&SERVER_VARIABLE))),
    ],
    required: &[&["url"]],
    only: &[],
};

static SERVER_VARIABLE: Shape = Shape {
    name: "a server variable",
    keywords: &[("enum", Is::Filled(&Is::Text)), ("default", Is::Text), ("description", Is::Text)],
    required: &[&["default"]],
    only: &[],
};

static TAG: Shape = Shape {
    name: "a tag",
    keywords: &[
        ("name", Is::Text),
        ("description", Is::Text),
        ("externalDocs", Is::Object(&EXTERNAL_DOCS)),
    ],
    required: &[&["name"]],
    only: &[],
};

static EXTERNAL_DOCS: Shape = Shape {
    name: "a link to other documentation",
    keywords: &[("description", Is::Text), ("url", Is::Text)],
    required: &[&["url"]],
    only: &[],
};

pub(super) static COMPONENTS: Shape = Shape {
    name: "the document's `components`",
    keywords: &[
        ("schemas", Is::Map(&Is::RefOr(&SCHEMA))),
        ("responses", Is::Map(&Is::RefOr(&RESPONSE))),
        ("parameters", Is::Map(&Is::RefOr(&PARAMETER))),
        ("examples", Is::Map(&Is::RefOr(&EXAMPLE))),
        ("requestBodies", Is::Map(&Is::RefOr(&REQUEST_BODY))),
        ("headers", Is::Map(&Is::RefOr(&HEADER))),
        ("securitySchemes", Is::Map(&Is::RefOr(&SECURITY_SCHEME))),
        ("links", Is::Map(&Is::RefOr(&LINK))),
        ("callbacks", Is::Unsupported),
    ],
    required: &[],
    only: &[],
};

/// A list of alternatives; each names security schemes with their scopes.
const SECURITY: Is = Is::List(&Is::Map(&Is::List(&Is::Text)));

/// Which fields it needs beside `type` depends on the type, and is left to `openapiv3`.
static SECURITY_SCHEME: Shape = Shape {
    name: "a security scheme",
    keywords: &[
        ("type", Is::Word(&["apiKey", "http", "oauth2", "openIdConnect"])),
        ("description", Is::Text),
        ("name", Is::Text),
        ("in", Is::Word(&["query", "header", "cookie"])),
        ("scheme", Is::Text),
        ("bearerFormat", Is::Text),
        ("openIdConnectUrl", Is::Text),
        ("flows", Is::Object(&FLOWS)),
    ],
    required: &[&["type"]],
    only: &[
        ("name", "type", "apiKey"),
        ("in", "type", "apiKey"),
        ("scheme", "type", "http"),
        ("bearerFormat", "type", "http"),
        ("flows", "type", "oauth2"),
        ("openIdConnectUrl", "type", "openIdConnect"),
    ],
};

static FLOWS: Shape = Shape {
    name: "the flows of OAuth",
    keywords: &[
        ("implicit", Is::Object(&IMPLICIT)),
        ("password", Is::Object(&BY_TOKEN)),
        ("clientCredentials", Is::Object(&BY_TOKEN)),
        ("authorizationCode", Is::Object(&BY_CODE)),
    ],
    required: &[],
    only: &[],
};

static IMPLICIT: Shape = Shape {
    name: "a flow of OAuth",
    keywords: &[
        ("authorizationUrl", Is::Text),
        ("refreshUrl", Is::Text),
        ("scopes", Is::Map(&Is::Text)),
    ],
    required: &[],
    only: &[],
};

static BY_TOKEN: Shape = Shape {
    name: "a flow of OAuth",
    keywords: &[("tokenUrl", Is::Text), ("refreshUrl", Is::Text), ("scopes", Is::Map(&Is::Text))],
    required: &[],
    only: &[],
};

static BY_CODE: Shape = Shape {
    name: "a flow of OAuth",
    keywords: &[
        ("authorizationUrl", Is::Text),
        ("tokenUrl", Is::Text),
        ("refreshUrl", Is::Text),
        ("scopes", Is::Map(&Is::Text)),
    ],
    required: &[],
    only: &[],
};

static PATH_ITEM: Shape = Shape {
    name: "a path",
    keywords: &[
        ("summary", Is::Text),
        ("description", Is::Text),
        ("get", Is::Object(&OPERATION)),
        ("put", Is::Object(&OPERATION)),
        ("post", Is::Object(&OPERATION)),
        ("delete", Is::Object(&OPERATION)),
        ("options", Is::Object(&OPERATION)),
        ("head", Is::Object(&OPERATION)),
        ("patch", Is::Object(&OPERATION)),
        ("trace", Is::Object(&OPERATION)),
        ("servers", Is::List(&Is::Object(&SERVER))),
        ("parameters", Is::List(&Is::RefOr(&PARAMETER))),
    ],
    required: &[],
    only: &[],
};

static OPERATION: Shape = Shape {
    name: "an operation",
    keywords: &[
        ("tags", Is::List(&Is::Text)),
        ("summary", Is::Text),
        ("description", Is::Text),
        ("externalDocs", Is::Object(&EXTERNAL_DOCS)),
        ("operationId", Is::Text),
        ("parameters", Is::List(&Is::RefOr(&PARAMETER))),
        ("requestBody", Is::RefOr(&REQUEST_BODY)),
        ("responses", Is::Extended(&Is::RefOr(&RESPONSE), is_status)),
        ("callbacks", Is::Unsupported),
        ("deprecated", Is::Bool),
        ("security", SECURITY),
        ("servers", Is::List(&Is::Object(&SERVER))),
    ],
    required: &[&["responses"]],
    only: &[],
};

pub(super) static PARAMETER: Shape = Shape {
    name: "a parameter",
    keywords: &[
        ("name", Is::Text),
        ("in", Is::Word(&["query", "header", "path", "cookie"])),
        ("description", Is::Text),
        ("required", Is::Bool),
        ("deprecated", Is::Bool),
        ("allowEmptyValue", Is::Bool),
        // Which of them depends on `in`.
        (
            "style",
            Is::Word(&[
                "matrix",
                "label",
                "form",
                "simple",
                "spaceDelimited",
                "pipeDelimited",
                "deepObject",
            ]),
        ),
        ("explode", Is::Bool),
        ("allowReserved", Is::Bool),
        ("schema", Is::RefOr(&SCHEMA)),
        ("example", Is::Data),
        ("examples", Is::Map(&Is::RefOr(&EXAMPLE))),
        ("content", Is::Map(&Is::Object(&MEDIA_TYPE))),
    ],
    required: &[&["name"], &["in"], &["schema", "content"]],
    only: &[("allowReserved", "in", "query"), ("allowEmptyValue", "in", "query")],
};

/// The styles of the parameters of each location.
pub(super) static STYLES: [(&str, &[&str]); 4] = [
    ("query", &["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
    ("header", &["simple"]),
    ("path", &["matrix", "label", "simple"]),
    ("cookie", &["form"]),
];

static HEADER: Shape = Shape {
    name: "a header",
    keywords: &[
        ("description", Is::Text),
        ("required", Is::Bool),
        ("deprecated", Is::Bool),
        ("style", Is::Word(&["simple"])),
        ("schema", Is::RefOr(&SCHEMA)),
        ("example", Is::Data),
        ("examples", Is::Map(&Is::RefOr(&EXAMPLE))),
        ("content", Is::Map(&Is::Object(&MEDIA_TYPE))),
    ],
    required: &[&["schema", "content"]],
    only: &[],
};

static REQUEST_BODY: Shape = Shape {
    name: "a request body",
    keywords: &[
        ("description", Is::Text),
        ("content", Is::Map(&Is::Object(&MEDIA_TYPE))),
        ("required", Is::Bool),
    ],
    required: &[&["content"]],
    only: &[],
};

static RESPONSE: Shape = Shape {
    name: "a response",
    keywords: &[
        ("description", Is::Text),
        ("headers", Is::Map(&Is::RefOr(&HEADER))),
        ("content", Is::Map(&Is::Object(&MEDIA_TYPE))),
        ("links", Is::Map(&Is::RefOr(&LINK))),
    ],
    required: &[&["description"]],
    only: &[],
};

static MEDIA_TYPE: Shape = Shape {
    name: "a media type",
    keywords: &[
        ("schema", Is::RefOr(&SCHEMA)),
        ("example", Is::Data),
        ("examples", Is::Map(&Is::RefOr(&EXAMPLE))),
        ("encoding", Is::Map(&Is::Object(&ENCODING))),
    ],
    required: &[],
    only: &[],
};

pub(super) static ENCODING: Shape = Shape {
    name: "an encoding",
    keywords: &[
        ("contentType", Is::Text),
        ("headers", Is::Map(&Is::RefOr(&HEADER))),
        ("style", Is::Word(&["form", "spaceDelimited", "pipeDelimited", "deepObject"])),
        ("explode", Is::Bool),
        ("allowReserved", Is::Bool),
    ],
    required: &[],
    only: &[],
};

static EXAMPLE: Shape = Shape {
    name: "an example",
    keywords: &[
        ("summary", Is::Text),
        ("description", Is::Text),
        ("value", Is::Data),
        ("externalValue", Is::Text),
    ],
    required: &[],
    only: &[],
};

static LINK: Shape = Shape {
    name: "a link",
    keywords: &[
        ("operationRef", Is::Text),
        ("operationId", Is::Text),
        ("parameters", Is::Map(&Is::Data)),
        ("requestBody", Is::Data),
        ("description", Is::Text),
        ("server", Is::Object(&SERVER)),
    ],
    required: &[&["operationRef", "operationId"]],
    only: &[],
};

pub(super) static SCHEMA: Shape = Shape {
    name: "a schema",
    keywords: &[
        ("title", Is::Text),
        ("description", Is::Text),
        ("type", Is::Word(&["string", "number", "integer", "boolean", "array", "object"])),
        ("format", Is::Text),
        ("enum", Is::Filled(&Is::Data)),
        ("default", Is::Data),
        ("example", Is::Data),
        ("nullable", Is::Bool),
        ("readOnly", Is::Bool),
        ("writeOnly", Is::Bool),
        ("deprecated", Is::Bool),
        ("externalDocs", Is::Object(&EXTERNAL_DOCS)),
        ("discriminator", Is::Object(&DISCRIMINATOR)),
        ("multipleOf", Is::Number),
        ("minimum", Is::Number),
        ("exclusiveMinimum", Is::Bool),
        ("maximum", Is::Number),
        ("exclusiveMaximum", Is::Bool),
        ("minLength", Is::Count),
        ("maxLength", Is::Count),
        ("pattern", Is::Text),
        ("items", Is::RefOr(&SCHEMA)),
        ("minItems", Is::Count),
        ("maxItems", Is::Count),
        ("uniqueItems", Is::Bool),
        ("properties", Is::Map(&Is::RefOr(&SCHEMA))),
        ("required", Is::Filled(&Is::Text)),
        ("minProperties", Is::Count),
        ("maxProperties", Is::Count),
        ("additionalProperties", Is::BoolOr(&SCHEMA)),
        ("allOf", Is::List(&Is::RefOr(&SCHEMA))),
        ("oneOf", Is::List(&Is::RefOr(&SCHEMA))),
        ("anyOf", Is::List(&Is::RefOr(&SCHEMA))),
        ("not", Is::RefOr(&SCHEMA)),
    ],
    required: &[],
    only: &[],
};

static DISCRIMINATOR: Shape = Shape {
    name: "a discriminator",
    keywords: &[("propertyName", Is::Text), ("mapping", Is::Map(&Is::Text))],
    required: &[&["propertyName"]],
    only: &[],
};
