//! What the hand-written workflows use of the operations that they stand on. Whoever
//! changes one of them changes its part of this list.

/// Work of several calls.
pub(super) struct Workflow {
    /// Its module in the client.
    pub(super) name: &'static str,
    /// The workflow that it is built upon.
    pub(super) stands_on: Option<&'static str>,
    pub(super) parts: &'static [Part],
    /// Types around one string that operations share.
    pub(super) shared: &'static [&'static str],
    /// Tests and examples that do not compile without it.
    pub(super) shown_by: &'static str,
}

/// One operation of a workflow.
pub(super) struct Part {
    /// What the `workflows` table calls it.
    pub(super) name: &'static str,
    /// What the client calls the request, its builder and the answer's data; nothing
    /// where it does not name them.
    pub(super) request: &'static str,
    pub(super) builder: &'static str,
    pub(super) data: &'static str,
    pub(super) inputs: &'static [Need],
    /// Nothing where the answer is taken as it is.
    pub(super) answer: &'static [Need],
}

/// One field that is filled in or read, by its Rust name.
pub(super) struct Need {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) is: Is,
}

/// What a field is. Types that the client names are followed by the name.
#[derive(Clone, Copy)]
pub(super) enum Is {
    Text,
    Texts,
    /// A text, or one of known texts.
    Word,
    Integer,
    Flag,
    Json,
    Enumeration(&'static str),
    Object(&'static str, &'static [Need]),
    Objects(&'static str, &'static [Need]),
    /// A map to objects.
    Entries(&'static str, &'static [Need]),
}

impl Is {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Word => "a string, with or without known values",
            Self::Integer => "an integer",
            Self::Flag => "a boolean",
            Self::Json => "an object that is not described further",
            Self::Enumeration(_) => "a string with known values",
            Self::Object(..) => "an object with properties",
            Self::Objects(..) => "a list of objects with properties",
            Self::Entries(..) => "a map to objects with properties",
        }
    }
}

const fn must(name: &'static str, is: Is) -> Need {
    Need { name, required: true, is }
}

const fn may(name: &'static str, is: Is) -> Need {
    Need { name, required: false, is }
}

pub(super) const WORKFLOWS: [Workflow; 4] = [
    Workflow {
        name: "login",
        stands_on: None,
        parts: &LOGIN,
        shared: &[],
        shown_by: "trenz-api/examples/qr_login.rs, trenz-api/tests/runtime/extremes.rs and states.rs, \
                   tests/tests/work/login.rs",
    },
    Workflow {
        name: "publish",
        stands_on: Some("upload"),
        parts: &PUBLISH,
        shared: &[],
        shown_by: "trenz-api/examples/upload_and_publish.rs, trenz-api/tests/runtime/about.rs, charges.rs, \
                   extremes.rs and states.rs, tests/tests/work/publish.rs",
    },
    Workflow {
        name: "tasks",
        stands_on: None,
        parts: &TASKS,
        shared: &[],
        shown_by: "trenz-api/examples/generate_video.rs, trenz-api/tests/runtime/about.rs, charges.rs, \
                   extremes.rs, refunds.rs and states.rs, \
                   tests/tests/work/tasks.rs, many.rs and submissions.rs",
    },
    Workflow {
        name: "upload",
        stands_on: None,
        parts: &UPLOAD,
        shared: &["MediaUrl"],
        shown_by: "trenz-api/examples/upload_and_publish.rs, trenz-api/tests/runtime/charges.rs, \
                   extremes.rs, states.rs and stores.rs, tests/tests/work/uploads.rs",
    },
];

const LOGIN: [Part; 2] = [
    Part {
        name: "show",
        request: "TikTokQrcode",
        builder: "",
        data: "",
        inputs: &[must("connector", Is::Word), may("state", Is::Text)],
        answer: &[may("scan_qrcode_url", Is::Text), may("token", Is::Text)],
    },
    Part {
        name: "check",
        request: "TikTokQrcodeCheck",
        builder: "",
        data: "TikTokQrcodeCheckData",
        inputs: &[must("connector", Is::Word), must("token", Is::Text)],
        answer: &[
            may("account", Is::Object("TikTokQrcodeCheckAccount", &[])),
            may("state", Is::Text),
            may("status", Is::Text),
        ],
    },
];

const TASKS: [Part; 1] = [Part {
    name: "poll",
    request: "Status",
    builder: "",
    data: "StatusData",
    inputs: &[must("task_id", Is::Text)],
    answer: &[
        must("task_id", Is::Text),
        must("status", Is::Enumeration("TaskStatus")),
        may("result", Is::Json),
        may("error_message", Is::Text),
    ],
}];

const UPLOAD: [Part; 1] = [Part {
    name: "presign",
    request: "PresignedUrl",
    builder: "",
    data: "PresignedUrlData",
    inputs: &[
        must("file_name", Is::Text),
        may("content_type", Is::Text),
        may("expires_in", Is::Integer),
        may("region", Is::Text),
    ],
    answer: &[
        may("presigned_url", Is::Text),
        may("object_key", Is::Text),
        may("s3_bucket", Is::Text),
        may("cdn_url", Is::Text),
    ],
}];

const PUBLISH: [Part; 5] = [
    Part {
        name: "check",
        request: "CheckInfo",
        builder: "CheckInfoBuilder",
        data: "CheckInfoData",
        inputs: &[must("bucket_name", Is::Text), must("object_key", Is::Text)],
        answer: &[may(
            "validation_results",
            Is::Entries("CheckInfoValidationResult", &[may("is_valid", Is::Flag)]),
        )],
    },
    Part {
        name: "start",
        request: "PublishUpload",
        builder: "PublishUploadBuilder",
        data: "",
        inputs: &[
            must("publications", Is::Objects("PublishUploadPublication", &PUBLICATION)),
            must("video_title", Is::Text),
            may("video_description", Is::Text),
            may("dry_run", Is::Flag),
            may("bucket_name", Is::Text),
            may("bucket_key", Is::Text),
            may("file_size", Is::Integer),
            may("cover_bucket_name", Is::Text),
            may("cover_bucket_key", Is::Text),
            may("media_items", Is::Objects("PublishUploadMediaItem", &MEDIA_ITEM)),
        ],
        answer: &[may("session_token", Is::Text), must("skipped_accounts", Is::Texts)],
    },
    Part {
        name: "session",
        request: "PublishSession",
        builder: "",
        data: "PublishSessionData",
        inputs: &[must("session_token", Is::Text)],
        answer: &[
            may(
                "session",
                Is::Object(
                    "",
                    &[
                        may("session_token", Is::Text),
                        may("status", Is::Text),
                        may("video_id", Is::Integer),
                    ],
                ),
            ),
            must(
                "publications",
                Is::Objects(
                    "PublishSessionPublication",
                    &[
                        may("id", Is::Integer),
                        may("status", Is::Text),
                        may("stage", Is::Text),
                        may("platform_url", Is::Text),
                        may("platform_video_id", Is::Text),
                    ],
                ),
            ),
        ],
    },
    Part {
        name: "cancel_session",
        request: "PublishSessionCancel",
        builder: "",
        data: "",
        inputs: &[must("session_token", Is::Text)],
        answer: &[],
    },
    Part {
        name: "cancel",
        request: "PublishCancel",
        builder: "",
        data: "",
        inputs: &[must("publication_id", Is::Integer)],
        answer: &[],
    },
];

const PUBLICATION: [Need; 6] = [
    must("platform_account_id", Is::Integer),
    must("title", Is::Text),
    may("description", Is::Text),
    may("tags", Is::Texts),
    may("scheduled_at", Is::Integer),
    may(
        "platform_config",
        Is::Object(
            "PublishUploadPublicationPlatformConfig",
            &[may("privacy", Is::Enumeration("PublishUploadPublicationPlatformConfigPrivacy"))],
        ),
    ),
];

const MEDIA_ITEM: [Need; 3] =
    [must("bucket_key", Is::Text), must("bucket_name", Is::Text), must("order", Is::Integer)];
