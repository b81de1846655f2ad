//! Which failures of a poll are waited out, and for how long.

use crate::error::Error;

/// After so many answers in a row that make no sense, the next one will not either, and some polls cost.
const SENSELESS: u32 = 5;

/// What a row of polls that told nothing leaves of the readiness to ask again. A poll that tells something restores it.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    senseless: u32,
}

impl Patience {
    /// Whether asking again may help after this.
    pub(crate) fn bears(&mut self, error: &Error) -> bool {
        // Each poll more may cost what no poll is said to cost.
        if error.is_charged_failure() {
            return false;
        }
        if makes_no_sense(error) {
            self.senseless = self.senseless.saturating_add(1);
            return self.senseless < SENSELESS;
        }
        self.senseless = 0;
        error.is_connect()
            || error.is_timeout()
            || error.is_interrupted()
            || error.is_server_error()
            || error.is_rate_limited()
    }
}

/// Whether it was an answer, but none that the API gives to such a question: data of another shape, a flood, or a
/// refusal without one of the API's codes, as something on the way to it may say.
fn makes_no_sense(error: &Error) -> bool {
    let refused = error.is_api() && !error.is_server_error() && !error.is_rate_limited();
    error.is_decode() || error.is_too_large() || refused && error.code().is_none()
}
