//! Decodes the envelope of a response, without knowing the type of its data.
//!
//! Everything here is optional and lenient: the call has been charged, and a server that renames or retypes a field of
//! its envelope must not cost the caller the data.

use bytes::Bytes;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap, fmt};

use crate::base::redact::Redactor;
use crate::generated::facts;
use crate::wire::content::Content;
use crate::wire::json::Json;
use crate::wire::lenient;
use crate::wire::response::Usage;

/// The names of the envelope's members, by role; the first one that is present counts. A role without a name is
/// unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
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

const SPELLING: Spelling = Spelling {
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

impl Spelling {
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
            SPELLING.data.first().copied().unwrap_or_default()
        }
        Content::Bare | Content::Text | Content::Bytes => "",
    }
}

/// How many members of an envelope, and how many warnings, are kept. Members with a role are always kept.
const MOST_MEMBERS: usize = 1024;

/// The envelope of a response. Members that are absent, null or of another type are unknown.
#[derive(Debug)]
pub(crate) struct Envelope<D> {
    pub(crate) data: Option<D>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Usage,
    pub(crate) page: Option<u64>,
    pub(crate) page_size: Option<u64>,
    pub(crate) total: Option<u64>,
    pub(crate) warnings: Vec<String>,
    pub(crate) extra: BTreeMap<String, Json>,
}

/// An envelope in which everything is unknown.
impl<D> Default for Envelope<D> {
    fn default() -> Self {
        Self {
            data: None,
            request_id: None,
            usage: Usage::default(),
            page: None,
            page_size: None,
            total: None,
            warnings: Vec::new(),
            extra: BTreeMap::new(),
        }
    }
}

impl Envelope<Bytes> {
    /// Decodes a body, which may have been cut in the middle of a character.
    pub(crate) fn of(
        content: Content,
        body: &Bytes,
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        Self::strictly_of(content, body, redactor).or_else(|error| match lenient::mended(body) {
            Some(mended) => Self::strictly_of(content, &mended.into(), redactor),
            None => Err(error),
        })
    }

    fn strictly_of(
        content: Content,
        body: &Bytes,
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        let read = match content {
            Content::Json | Content::OptionalData | Content::Optional(_) => {
                Envelope::read(body, redactor)?
            }
            Content::None => Envelope::read(body, redactor).unwrap_or_default(),
            Content::Bare => Envelope::bare(body)?,
            Content::Text | Content::Bytes => {
                return Ok(Self { data: Some(body.clone()), ..Self::default() });
            }
        };
        let data = read.data.filter(|_| content != Content::None);
        Ok(Self {
            data: data.map(|data| body.slice_ref(data.as_bytes())),
            request_id: read.request_id,
            usage: read.usage,
            page: read.page,
            page_size: read.page_size,
            total: read.total,
            warnings: read.warnings,
            extra: read.extra,
        })
    }
}

impl<'a> Envelope<&'a str> {
    pub(crate) fn read(body: &'a [u8], redactor: &Redactor) -> Result<Self, serde_json::Error> {
        Self::spelled(&SPELLING, body, redactor)
    }

    /// A response without an envelope: all of it is data.
    pub(crate) fn bare(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let data: &RawValue = serde_json::from_slice(body)?;
        Ok(Self { data: Some(data.get()), ..Self::default() })
    }

    fn spelled(
        spelling: &Spelling,
        body: &'a [u8],
        redactor: &Redactor,
    ) -> Result<Self, serde_json::Error> {
        let members: Members<'a> = serde_json::from_slice(body)?;
        let (usage, said) = members.usage(spelling);
        let warnings = members.first::<Few<'_>>(spelling.warnings).unwrap_or_default().0;
        let coins = [spelling.coin_cost, spelling.balance];
        let known = [
            spelling.data,
            spelling.request_id,
            spelling.page,
            spelling.page_size,
            spelling.total,
            spelling.warnings,
            // A usage object with members that are not decoded is kept as received.
            if usage.extra(&coins).next().is_none() { spelling.usage } else { &[] },
        ];
        let extra = members.extra(&known);
        Ok(Self {
            data: spelling.data.iter().find_map(|name| members.get(name)),
            request_id: members.scalar(spelling.request_id),
            usage: said,
            page: members.scalar(spelling.page),
            page_size: members.scalar(spelling.page_size),
            total: members.scalar(spelling.total),
            warnings: warnings.into_iter().map(text_or_json).collect(),
            extra: extra
                .map(|(name, value)| (name.to_owned(), Json::raw(value, redactor)))
                .collect(),
        })
    }
}

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
        let mended = lenient::mended(body);
        let body = mended.as_ref().map_or(body, String::as_bytes);
        let members: Members<'_> = serde_json::from_slice(body).unwrap_or_default();
        let said = |places: &[&str], is_it: fn(&str) -> bool| {
            let mut found = places.iter().filter_map(|place| members.at(place));
            found.find_map(|value| lenient::beside::<String>(value).filter(|text| is_it(text)))
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
            usage: members.usage(&SPELLING).1,
        }
    }
}

/// Whether a text can be a code. Some servers put sentences into members of the same names.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text != "about:blank" && !text.contains(char::is_whitespace)
}

/// A warning should be a text; if it is not, its JSON is used.
fn text_or_json(raw: &RawValue) -> String {
    let is_text = raw.get().starts_with('"');
    lenient::beside(raw.get()).filter(|_| is_text).unwrap_or_else(|| raw.get().to_owned())
}

/// The members of a JSON object, undecoded. Of members with the same name the last counts.
#[derive(Debug, Default)]
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.get())
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?).ok()
    }

    /// The first of these members that has a value of this type, as a JSON string or not.
    fn scalar<T: DeserializeOwned>(&self, names: &[&str]) -> Option<T> {
        names.iter().find_map(|name| lenient::beside(self.get(name)?))
    }

    /// The value at a path of names; for a list, its first element is used.
    fn at(&self, place: &str) -> Option<&'a str> {
        let (name, rest) = place.split_once('.').unwrap_or((place, ""));
        let mut value = self.get(name)?;
        if value.starts_with('[') {
            value = serde_json::from_str::<Few<'a>>(value).ok()?.0.first()?.get();
        }
        if rest.is_empty() {
            return Some(value);
        }
        serde_json::from_str::<Self>(value).ok()?.at(rest)
    }

    /// The first of these members that is present and can be decoded.
    fn first<T: Deserialize<'a>>(&self, names: &[&str]) -> Option<T> {
        names.iter().find_map(|name| self.read(name))
    }

    /// The usage object and what it reports.
    fn usage(&self, spelling: &Spelling) -> (Self, Usage) {
        let members = self.first::<Self>(spelling.usage).unwrap_or_default();
        let usage = Usage {
            coin_cost: members.scalar(spelling.coin_cost),
            remaining_balance: members.scalar(spelling.balance),
        };
        (members, usage)
    }

    /// The other members, without those that are null.
    fn extra(&self, known: &[&[&str]]) -> impl Iterator<Item = (&str, &'a RawValue)> {
        let members = self.0.iter().map(|(name, value)| (&**name, *value));
        members.filter(move |(name, value)| {
            !known.iter().any(|names| names.contains(name)) && value.get() != "null"
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(8);
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    if members.len() < MOST_MEMBERS {
                        members.push((key, value));
                    } else if SPELLING.has(&key) {
                        let mut late = members.iter_mut().skip(MOST_MEMBERS);
                        match late.find(|(name, _)| *name == key) {
                            Some(member) => member.1 = value,
                            None => members.push((key, value)),
                        }
                    }
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}

/// The first elements of a list, undecoded.
#[derive(Default)]
struct Few<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Few<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Few<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut few = Vec::new();
                while few.len() < MOST_MEMBERS
                    && let Some(element) = list.next_element()?
                {
                    few.push(element);
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Few(few))
            }
        }

        from.deserialize_seq(List)
    }
}

/// A key, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn everything_but_the_object_is_optional() {
        let read = |text: &'static str| Envelope::read(text.as_bytes(), &Redactor::default());
        let full = read(
            r#"{"data":{"a":1},"request_id":"r1","usage":{"coin_cost":5,"remaining_balance":-3},
                "page":2,"page_size":20,"total":41,"warnings":["slow",{"code":7}]}"#,
        )
        .unwrap();
        assert_eq!(full.data, Some(r#"{"a":1}"#));
        assert_eq!(full.request_id.as_deref(), Some("r1"));
        assert_eq!(full.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
        assert_eq!((full.page, full.page_size, full.total), (Some(2), Some(20), Some(41)));
        assert_eq!(full.warnings, ["slow", r#"{"code":7}"#]);

        for other in [
            "{}",
            r#"{"usage":null,"page":null,"warnings":null,"request_id":null}"#,
            r#"{"usage":"free","page":"two","page_size":-1,"total":1.5,"warnings":"none","request_id":{}}"#,
            r#"{"usage":{"coin_cost":"05","remaining_balance":1e300}}"#,
            r#"{"usage":{"coin_cost":5.5,"remaining_balance":"0x5"}}"#,
            r#"{"usage":{"coin_cost":-5,"remaining_balance":[]}}"#,
            r#"{"usage":{"credits_cost":5}}"#,
        ] {
            let read = read(other).unwrap();
            assert_eq!(read.usage, Usage::default(), "{other}");
            assert_eq!((read.data, read.request_id, read.page), (None, None, None), "{other}");
            assert_eq!(
                (read.page_size, read.total, read.warnings.len()),
                (None, None, 0),
                "{other}"
            );
        }
        for same in [
            r#"{"usage":{"coin_cost":5.0,"remaining_balance":"-3"},"request_id":7,"page":"2"}"#,
            r#"{"usage":{"coin_cost":"5.0","remaining_balance":-3e0},"request_id":"7","page":2.0}"#,
        ] {
            let read = read(same).unwrap();
            assert_eq!(read.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
            assert_eq!((read.request_id.as_deref(), read.page), (Some("7"), Some(2)), "{same}");
        }
        assert_eq!(read(r#"{"data":null}"#).unwrap().data, Some("null"));
        assert_eq!(read(r#"{"data":1,"d\u0061ta":2}"#).unwrap().data, Some("2"));
        for wrong in
            ["", "[]", "null", "<html>", "{\"data\":{}", "{} trailing", "{\"data\":\"\u{fffd}"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Envelope::read(b"{\"data\":\"\xff\"}", &Redactor::default()).is_err());
    }

    /// Members that the document has renamed, or that have two possible names.
    const OTHER: Spelling = Spelling {
        data: &["result"],
        request_id: &["trace_id"],
        usage: &["bill", "usage"],
        page: &["number"],
        page_size: &[],
        total: &[],
        warnings: &["hints"],
        coin_cost: &["credits_cost", "coin_cost"],
        balance: &["credits_balance"],
    };

    #[test]
    fn the_document_says_how_it_is_spelled() {
        let read = |text: &'static str| {
            Envelope::spelled(&OTHER, text.as_bytes(), &Redactor::default()).unwrap()
        };
        let full = read(
            r#"{"result":{"a":1},"trace_id":"t1","bill":{"credits_cost":5,"credits_balance":-3},
                "number":2,"hints":["slow"]}"#,
        );
        assert_eq!(full.data, Some(r#"{"a":1}"#));
        assert_eq!(full.request_id.as_deref(), Some("t1"));
        assert_eq!(full.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
        assert_eq!((full.page, full.warnings), (Some(2), vec!["slow".to_owned()]));
        assert!(full.extra.is_empty());

        let older = read(r#"{"result":1,"usage":{"coin_cost":7}}"#);
        assert_eq!(older.usage, Usage { coin_cost: Some(7), remaining_balance: None });
    }

    #[test]
    fn what_has_no_field_is_kept_as_it_came() {
        let read = Envelope::read(
            br#"{"data":1,"trace":{"b":[1.50]},"n":null,"usage":{"coin_cost":5,"bonus":2}}"#,
            &Redactor::default(),
        )
        .unwrap();
        let extra: Vec<_> =
            read.extra.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
        assert_eq!(
            extra,
            [("trace", r#"{"b":[1.50]}"#), ("usage", r#"{"coin_cost":5,"bonus":2}"#)]
        );
        assert_eq!(read.usage.coin_cost, Some(5));
    }

    #[test]
    fn without_an_envelope_all_of_it_is_data() {
        let read = |text: &'static str| Envelope::bare(text.as_bytes()).unwrap();
        let bare = read(r#" {"data":1,"usage":{"coin_cost":5}} "#);
        assert_eq!(bare.data, Some(r#"{"data":1,"usage":{"coin_cost":5}}"#));
        assert_eq!((bare.usage, bare.request_id), (Usage::default(), None));
        assert_eq!(read("[1]").data, Some("[1]"));
        assert_eq!(read(" \r\n").data, None);
        assert!(Envelope::bare(b"<html>").is_err());
    }

    #[test]
    fn of_many_members_those_with_a_meaning_are_kept() {
        let many: Vec<_> = (0..5000).map(|n| format!(r#""m{n}":{n},"code":{n},"#)).collect();
        let many = many.concat();
        let warnings = "7,".repeat(5000);
        let body = format!(
            r#"{{{many}"warnings":[{warnings}7],"usage":{{{many}"coin_cost":5}},"message":"m","data":1,"data":2}}"#
        );
        let read = Envelope::read(body.as_bytes(), &Redactor::default()).unwrap();
        assert_eq!((read.data, read.usage.coin_cost), (Some("2"), Some(5)));
        assert!(read.extra.len() <= MOST_MEMBERS && read.warnings.len() == MOST_MEMBERS);
        let error = ErrorObject::read(body.replace(r#""code":4999"#, r#""code":"C""#).as_bytes());
        assert_eq!(error.message.as_deref(), Some("m"));
        assert_eq!(error.code.as_deref(), Some("C"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = Envelope::read(&bytes, &Redactor::default());
            ErrorObject::read(&bytes);
        }
    }
}
