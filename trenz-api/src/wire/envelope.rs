//! Decodes the envelope of a response, without knowing the type of its data.
//!
//! Everything here is optional and lenient: the call has been charged, and a server that renames or retypes a field of
//! its envelope must not cost the caller the data.

mod error_object;
mod members;

pub(crate) use error_object::ErrorObject;

use bytes::Bytes;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::base::redact::Redactor;
use crate::generated::facts;
use crate::wire::content::Content;
use crate::wire::json::Json;
use crate::wire::lenient;
use crate::wire::response::Usage;
use members::{FirstElements, Members};

/// The names of the envelope's members, by role; the first one that is present counts. A role without a name is
/// unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemberNames {
    data: &'static [&'static str],
    request_id: &'static [&'static str],
    usage: &'static [&'static str],
    page: &'static [&'static str],
    page_size: &'static [&'static str],
    total: &'static [&'static str],
    warnings: &'static [&'static str],
    coin_cost: &'static [&'static str],
    balance: &'static [&'static str],
}

const MEMBER_NAMES: MemberNames = MemberNames {
    data: facts::ENVELOPE_DATA,
    request_id: facts::ENVELOPE_REQUEST_ID,
    usage: facts::ENVELOPE_USAGE,
    page: facts::ENVELOPE_PAGE,
    page_size: facts::ENVELOPE_PAGE_SIZE,
    total: facts::ENVELOPE_TOTAL,
    warnings: facts::ENVELOPE_WARNINGS,
    coin_cost: facts::USAGE_COST,
    balance: facts::USAGE_BALANCE,
};

impl MemberNames {
    /// Whether a member has a role, here or in an error.
    fn has(&self, name: &str) -> bool {
        let Self { data, request_id, usage, page, page_size, total, warnings, coin_cost, balance } =
            self;
        let known = [data, request_id, usage, page, page_size, total, warnings, coin_cost, balance];
        let places =
            [facts::ERROR_CODE, facts::ERROR_MESSAGE, facts::ERROR_REQUEST_ID, facts::ERROR_DOCS];
        let first = |place: &&str| place.split('.').next() == Some(name);
        known.iter().any(|names| names.contains(&name)) || places.into_iter().flatten().any(first)
    }
}

/// The path to the data of a response, as errors print it.
pub(crate) fn path_to_data(content: Content) -> &'static str {
    match content {
        Content::Json | Content::OptionalData | Content::None | Content::Optional(_) => {
            MEMBER_NAMES.data.first().copied().unwrap_or_default()
        }
        Content::Bare | Content::Text | Content::Bytes => "",
    }
}

/// The envelope of a response. Members that are absent, null or of another type are unknown.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    /// A part of the body.
    pub(crate) data: Option<Bytes>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Usage,
    pub(crate) page: Option<u64>,
    pub(crate) page_size: Option<u64>,
    pub(crate) total: Option<u64>,
    pub(crate) warnings: Vec<String>,
    pub(crate) extra: BTreeMap<String, Json>,
}

impl Envelope {
    /// Decodes a body, which may have been cut in the middle of a character.
    pub(crate) fn of(
        content: Content,
        body: &Bytes,
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        Self::strict(content, body, redactor).or_else(|error| match lenient::repaired(body) {
            Some(repaired) => Self::strict(content, &repaired.into(), redactor),
            None => Err(error),
        })
    }

    fn strict(
        content: Content,
        body: &Bytes,
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        match content {
            Content::Json | Content::OptionalData | Content::Optional(_) => {
                Self::read(&MEMBER_NAMES, body, redactor)
            }
            Content::None => {
                let read = Self::read(&MEMBER_NAMES, body, redactor).unwrap_or_default();
                Ok(Self { data: None, ..read })
            }
            Content::Bare => Self::bare(body),
            Content::Text | Content::Bytes => {
                Ok(Self { data: Some(body.clone()), ..Self::default() })
            }
        }
    }

    /// A response without an envelope: all of it is data.
    fn bare(body: &Bytes) -> Result<Self, serde_json::Error> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let data: &RawValue = serde_json::from_slice(body)?;
        Ok(Self { data: Some(body.slice_ref(data.get().as_bytes())), ..Self::default() })
    }

    fn read(
        names: &MemberNames,
        body: &Bytes,
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        let members: Members<'_> = serde_json::from_slice(body)?;
        let (usage, said) = members.usage(names);
        let warnings = members.first::<FirstElements<'_>>(names.warnings).unwrap_or_default().0;
        let coins = [names.coin_cost, names.balance];
        let known = [
            names.data,
            names.request_id,
            names.page,
            names.page_size,
            names.total,
            names.warnings,
            // A usage object with members that are not decoded is kept as received.
            if usage.extra(&coins).next().is_none() { names.usage } else { &[] },
        ];
        let extra = members.extra(&known);
        let data = names.data.iter().find_map(|name| members.get(name));
        Ok(Self {
            data: data.map(|data| body.slice_ref(data.as_bytes())),
            request_id: members.scalar(names.request_id),
            usage: said,
            page: members.scalar(names.page),
            page_size: members.scalar(names.page_size),
            total: members.scalar(names.total),
            warnings: warnings.into_iter().map(text_or_json).collect(),
            extra: extra
                .map(|(name, value)| (name.to_owned(), Json::raw(value, redactor)))
                .collect(),
        })
    }
}

/// A warning should be a text; if it is not, its JSON is used.
fn text_or_json(raw: &RawValue) -> String {
    let is_text = raw.get().starts_with('"');
    lenient::scalar_of(raw.get()).filter(|_| is_text).unwrap_or_else(|| raw.get().to_owned())
}

#[cfg(test)]
mod tests;
