//! Remedies for documents without an overlay and decisions: edit a copy.

/// Phrases of the remedies for the vendor's own document, and their replacements.
const PLACES: [(&str, &str); 2] =
    [(", or support it in the generator", ""), ("in the overlay", "in a copy of the document")];

/// The remedy for another vendor's document.
pub(crate) fn remedy(own: &str) -> String {
    if own.contains("spec/decisions.json") {
        // There are no decisions about names.
        return "rename it in a copy of the document".to_owned();
    }
    PLACES.iter().fold(own.to_owned(), |remedy, (place, other)| remedy.replace(place, other))
}
