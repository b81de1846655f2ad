//! What a completed task hands out, by the kind of work it was.

use serde_json::{Value, json};

use crate::inputs::Inputs;
use crate::noise::{Noise, amount, pick};
use crate::plausible::{file, sentence};

/// The result of a task that an operation started.
pub(crate) fn result(path: &str, inputs: &Inputs, noise: Noise) -> Value {
    let rng = &mut noise.named("result").rng();
    let echo = |name: &str| inputs.get(name).cloned().unwrap_or(Value::Null);
    let any = |words: &[&str]| words.iter().any(|word| path.contains(word));
    if any(&["transcription"]) {
        let lines: Vec<String> = (0..4).map(|_| sentence(rng)).collect();
        let segments: Vec<Value> = (0..)
            .zip(&lines)
            .map(|(at, text)| json!({ "start": at * 4, "end": at * 4 + 4, "text": text }))
            .collect();
        return json!({
            "video_id": echo("video_id"), "language": "en",
            "text": lines.join(" "), "segments": segments,
        });
    }
    if any(&["review-analysis"]) {
        return json!({
            "product_id": echo("product_id"), "review_count": rng.u32(20..900),
            "positive_rate": amount(rng, 0.5, 0.98),
            "strengths": [sentence(rng), sentence(rng)], "weaknesses": [sentence(rng)],
        });
    }
    if any(&["scripts", "storyboard"]) {
        let scenes: Vec<Value> = (1..=4)
            .map(|number| {
                json!({
                    "number": number, "start": (number - 1) * 3, "end": number * 3,
                    "shot": pick(rng, &["close-up", "medium shot", "wide shot"]),
                    "description": sentence(rng), "voiceover": sentence(rng),
                })
            })
            .collect();
        return json!({ "video_id": echo("video_id"), "scenes": scenes });
    }
    if any(&["analysis"]) {
        return json!({
            "video_id": echo("video_id"), "summary": sentence(rng),
            "hook": sentence(rng), "score": amount(rng, 55.0, 99.0),
            "tags": ["beauty", "unboxing"], "selling_points": [sentence(rng), sentence(rng)],
        });
    }
    if any(&["images"]) {
        let image = json!({ "url": file(rng, "png"), "width": 1080, "height": 1920 });
        return json!({ "images": [image], "ratio": echo("ratio") });
    }
    let duration = inputs.number("duration").unwrap_or(5.0);
    json!({
        "video_url": file(rng, "mp4"), "cover_url": file(rng, "jpg"),
        "duration": duration, "width": 1080, "height": 1920,
    })
}
