//! What a response says of itself is read from any envelope, and nothing in one is required.

use super::members::MOST_MEMBERS;
use super::*;
use proptest::prelude::*;

#[test]
fn everything_but_the_object_is_optional() {
    let read =
        |text: &'static str| Envelope::read(&MEMBER_NAMES, &text.into(), &Redactor::default());
    let full = read(
        r#"{"data":{"a":1},"request_id":"r1","usage":{"coin_cost":5,"remaining_balance":-3},
            "page":2,"page_size":20,"total":41,"warnings":["slow",{"code":7}]}"#,
    )
    .unwrap();
    assert_eq!(full.data, Some(Bytes::from_static(br#"{"a":1}"#)));
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
        assert_eq!((read.page_size, read.total, read.warnings.len()), (None, None, 0), "{other}");
    }
    for same in [
        r#"{"usage":{"coin_cost":5.0,"remaining_balance":"-3"},"request_id":7,"page":"2"}"#,
        r#"{"usage":{"coin_cost":"5.0","remaining_balance":-3e0},"request_id":"7","page":2.0}"#,
    ] {
        let read = read(same).unwrap();
        assert_eq!(read.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
        assert_eq!((read.request_id.as_deref(), read.page), (Some("7"), Some(2)), "{same}");
    }
    assert_eq!(read(r#"{"data":null}"#).unwrap().data, Some("null".into()));
    assert_eq!(read(r#"{"data":1,"d\u0061ta":2}"#).unwrap().data, Some("2".into()));
    for wrong in ["", "[]", "null", "<html>", "{\"data\":{}", "{} trailing", "{\"data\":\"\u{fffd}"]
    {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(
        Envelope::read(
            &MEMBER_NAMES,
            &Bytes::from_static(b"{\"data\":\"\xff\"}"),
            &Redactor::default()
        )
        .is_err()
    );
}

/// Members that the document has renamed, or that have two possible names.
const OTHER: MemberNames = MemberNames {
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
fn envelope_names_come_from_the_document() {
    let read =
        |text: &'static str| Envelope::read(&OTHER, &text.into(), &Redactor::default()).unwrap();
    let full = read(
        r#"{"result":{"a":1},"trace_id":"t1","bill":{"credits_cost":5,"credits_balance":-3},
            "number":2,"hints":["slow"]}"#,
    );
    assert_eq!(full.data, Some(Bytes::from_static(br#"{"a":1}"#)));
    assert_eq!(full.request_id.as_deref(), Some("t1"));
    assert_eq!(full.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
    assert_eq!((full.page, full.warnings), (Some(2), vec!["slow".to_owned()]));
    assert!(full.extra.is_empty());

    let older = read(r#"{"result":1,"usage":{"coin_cost":7}}"#);
    assert_eq!(older.usage, Usage { coin_cost: Some(7), remaining_balance: None });
}

#[test]
fn unknown_members_are_kept_unchanged() {
    let read = Envelope::read(
        &MEMBER_NAMES,
        &br#"{"data":1,"trace":{"b":[1.50]},"n":null,"usage":{"coin_cost":5,"bonus":2}}"#[..]
            .into(),
        &Redactor::default(),
    )
    .unwrap();
    let extra: Vec<_> =
        read.extra.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
    assert_eq!(extra, [("trace", r#"{"b":[1.50]}"#), ("usage", r#"{"coin_cost":5,"bonus":2}"#)]);
    assert_eq!(read.usage.coin_cost, Some(5));
}

#[test]
fn without_an_envelope_all_of_it_is_data() {
    let read = |text: &'static str| Envelope::bare(&text.into()).unwrap();
    let bare = read(r#" {"data":1,"usage":{"coin_cost":5}} "#);
    assert_eq!(bare.data, Some(r#"{"data":1,"usage":{"coin_cost":5}}"#.into()));
    assert_eq!((bare.usage, bare.request_id), (Usage::default(), None));
    assert_eq!(read("[1]").data, Some("[1]".into()));
    assert_eq!(read(" \r\n").data, None);
    assert!(Envelope::bare(&"<html>".into()).is_err());
}

#[test]
fn members_with_a_role_are_kept_among_many() {
    let many: Vec<_> = (0..5000).map(|n| format!(r#""m{n}":{n},"code":{n},"#)).collect();
    let many = many.concat();
    let warnings = "7,".repeat(5000);
    let body = format!(
        r#"{{{many}"warnings":[{warnings}7],"usage":{{{many}"coin_cost":5}},"message":"m","data":1,"data":2}}"#
    );
    let read = Envelope::read(&MEMBER_NAMES, &body.clone().into(), &Redactor::default()).unwrap();
    assert_eq!((read.data, read.usage.coin_cost), (Some("2".into()), Some(5)));
    assert!(read.extra.len() <= MOST_MEMBERS && read.warnings.len() == MOST_MEMBERS);
    let error = ErrorObject::read(body.replace(r#""code":4999"#, r#""code":"C""#).as_bytes());
    assert_eq!(error.message.as_deref(), Some("m"));
    assert_eq!(error.code.as_deref(), Some("C"));
}

proptest! {
    #[test]
    fn any_bytes_do_not_panic(bytes: Vec<u8>) {
        let _ = Envelope::read(&MEMBER_NAMES, &bytes.clone().into(), &Redactor::default());
        ErrorObject::read(&bytes);
    }
}
