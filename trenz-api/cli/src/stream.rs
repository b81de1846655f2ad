//! Lists, page after page: the items are printed as they come.

use std::cell::RefCell;
use std::fmt::Write as _;

use serde_json::Value;
use trenz_api::PageEnd;

use crate::call::{Call, as_body};
use crate::confirm::Question;
use crate::failure::Failure;
use crate::price::coins;
use crate::request::{Limits, PageStream};
use crate::session::Session;
use crate::settings::Settings;

/// Fetches pages until the list or a limit ends. `--max-cost` is for all of them together.
pub(crate) fn run(
    call: &Call<'_>,
    session: &Session,
    limits: Limits,
    settings: &Settings,
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
    Question::of(&call.operation.info, price, most.or((each == 0).then_some(0)))
        .ask(settings, yes)?;
    let client = match call.options.max_cost {
        Some(most) => session.client.with_budget(most),
        None => session.client.clone(),
    };
    let Some(pages) = call.request.pages(&client, &call.options, limits) else {
        return Err(Failure::usage("the operation has no pages"));
    };
    let so_far = RefCell::new(SoFar { next: pages.resume(), ..SoFar::default() });
    // The pages are dropped with the work: the one on its way is then at risk.
    let outcome = session.run(async {
        let mut pages = pages;
        while let Some(page) = pages.next().await {
            let page = page.map_err(Failure::from)?;
            so_far.borrow_mut().add(page.data.items.len(), &*pages);
            call.output.page(&page)?;
            for unreadable in &page.unreadable {
                call.output.note(&format!("warning: left out an item: {unreadable}"));
            }
        }
        so_far.borrow_mut().end(&*pages);
        Ok(())
    });
    let SoFar { fetched, items, next } = so_far.into_inner();
    let spent = session.client.ledger().total();
    let mut summary =
        format!("{items} items from {fetched} pages, {} reported", coins(spent.settled));
    for (amount, what) in
        [(spent.unreported_at_most, "unreported at most"), (spent.at_risk, "at risk")]
    {
        if amount > 0 {
            let _ = write!(summary, ", {} {what}", coins(amount));
        }
    }
    call.output.note(&summary);
    let Some(next) = next else { return outcome };
    let (command, body, kept) = (call.command, as_body(&next), &call.kept);
    let next = format!("to fetch all remaining pages: {command} --body {body} --all-pages{kept}");
    match outcome {
        Ok(()) => {
            call.output.note(&next);
            Ok(())
        }
        Err(failure) => Err(failure.advice(next)),
    }
}

/// What has come, and the request for what has not.
#[derive(Debug, Default)]
struct SoFar {
    fetched: u64,
    items: u64,
    next: Option<Value>,
}

impl SoFar {
    fn add(&mut self, items: usize, pages: &dyn PageStream) {
        self.fetched = self.fetched.saturating_add(1);
        self.items = self.items.saturating_add(items as u64);
        self.next = pages.resume();
    }

    fn end(&mut self, pages: &dyn PageStream) {
        let is_over = matches!(pages.end(), Some(PageEnd::Complete | PageEnd::Repeated));
        self.next = pages.resume().filter(|_| !is_over);
    }
}
