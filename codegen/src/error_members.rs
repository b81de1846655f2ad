//! The places of the code and the message in an error's body.
//!
//! A place is a path of member names; for a list on the path, the first element is meant. The
//! decisions come first, then the places that are common among vendors and gateways, RFC 9457
//! (`application/problem+json`) and OAuth included.

use crate::decisions::Decisions;
use crate::facts::Meaning;
use crate::model::Api;
use crate::roles::ErrorMemberRole;

/// Each role, its meaning to the runtime, and the common places.
const ROLES: [(ErrorMemberRole, Meaning, &str); 4] = [
    (
        ErrorMemberRole::Code,
        Meaning::ErrorCode,
        "code error.code errors.code error_code errorCode error.type errors.type type \
         error",
    ),
    (
        ErrorMemberRole::Message,
        Meaning::ErrorMessage,
        "message error.message errors.message error_description detail error.detail \
         errors.detail msg error.msg detail.msg error_message errorMessage title \
         errors.title errors error",
    ),
    (ErrorMemberRole::RequestId, Meaning::ErrorRequestId, "request_id requestId error.request_id"),
    (
        ErrorMemberRole::DocsUrl,
        Meaning::ErrorDocs,
        "docs_url documentation_url doc_url error.docs_url error.doc_url",
    ),
];

/// Adds the places to the runtime's facts.
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
        let further = usual.split(' ').filter(|place| !places.iter().any(|known| known == place));
        let further: Vec<_> = further.map(str::to_owned).collect();
        places.extend(further);
        api.facts.words.insert(meaning, places);
    }
}
