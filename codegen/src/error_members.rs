//! Where the body of an error has its code and its message.
//!
//! A place is a path of member names; of a list on the way, the first element is meant.
//! What the decisions say comes first. Then come the places that vendors and the servers
//! in front of them commonly use, RFC 9457 (`application/problem+json`) and OAuth among
//! them.

use crate::decisions::Decisions;
use crate::facts::Meaning;
use crate::model::Api;
use crate::roles::ErrorMemberRole;

/// Each role, what it means to the runtime, and the usual places.
const ROLES: [(ErrorMemberRole, Meaning, &[&str]); 4] = [
    (
        ErrorMemberRole::Code,
        Meaning::ErrorCode,
        &[
            "code",
            "error.code",
            "errors.code",
            "error_code",
            "errorCode",
            "error.type",
            "errors.type",
            "type",
            "error",
        ],
    ),
    (
        ErrorMemberRole::Message,
        Meaning::ErrorMessage,
        &[
            "message",
            "error.message",
            "errors.message",
            "error_description",
            "detail",
            "error.detail",
            "errors.detail",
            "msg",
            "error.msg",
            "detail.msg",
            "error_message",
            "errorMessage",
            "title",
            "errors.title",
            "errors",
            "error",
        ],
    ),
    (
        ErrorMemberRole::RequestId,
        Meaning::ErrorRequestId,
        &["request_id", "requestId", "error.request_id"],
    ),
    (
        ErrorMemberRole::DocsUrl,
        Meaning::ErrorDocs,
        &["docs_url", "documentation_url", "doc_url", "error.docs_url", "error.doc_url"],
    ),
];

/// Tells the runtime the places.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions) {
    for (role, meaning, usual) in ROLES {
        let described = |member: &str| {
            let first = member.split('.').next().unwrap_or_default();
            let mut objects =
                api.components.values().filter_map(|schema| schema.object(&api.components));
            objects.any(|object| object.fields.iter().any(|field| field.wire == first))
        };
        let decided =
            decisions.error_members.all(|entry| entry.role == role && described(&entry.member));
        let mut places: Vec<String> = decided.map(|entry| entry.member.clone()).collect();
        let further = usual.iter().filter(|place| !places.iter().any(|known| known == *place));
        let further: Vec<_> = further.map(|place| (*place).to_owned()).collect();
        places.extend(further);
        api.facts.words.insert(meaning, places);
    }
}
