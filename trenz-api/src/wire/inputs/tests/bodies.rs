//! Bodies. What forms look like is HTML's `application/x-www-form-urlencoded` (URL Standard, 5.2) and RFC 7578; what
//! stands in them, OpenAPI 3.0's encoding object.

use super::*;
use http::header::CONTENT_TYPE;

/// The media type and the body.
fn body(write: impl FnOnce(&mut Inputs)) -> Option<(String, String)> {
    let written = written(write).unwrap();
    let media_type =
        written.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    let body = written.body.map(|body| String::from_utf8(body.to_vec()).unwrap());
    assert_eq!(media_type.is_some(), body.is_some());
    Some((media_type?, body?))
}

fn of(media_type: &str, body: &str) -> (String, String) {
    (media_type.to_owned(), body.to_owned())
}

#[test]
fn json_of_any_kind() {
    const JSON: &str = "application/json";
    assert_eq!(body(|to| _ = to.json(&vec![1, 2])), Some(of(JSON, "[1,2]")));
    assert_eq!(body(|to| _ = to.json("text")), Some(of(JSON, r#""text""#)));
    assert_eq!(body(|to| _ = to.json(&Vec::<i64>::new())), Some(of(JSON, "[]")));
    assert_eq!(body(|to| _ = to.json(&"{ }".parse::<Json>().unwrap())), Some(of(JSON, "{ }")));
    assert_eq!(body(|to| _ = to.json(&None::<Json>)), None, "an optional body that is not set");
    assert_eq!(body(|to| _ = to.body("a", &None::<i64>)), None, "and one of which nothing is set");
    assert_eq!(body(|to| _ = to.body("a", &1)), Some(of(JSON, r#"{"a":1}"#)));
    let patch = body(|to| {
        to.content_type("application/merge-patch+json");
        to.body("a", &1);
    });
    assert_eq!(patch, Some(of("application/merge-patch+json", r#"{"a":1}"#)));
    assert_eq!(body(|to| to.content_type("application/merge-patch+json")), None);
    assert!(written(|to| _ = to.json(&[f64::NAN])).is_err());
}

#[test]
fn forms() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let all = body(|to| {
        to.form_body();
        to.form("name", "a b+c&d=é~*-._\r\n");
        to.form("sizes", &[1, 2]);
        to.form_as("colors", &["red", "light blue"], ParamStyle::Comma);
        to.form("where", &BTreeMap::from([("a", "b c")]));
        to.form_as("deep", &BTreeMap::from([("b", 1)]), ParamStyle::DeepObject);
        to.form_as("json", &BTreeMap::from([("c", [1])]), ParamStyle::Json);
        to.form("unset", &None::<String>);
    });
    let expected = "name=a+b%2Bc%26d%3D%C3%A9%7E*-._%0D%0A&sizes=1&sizes=2&colors=red,light+blue&a=b+c\
                    &deep%5Bb%5D=1&json=%7B%22c%22%3A%5B1%5D%7D";
    assert_eq!(all, Some(of(FORM, expected)));
    assert_eq!(body(Inputs::form_body), Some(of(FORM, "")));
    assert_eq!(body(|to| _ = to.form("unset", &None::<String>)), None);
}

#[test]
fn bounds_of_every_kind_of_part_are_checked() {
    let mut inputs = Inputs::new(true);
    inputs.part("plain", &7).at_most(5);
    inputs.part_json("json", &7).at_most(5);
    let violations = inputs.finish("/a").unwrap_err();
    let fields: Vec<_> = violations.iter().map(Violation::field).collect();
    assert_eq!(fields, ["plain", "json"]);
}

#[test]
fn parts() {
    let (media_type, text) = body(|to| {
        to.multipart_body();
        to.part("title", "a \"b\"\r\n");
        to.part("tags", &["x", "y"]);
        to.part("count", &2);
        to.part_json("about", &BTreeMap::from([("a", "é")]));
        to.parts_json("rows", &vec![BTreeMap::from([("n", 1)]), BTreeMap::from([("n", 2)])]);
        to.files("file", "application/octet-stream", [&FilePart::new("raw\r\n--bytes")]);
        let named = FilePart::new("PNG").name("a\"b\r\n.png").media_type("image/png");
        to.files("pictures", "image/*", &vec![named]);
        to.files("unset", "image/png", &None::<FilePart>);
        to.part("unset", &None::<String>);
        to.part_json("unset", &None::<Json>);
        to.parts_json("unset", &None::<Vec<Json>>);
    })
    .unwrap();
    assert_eq!(media_type, "multipart/form-data; boundary=form-part-0");
    let expected = "--form-part-0\r\n\
        Content-Disposition: form-data; name=\"title\"\r\n\r\n\
        a \"b\"\r\n\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"tags\"\r\n\r\n\
        x\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"tags\"\r\n\r\n\
        y\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"count\"\r\n\r\n\
        2\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"about\"\r\n\
        Content-Type: application/json\r\n\r\n\
        {\"a\":\"é\"}\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"rows\"\r\n\
        Content-Type: application/json\r\n\r\n\
        {\"n\":1}\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"rows\"\r\n\
        Content-Type: application/json\r\n\r\n\
        {\"n\":2}\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\
        Content-Type: application/octet-stream\r\n\r\n\
        raw\r\n--bytes\r\n\
        --form-part-0\r\n\
        Content-Disposition: form-data; name=\"pictures\"; filename=\"a%22b%0D%0A.png\"\r\n\
        Content-Type: image/png\r\n\r\n\
        PNG\r\n\
        --form-part-0--\r\n";
    assert_eq!(text, expected);
    let nothing = body(Inputs::multipart_body).unwrap();
    assert_eq!(nothing.1, "--form-part-0--\r\n");
    assert_eq!(body(|to| _ = to.part("unset", &None::<String>)), None);
}

#[test]
fn no_part_can_end_itself() {
    let file = FilePart::new("\r\n--form-part-0--\r\nform-part-1");
    let (media_type, text) = body(|to| to.files("f", "text/plain", [&file])).unwrap();
    assert_eq!(media_type, "multipart/form-data; boundary=form-part-2");
    assert_eq!(text.matches("--form-part-2").count(), 2);
    let smuggled = FilePart::new("").media_type("text/plain\r\nX-A: b");
    let error = written(|to| to.files("f", "text/plain", [&smuggled])).unwrap_err();
    assert_eq!(error, ["`f`: expected a file with a media type, found `text/plain\r\nX-A: b`"]);
}

#[test]
fn text_and_bytes() {
    assert_eq!(body(|to| _ = to.text("é")), Some(of("text/plain; charset=utf-8", "é")));
    assert_eq!(body(|to| _ = to.text(&7)), Some(of("text/plain; charset=utf-8", "7")));
    assert_eq!(body(|to| _ = to.text(&None::<String>)), None);
    let xml = body(|to| {
        to.content_type("application/xml");
        to.text("<a/>");
    });
    assert_eq!(xml, Some(of("application/xml", "<a/>")));
    let bytes = Bytes::from_static(b"\0\x01");
    assert_eq!(body(|to| to.bytes(&bytes)), Some(of("application/octet-stream", "\0\u{1}")));
    assert_eq!(body(|to| to.bytes(&Some(Bytes::new()))), Some(of("application/octet-stream", "")));
    assert_eq!(body(|to| to.bytes(&None::<Bytes>)), None);
    let png = FilePart::new("PNG").media_type("image/png");
    assert_eq!(body(|to| to.file(&png)), Some(of("image/png", "PNG")));
    assert_eq!(body(|to| to.file(&FilePart::new("x"))), Some(of("application/octet-stream", "x")));
    assert_eq!(body(|to| to.file(&None::<FilePart>)), None);
    assert!(written(|to| to.file(&FilePart::new("x").media_type("a\nb"))).is_err());
}
