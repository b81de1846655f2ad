//! A struct of a request of which one required input is set.

use trenz_api::content::ai_video::CloneVideoProductImage;

fn main() {
    let _ = CloneVideoProductImage::builder().os_bucket("bucket").build();
}
