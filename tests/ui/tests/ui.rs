//! What the compiler says of requests that are sent or built while an input is missing.

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_missing_input_is_named_by_the_compiler() {
    trybuild::TestCases::new().compile_fail("tests/missing/*.rs");
}
