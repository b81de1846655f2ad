//! Headers and cookies, after RFC 9110 (5.5), RFC 6265 (4.1.1, 5.4) and the styles `simple` and `form`.

use super::*;
use http::header::COOKIE;

fn header(write: impl FnOnce(&mut Inputs)) -> Result<String, Vec<String>> {
    let written = written(write)?;
    let values: Vec<_> = written.headers.iter().collect();
    assert_eq!(values.len(), 1, "{values:?}");
    Ok(format!("{}: {}", values[0].0, values[0].1.to_str().unwrap()))
}

#[test]
fn header_values_are_sent_unchanged() {
    let rgb = [("R", 100), ("G", 200)];
    let rgb: std::collections::BTreeMap<_, _> = rgb.into_iter().collect();
    let json: Json = r#"{"é":"a😀"}"#.parse().unwrap();
    let header = |write: &dyn Fn(&mut Inputs)| header(write).unwrap();
    assert_eq!(
        header(&|to| _ = to.header("X-One", "a=b; c, \"d\"\t%20")),
        "x-one: a=b; c, \"d\"\t%20"
    );
    assert_eq!(header(&|to| _ = to.header("X-One", &5)), "x-one: 5");
    assert_eq!(header(&|to| _ = to.header("X-One", "")), "x-one: ");
    assert_eq!(header(&|to| _ = to.header("X-List", &["a", "b"])), "x-list: a,b");
    assert_eq!(header(&|to| _ = to.header("X-Rgb", &rgb)), "x-rgb: G,200,R,100");
    assert_eq!(
        header(&|to| _ = to.header_as("X-Rgb", &rgb, ParamStyle::Exploded)),
        "x-rgb: G=200,R=100"
    );
    assert_eq!(
        header(&|to| _ = to.header_as("X-Json", &json, ParamStyle::Json)),
        r#"x-json: {"\u00e9":"a\ud83d\ude00"}"#
    );
    let none = written(|to| {
        to.header("X-None", &None::<String>);
        to.header("X-Empty", &Vec::<String>::new());
        to.cookie("none", &None::<String>);
    });
    assert!(none.unwrap().headers.is_empty());
}

#[test]
fn headers_that_would_not_arrive_unchanged_are_refused() {
    for value in ["a\r\nX-Injected: 1", "a\nb", "a\0b", "\u{7f}", "é", " a", "a ", "\ta"] {
        let error = header(|to| _ = to.header("X-A", value)).unwrap_err();
        let expected = format!(
            "`X-A`: expected visible ASCII characters, with blanks and tabs only between them, found `{value}`"
        );
        assert_eq!(error, [expected]);
    }
    let divided = header(|to| _ = to.header("X-A", &["a,b", "c"])).unwrap_err();
    assert_eq!(divided, ["`X-A`: expected a list of values without commas, found `a,b`"]);
    for name in ["Content-Length", "Host", "transfer-encoding", "X A", ""] {
        let error = written(|to| _ = to.header(name, "1")).unwrap_err();
        assert!(error[0].contains("expected a header that a request can set"), "{error:?}");
    }
}

#[test]
fn cookies_go_in_one_header() {
    let written = written(|to| {
        to.cookie("session", "a b;c=\"d\",é");
        to.cookie("ids", &[3, 4, 5]);
    });
    let headers = written.unwrap().headers;
    assert_eq!(headers[COOKIE], "session=a%20b%3Bc%3D%22d%22%2C%C3%A9; ids=3,4,5");
    assert!(headers[COOKIE].is_sensitive());
    assert_eq!(headers.len(), 1);
    assert!(super::written(|to| _ = to.cookie("a=b", "c")).is_err());
    let both = super::written(|to| {
        to.header("Cookie", "a=1");
        to.cookie("b", "2");
    });
    assert_eq!(both.unwrap().headers[COOKIE], "a=1; b=2");
}
