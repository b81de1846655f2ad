//! Decodes the body of an error response.

use super::MEMBER_NAMES;
use super::members::Members;
use crate::generated::facts;
use crate::wire::lenient;
use crate::wire::response::Usage;

/// What an error's body says, wherever it says it.
#[derive(Debug, Default)]
pub(crate) struct ErrorObject {
    pub(crate) code: Option<String>,
    /// Whether the code is where the document has it, so that the API itself has responded.
    pub(crate) is_documented: bool,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) docs_url: Option<String>,
    /// The usage that it reports. The document does not promise one.
    pub(crate) usage: Usage,
}

impl ErrorObject {
    /// Decodes what can be decoded: a gateway's HTML is an error without a code.
    pub(crate) fn read(body: &[u8]) -> Self {
        let repaired = lenient::repaired(body);
        let body = repaired.as_ref().map_or(body, String::as_bytes);
        let members: Members<'_> = serde_json::from_slice(body).unwrap_or_default();
        let said = |places: &[&str], is_it: fn(&str) -> bool| {
            let mut found = places.iter().filter_map(|place| members.at(place));
            found.find_map(|value| lenient::scalar_of::<String>(value).filter(|text| is_it(text)))
        };
        let (documented, further) = facts::ERROR_CODE.split_at_checked(1).unwrap_or_default();
        let is_text = documented.iter().find_map(|place| members.at(place));
        let documented = said(documented, |text| !text.is_empty());
        Self {
            is_documented: documented.is_some()
                && is_text.is_some_and(|code| code.starts_with('"')),
            code: documented.or_else(|| said(further, is_code)),
            message: said(facts::ERROR_MESSAGE, |text| !text.is_empty()),
            request_id: said(facts::ERROR_REQUEST_ID, |text| !text.is_empty()),
            docs_url: said(facts::ERROR_DOCS, |text| !text.is_empty()),
            usage: members.usage(&MEMBER_NAMES).1,
        }
    }
}

/// Whether a text can be a code. Some servers put sentences into members of the same names.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text != "about:blank" && !text.contains(char::is_whitespace)
}
