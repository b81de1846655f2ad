//! Leaves out operations that are no OpenAPI, so that the others can be compared.

use serde_json::Value;

use super::METHODS;
use crate::report::Problem;

/// Removes every operation that a problem stands in. Says whether that is all: a problem
/// elsewhere concerns the whole document.
pub(super) fn leave_out(document: &mut Value, problems: &[Problem]) -> bool {
    problems.iter().all(|problem| {
        let mut tokens = problem.pointer.as_str().split('/').skip(1);
        let (Some("paths"), Some(path), Some(method)) =
            (tokens.next(), tokens.next(), tokens.next())
        else {
            return false;
        };
        let Some(Value::Object(item)) = document.pointer_mut(&format!("/paths/{path}")) else {
            return false;
        };
        // What has a name of its own here, such as `parameters`, belongs to several.
        if !METHODS.contains(&method) {
            return false;
        }
        item.shift_remove(method);
        true
    })
}
