//! What the hand-written workflows use of their operations. A change of a workflow has to change
//! its part of this list; the compiler checks the rest.

/// A workflow.
pub(super) struct Workflow {
    /// Its module and its feature in the client.
    pub(super) name: &'static str,
    /// The workflow that it uses.
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
    /// The client's names of the request, its builder and the response's data; empty where it does
    /// not use one.
    pub(super) request: &'static str,
    pub(super) builder: &'static str,
    pub(super) data: &'static str,
    pub(super) inputs: &'static [Need],
    /// Empty where the response is not decoded further.
    pub(super) answer: &'static [Need],
}

/// A field that is set or read: its Rust path, its kind, and the client's name for its type, if it
/// uses one.
pub(super) type Need = (&'static str, &'static str, &'static str);

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
        inputs: &[("connector", "word", ""), ("state", "optional string", "")],
        answer: &[("scan_qrcode_url", "optional string", ""), ("token", "optional string", "")],
    },
    Part {
        name: "check",
        request: "TikTokQrcodeCheck",
        builder: "",
        data: "TikTokQrcodeCheckData",
        inputs: &[("connector", "word", ""), ("token", "string", "")],
        answer: &[
            ("account", "optional object", "TikTokQrcodeCheckAccount"),
            ("state", "optional string", ""),
            ("status", "optional string", ""),
        ],
    },
];

const TASKS: [Part; 1] = [Part {
    name: "poll",
    request: "Status",
    builder: "",
    data: "StatusData",
    inputs: &[("task_id", "string", "")],
    answer: &[
        ("task_id", "string", ""),
        ("status", "enumeration", "TaskStatus"),
        ("result", "optional JSON", ""),
        ("error_message", "optional string", ""),
    ],
}];

const UPLOAD: [Part; 1] = [Part {
    name: "presign",
    request: "PresignedUrl",
    builder: "",
    data: "PresignedUrlData",
    inputs: &[
        ("file_name", "string", ""),
        ("content_type", "optional string", ""),
        ("expires_in", "optional integer", ""),
        ("region", "optional string", ""),
    ],
    answer: &[
        ("presigned_url", "optional string", ""),
        ("object_key", "optional string", ""),
        ("s3_bucket", "optional string", ""),
        ("cdn_url", "optional string", ""),
    ],
}];

const PUBLISH: [Part; 5] = [
    Part {
        name: "check",
        request: "CheckInfo",
        builder: "CheckInfoBuilder",
        data: "CheckInfoData",
        inputs: &[("bucket_name", "string", ""), ("object_key", "string", "")],
        answer: &[
            ("validation_results", "optional map to object", "CheckInfoValidationResult"),
            ("validation_results.is_valid", "optional boolean", ""),
        ],
    },
    Part {
        name: "start",
        request: "PublishUpload",
        builder: "PublishUploadBuilder",
        data: "",
        inputs: &[
            ("publications", "list of object", "PublishUploadPublication"),
            ("publications.platform_account_id", "integer", ""),
            ("publications.title", "string", ""),
            ("publications.description", "optional string", ""),
            ("publications.tags", "optional list of string", ""),
            ("publications.scheduled_at", "optional integer", ""),
            ("publications.platform_config", "optional object", "PublishPlatformConfig"),
            ("publications.platform_config.privacy", "optional enumeration", "PublishPrivacy"),
            ("video_title", "string", ""),
            ("video_description", "optional string", ""),
            ("dry_run", "optional boolean", ""),
            ("bucket_name", "optional string", ""),
            ("bucket_key", "optional string", ""),
            ("file_size", "optional integer", ""),
            ("cover_bucket_name", "optional string", ""),
            ("cover_bucket_key", "optional string", ""),
            ("media_items", "optional list of object", "PublishUploadMediaItem"),
            ("media_items.bucket_key", "string", ""),
            ("media_items.bucket_name", "string", ""),
            ("media_items.order", "integer", ""),
        ],
        answer: &[
            ("session_token", "optional string", ""),
            ("skipped_accounts", "list of string", ""),
        ],
    },
    Part {
        name: "session",
        request: "PublishSession",
        builder: "",
        data: "PublishSessionData",
        inputs: &[("session_token", "string", "")],
        answer: &[
            ("session", "optional object", ""),
            ("session.session_token", "optional string", ""),
            ("session.status", "optional string", ""),
            ("session.video_id", "optional integer", ""),
            ("publications", "list of object", "PublishSessionPublication"),
            ("publications.id", "optional integer", ""),
            ("publications.status", "optional string", ""),
            ("publications.stage", "optional string", ""),
            ("publications.platform_url", "optional string", ""),
            ("publications.platform_video_id", "optional string", ""),
        ],
    },
    Part {
        name: "cancel_session",
        request: "PublishSessionCancel",
        builder: "",
        data: "",
        inputs: &[("session_token", "string", "")],
        answer: &[],
    },
    Part {
        name: "cancel",
        request: "PublishCancel",
        builder: "",
        data: "",
        inputs: &[("publication_id", "integer", "")],
        answer: &[],
    },
];
