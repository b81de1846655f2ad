//! Lists, page after page: the items are printed as they come.

use trenz_api::PageEnd;

use crate::call::{Call, as_body};
use crate::confirm::confirm;
use crate::failure::Failure;
use crate::price::coins;
use crate::request::Limits;
use crate::session::Session;

/// Fetches pages until the list or a limit ends. `--max-cost` is for all of them together.
pub(crate) fn run(
    call: &Call<'_>,
    session: &Session,
    limits: Limits,
    above: u64,
    yes: bool,
) -> Result<(), Failure> {
    let quote = call.request.quote();
    let each = quote.coins();
    let most = limits.pages.map(|pages| pages.saturating_mul(each));
    let most = most.into_iter().chain(call.options.max_cost).min();
    let price = match most {
        Some(most) => format!("{} a page, at most {}", coins(each), coins(most)),
        None => format!("{} a page, for as many pages as there are", coins(each)),
    };
    confirm(&call.operation.info, &price, most.or((each == 0).then_some(0)), above, yes)?;
    let client = match call.options.max_cost {
        Some(most) => session.client.with_budget(most),
        None => session.client.clone(),
    };
    let Some(mut pages) = call.request.pages(&client, &call.options, limits) else {
        return Err(Failure::usage("the operation has no pages"));
    };
    let (mut fetched, mut items) = (0_u64, 0_u64);
    let outcome = session.run(async {
        while let Some(page) = pages.next().await {
            let page = page.map_err(Failure::from)?;
            fetched = fetched.saturating_add(1);
            items = items.saturating_add(page.data.items.len() as u64);
            call.output.page(&page)?;
            for unreadable in &page.unreadable {
                call.output.note(&format!("warning: left out an item: {unreadable}"));
            }
        }
        Ok(())
    });
    let spent = session.client.ledger().total().settled;
    call.output.note(&format!("{items} items of {fetched} pages, {}", coins(spent)));
    let ended = matches!(pages.end(), Some(PageEnd::Complete | PageEnd::Repeated));
    if let (false, Some(next)) = (ended, pages.resume()) {
        let next = format!("to go on: {} --body {} --all-pages", call.command, as_body(&next));
        return match outcome {
            Ok(()) => {
                call.output.note(&next);
                Ok(())
            }
            Err(failure) => Err(failure.advice(next)),
        };
    }
    outcome
}
