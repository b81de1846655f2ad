//! The operations that start tasks, each submitted through its builder.

use std::pin::Pin;

use trenz_api::content::ai_video::{
    CloneVideoProductImage, CloneVideoReferenceVideo, CloneVideoSora2Config,
};
use trenz_api::{Client, MediaUrl, Result, Task, VideoAspectRatio};

type Submission = (&'static str, for<'c> fn(&'c Client) -> Submitting<'c>);
type Submitting<'c> = Pin<Box<dyn Future<Output = Result<Task>> + Send + 'c>>;

macro_rules! submissions {
    ($($id:literal: |$client:ident| $builder:expr;)*) => {
        &[$(($id, |$client| Box::pin($builder.submit()))),*]
    };
}

/// The operation's id, and how it is submitted.
pub(crate) const SUBMISSIONS: &[Submission] = submissions! {
    "trenz-video-content-analysis": |client|
        client.content().ai_analysis().video_content_analysis().video_id("1");
    "trenz-video-scripts-breakdown": |client|
        client.content().ai_analysis().video_scripts_breakdown().video_id("1");
    "trenz-video-scripts-breakdown-v2": |client|
        client.content().ai_analysis().video_scripts_breakdown_v2().video_id("1");
    "trenz-video-scripts-storyboard": |client|
        client.content().ai_analysis().video_scripts_storyboard().video_id("1");
    "trenz-product-review-analysis": |client|
        client.content().ai_copywriting().product_review_analysis().product_id("1");
    "trenz-ai-image-generate": |client| client
        .content()
        .ai_image()
        .generate()
        .prompt("a cat")
        .product_images(["https://a.test/a.jpg"]);
    "trenz-material-inpainting": |client|
        client.content().ai_image().material_inpainting().url("https://a.test/a.jpg");
    "trenz-ai-sd-pro-fast-generate": |client|
        client.content().ai_video().sd_pro_fast_generate().prompt("a cat");
    "trenz-ai-sd-pro-generate": |client|
        client.content().ai_video().sd_pro_generate().prompt("a cat");
    "trenz-video-clone": |client| client
        .content()
        .ai_video()
        .clone_video()
        .product_description("a lipstick")
        .product_image(
            CloneVideoProductImage::builder().os_bucket("b").os_key("k").storage_type("tos").build(),
        )
        .reference_video(CloneVideoReferenceVideo::new().video_id("1"))
        .sora2_config(
            CloneVideoSora2Config::builder()
                .aspect_ratio(VideoAspectRatio::Ratio9x16)
                .language("en")
                .model_type("sora2")
                .build(),
        );
    "trenz-ai-grok-generate": |client| client.content().ai_video().grok_generate().prompt("a cat");
    "trenz-ai-sora2pro-generate": |client|
        client.content().ai_video().sora2pro_generate().prompt("a cat");
    "trenz-ai-sora2-generate": |client|
        client.content().ai_video().sora2_generate().prompt("a cat");
    "trenz-video-super-resolution": |client|
        client.content().ai_video().super_resolution().url("https://a.test/a.mp4");
    "trenz-ai-veo3-generate": |client| client.content().ai_video().veo3_generate().prompt("a cat");
    "trenz-ai-wan26-generate": |client| client
        .content()
        .ai_video()
        .wan26_generate()
        .image(MediaUrl::new().url("https://a.test/a.jpg"))
        .prompt("a cat");
    "trenz-video-talking-photo": |client| client
        .content()
        .avatar()
        .video_talking_photo();
    "trenz-video-transcription": |client|
        client.content().tools().video_transcription().video_id("1");
};
