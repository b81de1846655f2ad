//! What to do about a problem of a document that no overlay corrects and no decisions are
//! about: edit it.

/// Where the vendor's own document would be corrected, and what stands for it.
const PLACES: [(&str, &str); 2] =
    [(", or teach the generator to read it", ""), ("in the overlay", "in a copy of the document")];

/// The remedy for another vendor's document.
pub(crate) fn remedy(own: &str) -> String {
    if own.contains("spec/decisions.json") {
        // Nothing is decided about its names, so that they change with the document's.
        return "rename what is called so in a copy of the document".to_owned();
    }
    PLACES.iter().fold(own.to_owned(), |remedy, (place, other)| remedy.replace(place, other))
}
