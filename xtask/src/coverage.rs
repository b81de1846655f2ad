//! Says how much of a document generates.

use crate::args::{Coverage, CoverageFormat};
use crate::spec::{self, Texts};
use crate::{Failure, Outcome};

/// Prints what generates, what does not and why.
pub(crate) fn run(options: &Coverage) -> Result<Outcome, Failure> {
    let project = spec::project()?;
    let texts = Texts::given(&project, &options.spec, options.foreign)?;
    let mut coverage = codegen::coverage(&texts.sources())
        .map_err(|report| Failure::new(format!("{report:#}")))?;
    let text = match options.format {
        CoverageFormat::Json => coverage.json(),
        CoverageFormat::Text if options.verbose => {
            let notes = coverage.all_notes();
            coverage.notes.clear();
            format!("{notes}\n\n{coverage}")
        }
        CoverageFormat::Text => coverage.to_string(),
    };
    let code = if coverage.is_complete() { 0 } else { 3 };
    Ok(Outcome { code, ..Outcome::from(text) })
}
