//! Responses that are wrong below HTTP, as what is written on the connection by hand.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

use crate::fault::{FaultKind, RetryAfter};
use crate::refusal::Code;
use crate::reply::Reply;

/// The size of what an enormous response is made of.
const CHUNK: usize = 64 << 10;

/// What to do with a connection instead of answering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    /// Whether the connection stays open afterwards, until the client closes it.
    pub(crate) hold: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Write(Bytes),
    /// One byte after the other, with a pause after each.
    Drip(Bytes, Duration),
    /// The same bytes, repeated.
    Repeat(Bytes, u64),
    Wait(Duration),
    /// Until the client gives up.
    WaitForever,
}

/// What an honest reply becomes under a fault of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Still HTTP.
    Reply(Reply),
    /// The same a second time, after a pause, as a response to nothing.
    Twice(Reply, Duration),
    /// Not any more.
    Script(Script),
}

impl Sent {
    /// Packs what is still a reply.
    pub(crate) fn compressed(self, accepted: Option<&str>) -> Self {
        match self {
            Self::Reply(reply) => Self::Reply(reply.compressed(accepted)),
            Self::Twice(reply, pause) => Self::Twice(reply.compressed(accepted), pause),
            Self::Script(script) => Self::Script(script),
        }
    }
}

/// Spoils an honest reply.
pub(crate) fn faulty(fault: &FaultKind, reply: Reply) -> Sent {
    let script = |steps, hold| Sent::Script(Script { steps, hold });
    // A connection that is to be closed says so, lest a client keeps it for its next call.
    let length = |length: usize| format!("content-length: {length}\r\nconnection: close");
    let body = reply.body.clone();
    let half = body.len() / 2;
    let head = |framing: String| Step::Write(reply.head(&framing).into());
    match fault {
        FaultKind::CloseAfterCharging => script(Vec::new(), false),
        FaultKind::CloseInBody => {
            script(vec![head(length(body.len())), Step::Write(body.slice(..half))], false)
        }
        FaultKind::StallHeaders(time) => {
            script(vec![wait(*time), head(length(body.len())), Step::Write(body)], false)
        }
        FaultKind::StallBody(time) => script(
            vec![
                head(length(body.len())),
                Step::Write(body.slice(..half)),
                wait(*time),
                Step::Write(body.slice(half..)),
            ],
            false,
        ),
        FaultKind::Drip(gap) => {
            let mut whole = reply.head(&length(body.len())).into_bytes();
            whole.extend_from_slice(&body);
            script(vec![Step::Drip(whole.into(), *gap)], false)
        }
        FaultKind::LengthTooLong => {
            script(vec![head(length(body.len() + 64)), Step::Write(body)], false)
        }
        FaultKind::LengthTooShort => {
            let short = body.len().saturating_sub(10);
            let kept = head(format!("content-length: {short}"));
            script(vec![kept, Step::Write(body)], true)
        }
        FaultKind::Enormous(bytes) => {
            let rest = body.len().saturating_sub(1);
            let blanks = Bytes::from(vec![b' '; CHUNK]);
            let many = bytes.div_ceil(CHUNK as u64);
            script(
                vec![
                    head("transfer-encoding: chunked\r\nconnection: close".to_owned()),
                    Step::Write(chunk(&body[..rest])),
                    Step::Repeat(chunk(&blanks), many),
                    Step::Write(chunk(&body[rest..])),
                    Step::Write(Bytes::from_static(b"0\r\n\r\n")),
                ],
                false,
            )
        }
        FaultKind::ExtraResponse(pause) => Sent::Twice(reply, *pause),
        FaultKind::InvalidJson => Sent::Reply(Reply { body: body.slice(..half), ..reply }),
        FaultKind::EmptyResponse => Sent::Reply(Reply { body: Bytes::new(), ..reply }),
        FaultKind::BrokenGzip => {
            let garbage = Bytes::from_static(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffnot gzip");
            Sent::Reply(Reply { body: garbage, ..reply }.with("content-encoding", "gzip"))
        }
        FaultKind::GzipBomb(bytes) => Sent::Reply(bomb(&reply, *bytes)),
        _ => Sent::Reply(reply),
    }
}

/// The HTML of a gateway that could not reach what is behind it.
pub(crate) fn gateway(status: u16) -> Reply {
    let reason = match status {
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => "Bad Gateway",
    };
    let html = format!(
        "<html>\r\n<head><title>{status} {reason}</title></head>\r\n\
         <body>\r\n<center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    Reply::of(status, "text/html", html)
}

/// A redirect of a request to the same path elsewhere. 307 asks for the same method and body.
pub(crate) fn redirect(to: Option<&str>, path: &str) -> Reply {
    let base = to.unwrap_or("http://elsewhere.sandbox.invalid");
    Reply::empty(307).with("location", format!("{}{path}", base.trim_end_matches('/')))
}

/// The `Retry-After` that a fault asks for.
pub(crate) fn retry_after(after: RetryAfter) -> Option<String> {
    match after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
        RetryAfter::Date(seconds) => {
            Some(httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds)))
        }
        RetryAfter::Invalid => Some("soon".to_owned()),
    }
}

/// The API's code for a status of 500 or more.
pub(crate) fn server_code(status: u16) -> Code {
    Code::of_server_status(status).unwrap_or(Code::InternalError)
}

fn wait(time: Option<Duration>) -> Step {
    time.map_or(Step::WaitForever, Step::Wait)
}

fn chunk(bytes: &[u8]) -> Bytes {
    if bytes.is_empty() {
        // An empty chunk would be the last one.
        return Bytes::new();
    }
    let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
    framed.extend_from_slice(bytes);
    framed.extend_from_slice(b"\r\n");
    framed.into()
}

/// A reply whose body decompresses to its own text, with this many spaces before the last brace.
fn bomb(reply: &Reply, bytes: u64) -> Reply {
    let rest = reply.body.len().saturating_sub(1);
    let blanks = vec![b' '; CHUNK];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut pack = || {
        encoder.write_all(&reply.body[..rest])?;
        for _ in 0..bytes.div_ceil(CHUNK as u64) {
            encoder.write_all(&blanks)?;
        }
        encoder.write_all(&reply.body[rest..])
    };
    // Writing to a vector does not fail.
    let packed = pack().and_then(|()| encoder.finish()).unwrap_or_default();
    Reply { body: packed.into(), ..reply.clone() }.with("content-encoding", "gzip")
}
