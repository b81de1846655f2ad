//! What the hand-written workflows use of their operations. A change of a workflow has to change
//! its part of this list; the compiler checks the rest.

/// A workflow.
pub(super) struct Workflow {
    /// Its module and its feature in the client.
    pub(super) name: &'static str,
    /// Another workflow that it uses.
    pub(super) requires: Option<&'static str>,
    pub(super) steps: &'static [Step],
    /// Types around one string that operations share.
    pub(super) shared: &'static [&'static str],
    /// Tests and examples that do not compile without it.
    pub(super) used_by: &'static str,
}

/// One operation of a workflow.
pub(super) struct Step {
    /// Its name in the `workflows` table.
    pub(super) name: &'static str,
    /// The client's names of the request, its builder and its output; empty where it does not use
    /// one.
    pub(super) names: [&'static str; 3],
    /// The fields that are set.
    pub(super) inputs: &'static str,
    /// The fields that are read; empty where the response is not decoded further.
    pub(super) output: &'static str,
}

/// The fields in a text: the Rust path and the Rust type of each. A defined type is a `struct` or
/// an `enum`, by the client's name for it, or `_` where the client does not name it.
pub(super) fn fields(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.split("; ").filter_map(|field| field.split_once(": ")).collect()
}

pub(super) const WORKFLOWS: [Workflow; 4] = [
    Workflow {
        name: "login",
        requires: None,
        steps: &LOGIN,
        shared: &[],
        used_by: "trenz-api/examples/qr_login.rs, trenz-api/tests/runtime/extremes.rs and states.rs, \
                   tests/tests/work/login.rs",
    },
    Workflow {
        name: "publish",
        requires: Some("upload"),
        steps: &PUBLISH,
        shared: &[],
        used_by: "trenz-api/examples/upload_and_publish.rs, trenz-api/tests/runtime/about.rs, charges.rs, \
                   extremes.rs and states.rs, tests/tests/work/publish.rs",
    },
    Workflow {
        name: "tasks",
        requires: None,
        steps: &TASKS,
        shared: &[],
        used_by: "trenz-api/examples/generate_video.rs, trenz-api/tests/runtime/about.rs, charges.rs, \
                   extremes.rs, refunds.rs and states.rs, \
                   tests/tests/work/tasks.rs, many.rs and submissions.rs",
    },
    Workflow {
        name: "upload",
        requires: None,
        steps: &UPLOAD,
        shared: &["MediaUrl"],
        used_by: "trenz-api/examples/upload_and_publish.rs, trenz-api/tests/runtime/charges.rs, \
                   extremes.rs, states.rs and stores.rs, tests/tests/work/uploads.rs",
    },
];

const LOGIN: [Step; 2] = [
    Step {
        name: "show",
        names: ["TikTokQrcode", "", ""],
        inputs: "connector: String | enum _; state: Option<String>",
        output: "scan_qrcode_url: Option<String>; token: Option<String>",
    },
    Step {
        name: "check",
        names: ["TikTokQrcodeCheck", "", "TikTokQrcodeCheckData"],
        inputs: "connector: String | enum _; token: String",
        output: "account: Option<struct TikTokQrcodeCheckAccount>; state: Option<String>; \
             status: Option<String>",
    },
];

const TASKS: [Step; 1] = [Step {
    name: "poll",
    names: ["Status", "", "StatusData"],
    inputs: "task_id: String",
    output: "task_id: String; status: enum TaskStatus; result: Option<Json>; \
             error_message: Option<String>",
}];

const UPLOAD: [Step; 1] = [Step {
    name: "presign",
    names: ["PresignedUrl", "", "PresignedUrlData"],
    inputs: "file_name: String; content_type: Option<String>; expires_in: Option<i64>; \
             region: Option<String>",
    output: "presigned_url: Option<String>; object_key: Option<String>; \
             s3_bucket: Option<String>; cdn_url: Option<String>",
}];

const PUBLISH: [Step; 5] = [
    Step {
        name: "check",
        names: ["CheckInfo", "CheckInfoBuilder", "CheckInfoData"],
        inputs: "bucket_name: String; object_key: String",
        output: "\
             validation_results: Option<BTreeMap<String, struct CheckInfoValidationResult>>; \
             validation_results.is_valid: Option<bool>",
    },
    Step {
        name: "start",
        names: ["PublishUpload", "PublishUploadBuilder", ""],
        inputs: "publications: Vec<struct PublishUploadPublication>; \
             publications.platform_account_id: i64; publications.title: String; \
             publications.description: Option<String>; \
             publications.tags: Option<Vec<String>>; \
             publications.scheduled_at: Option<i64>; \
             publications.platform_config: Option<struct PublishPlatformConfig>; \
             publications.platform_config.privacy: Option<enum PublishPrivacy>; \
             video_title: String; video_description: Option<String>; \
             dry_run: Option<bool>; bucket_name: Option<String>; \
             bucket_key: Option<String>; file_size: Option<i64>; \
             cover_bucket_name: Option<String>; cover_bucket_key: Option<String>; \
             media_items: Option<Vec<struct PublishUploadMediaItem>>; \
             media_items.bucket_key: String; media_items.bucket_name: String; \
             media_items.order: i64",
        output: "session_token: Option<String>; skipped_accounts: Vec<String>",
    },
    Step {
        name: "session",
        names: ["PublishSession", "", "PublishSessionData"],
        inputs: "session_token: String",
        output: "session: Option<struct _>; session.session_token: Option<String>; \
             session.status: Option<String>; session.video_id: Option<i64>; \
             publications: Vec<struct PublishSessionPublication>; \
             publications.id: Option<i64>; publications.status: Option<String>; \
             publications.stage: Option<String>; \
             publications.platform_url: Option<String>; \
             publications.platform_video_id: Option<String>",
    },
    Step {
        name: "cancel_session",
        names: ["PublishSessionCancel", "", ""],
        inputs: "session_token: String",
        output: "",
    },
    Step {
        name: "cancel",
        names: ["PublishCancel", "", ""],
        inputs: "publication_id: i64",
        output: "",
    },
];
