//! The styles of parameters. The expected texts are those of the tables of OpenAPI 3.0 ("Style Examples") and of
//! RFC 6570, section 3.2; where OpenAPI 3.0.3 prints what RFC 3986 allows in no URL (blanks, `|`, `[`), its
//! percent-encoding, as OpenAPI 3.0.4 has it.

use super::*;

#[derive(Serialize)]
struct Rgb {
    #[serde(rename = "R")]
    red: i64,
    #[serde(rename = "G")]
    green: i64,
    #[serde(rename = "B")]
    blue: i64,
}

const COLOR: &str = "blue";
const COLORS: [&str; 3] = ["blue", "black", "brown"];
const RGB: Rgb = Rgb { red: 100, green: 200, blue: 150 };

fn query(style: ParamStyle, value: &impl Serialize) -> String {
    written(|to| _ = to.query_as("color", value, style)).unwrap().query
}

#[test]
fn in_a_query() {
    use ParamStyle::{Comma, DeepObject, Exploded, Pipe, Space};
    for (style, one, list, members) in [
        (Comma, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (Exploded, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (Space, "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        (Pipe, "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
    ] {
        assert_eq!(query(style, &COLOR), one, "{style:?}");
        assert_eq!(query(style, &COLORS), list, "{style:?}");
        assert_eq!(query(style, &RGB), members, "{style:?}");
    }
    assert_eq!(query(DeepObject, &RGB), "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150");
}

#[test]
fn in_a_path() {
    use ParamStyle::{Comma, Exploded, Label, LabelExploded, Matrix, MatrixExploded};
    for (style, one, list, members) in [
        (Comma, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        (Exploded, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        (Label, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        (LabelExploded, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        (Matrix, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        (
            MatrixExploded,
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ),
    ] {
        let path = |write: &dyn Fn(&mut Inputs)| {
            let path = written_to("/a/{color}/b", true, write).unwrap().path;
            path.strip_prefix("/a/").unwrap().strip_suffix("/b").unwrap().to_owned()
        };
        assert_eq!(path(&|to| _ = to.path_as("color", COLOR, style)), one, "{style:?}");
        assert_eq!(path(&|to| _ = to.path_as("color", &COLORS, style)), list, "{style:?}");
        assert_eq!(path(&|to| _ = to.path_as("color", &RGB, style)), members, "{style:?}");
    }
    // RFC 6570, 3.2.7: `{;x,y,empty}`.
    let empty = written_to("/a{color}", true, |to| _ = to.path_as("color", "", Matrix)).unwrap();
    assert_eq!(empty.path, "/a;color");
}

#[test]
fn a_segment_may_hold_several_parameters_and_more() {
    let written = written_to("/{from}-{to}.json/{from}", true, |to| {
        to.path("from", &1);
        to.path("to", "a/b");
    });
    assert_eq!(written.unwrap().path, "/1-a%2Fb.json/1");
    let dots = written_to("/a/{x}{y}/b", true, |to| {
        to.path("x", ".");
        to.path("y", ".");
    });
    assert_eq!(
        dots.unwrap_err(),
        ["`y`: expected a path segment that is not empty, `.` or `..`, found `.`"]
    );
    for (value, style) in
        [("", ParamStyle::Comma), ("", ParamStyle::Label), (".", ParamStyle::Label)]
    {
        let invalid_segment = written_to("/a/{x}/b", true, |to| _ = to.path_as("x", value, style));
        assert!(invalid_segment.is_err(), "{value:?} {style:?}");
    }
    let none = written_to("/a/{x}", true, |to| _ = to.path("x", &Vec::<String>::new()));
    assert_eq!(none.unwrap_err(), ["`x`: expected a value for the path `/a/{x}`, found absent"]);
}

#[test]
fn values_are_percent_encoded_and_delimiters_are_not() {
    use ParamStyle::{Comma, DeepObject, Exploded, Pipe};
    let members = BTreeMap::from([("a&b", "c=d"), ("e[f]", "ü")]);
    assert_eq!(query(Exploded, &members), "a%26b=c%3Dd&e%5Bf%5D=%C3%BC");
    assert_eq!(query(DeepObject, &members), "color%5Ba%26b%5D=c%3Dd&color%5Be%5Bf%5D%5D=%C3%BC");
    assert_eq!(query(Comma, &["a b", "c&d"]), "color=a%20b,c%26d");
    assert_eq!(query(Pipe, &["a,b", "c"]), "color=a%2Cb%7Cc");
    assert_eq!(query(Comma, &["a,b"]), "color=a%2Cb", "there is nothing to divide");
    assert_eq!(query(Exploded, &[1.0, 0.5]), "color=1&color=0.5");
    assert_eq!(query(Comma, &[Some(true), Some(false)]), "color=true,false");
}

#[test]
fn absent_and_empty_values_write_nothing() {
    #[derive(Serialize)]
    struct Part {
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<i64>,
        absent: Option<i64>,
        set: Option<i64>,
    }
    use ParamStyle::{Comma, DeepObject, Exploded, Json};
    let part = |set| Part { left_out: None, absent: None, set };
    assert_eq!(query(DeepObject, &part(Some(1))), "color%5Bset%5D=1");
    assert_eq!(query(Exploded, &part(None)), "");
    assert_eq!(query(Comma, &part(None)), "");
    for style in [Comma, Exploded, DeepObject, Json] {
        assert_eq!(query(style, &None::<Rgb>), "", "{style:?}");
    }
}

#[test]
fn json_is_one_value() {
    let filter = BTreeMap::from([("a", vec![Some("x y"), None])]);
    assert_eq!(query(ParamStyle::Json, &filter), "color=%7B%22a%22%3A%5B%22x%20y%22%2Cnull%5D%7D");
    assert_eq!(query(ParamStyle::Json, &"a"), "color=%22a%22");
}

#[test]
fn raw_json_is_encoded_by_its_json_type() {
    use ParamStyle::{Comma, DeepObject, Exploded};
    let json = |text: &str| text.parse::<Json>().unwrap();
    assert_eq!(query(DeepObject, &json(r#"{"b":1,"a":"x"}"#)), "color%5Ba%5D=x&color%5Bb%5D=1");
    assert_eq!(query(Exploded, &json("[1,2.5]")), "color=1&color=2.5");
    assert_eq!(query(Comma, &json(r#""blue""#)), "color=blue");
    // Integers of any length keep their digits.
    let (huge, list) = ("340282366920938463463374607431768211456", "[7,-18446744073709551616,1.0]");
    assert_eq!(query(Exploded, &json(huge)), format!("color={huge}"));
    assert_eq!(query(Comma, &json(list)), "color=7,-18446744073709551616,1");
    let members = format!(r#"{{"b":null,"a":{huge}}}"#);
    assert_eq!(query(DeepObject, &json(&members)), format!("color%5Ba%5D={huge}"));
    let nested = written(|to| _ = to.query("color", &json(r#"{"a":[1]}"#)));
    assert_eq!(
        nested.unwrap_err(),
        ["`color`: expected a value that this style can encode, found a list or an object in it"]
    );
}

#[test]
fn value_with_the_delimiter_is_refused() {
    use ParamStyle::{Comma, LabelExploded, Pipe, Space};
    for (style, value, what) in
        [(Comma, "a,b", "commas"), (Space, "a b", "blanks"), (Pipe, "a|b", "vertical bars")]
    {
        let error = written(|to| _ = to.query_as("i", &[value, "c"], style)).unwrap_err();
        let expected = format!("`i`: expected a list of values without {what}, found `{value}`");
        assert_eq!(error, [expected]);
    }
    let label = written_to("/{i}", true, |to| _ = to.path_as("i", &[1.5, 2.0], LabelExploded));
    assert_eq!(
        label.unwrap_err(),
        ["`i`: expected a list of values without full stops, found `1.5`"]
    );
}

#[test]
fn reserved_characters_stay_where_they_have_no_meaning() {
    // RFC 3986, 2.2, in its order, then what is never allowed and what is not reserved.
    let all = ":/?#[]@!$&'()*+,;= %\"<é~";
    let expected = "u=:/?%23%5B%5D@!$%26'()*%2B,;=%20%25%22%3C%C3%A9~";
    let one = written(|to| _ = to.query_reserved("u", all, ParamStyle::Exploded)).unwrap();
    assert_eq!(one.query, expected);
    let list = ["a/b", "c:d"];
    let list = written(|to| _ = to.query_reserved("u", &list, ParamStyle::Comma)).unwrap();
    assert_eq!(list.query, "u=a/b,c:d");
    // What a server reads is what was given.
    let url = url::Url::parse(&format!("https://host/?{}", one.query)).unwrap();
    assert_eq!(url.query_pairs().next().unwrap().1, all);
}

#[test]
fn bounds_hold_wherever_a_value_travels() {
    let error = written_to("/{p}", true, |to| {
        to.path("p", &0).at_least(1);
        to.query_as("q", &0, ParamStyle::Json).at_least(1);
        to.query_reserved("r", "ab", ParamStyle::Comma).max_length(1);
        to.header("h", &4).at_most(3);
        to.cookie("c", "ab").max_length(1);
        to.form("f", &0.5).at_least(1);
        to.part("m", "ab").max_length(1);
        to.text("ab").max_length(1);
        to.json(&9).at_most(8);
    });
    let fields: Vec<_> = error.unwrap_err();
    let fields: Vec<_> = fields.iter().map(|said| said.split('`').nth(1).unwrap()).collect();
    assert_eq!(fields, ["p", "q", "r", "h", "c", "f", "m", "body", "body"]);
}
