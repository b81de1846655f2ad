//! Lists, page after page: the items are printed as they come.

use std::cell::RefCell;
use std::fmt::Write as _;

use serde_json::Value;
use trenz_api::PageEnd;

use crate::call::Call;
use crate::confirm::Question;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::price::coins;
use crate::request::{Limits, PageStream};
use crate::session::Session;
use crate::settings::Settings;
use crate::work::Work;

/// Fetches pages until the list or a limit ends. `--max-cost` is for all of them together.
pub(crate) fn run(
    call: &Call<'_>,
    session: &Session,
    limits: Limits,
    settings: &Settings,
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
        .ask(settings, call.matches.get_flag("yes"))?;
    let work = Work::begin(session, &call.invocation, call.matches, call.output)?;
    let client = match call.options.max_cost {
        Some(most) => work.client.with_budget(most),
        None => work.client.clone(),
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
            let is_read = call.output.page(&page)?;
            so_far.borrow_mut().add(page.data.items.len(), &*pages);
            for unreadable in &page.unreadable {
                call.output.note(&format!("warning: left out an item: {unreadable}"));
            }
            // Pages that are not read are not paid for.
            if !is_read {
                break;
            }
        }
        so_far.borrow_mut().end(&*pages);
        Ok(())
    });
    let so_far = so_far.into_inner();
    call.output.note(&so_far.summary(session));
    // From the page after those that were printed: with the flags that were given, but for its limits.
    let names = call.operation.inputs.iter().map(|input| input.name);
    let rest = |invocation: &Invocation, next: &Value| {
        let rest = invocation.without(names.chain(["max-pages", "max-items", "all-pages"]));
        rest.with("body", Some(&without_nulls(next)))
    };
    match (outcome, &so_far.next) {
        (Ok(()), next) => {
            if let Some(next) = next {
                let all = rest(&call.invocation, next).without(["resume"]).with("all-pages", None);
                call.output.note(&format!("to fetch all remaining pages: {all}"));
            }
            work.end()
        }
        (Err(failure), None) => Err(failure),
        (Err(failure), Some(next)) => {
            let mut rest = rest(&work.invocation, next);
            for (flag, limit, done) in [
                ("max-pages", limits.pages, so_far.fetched),
                ("max-items", limits.items, so_far.items),
            ] {
                if let Some(limit) = limit {
                    rest = rest.with(flag, Some(&limit.saturating_sub(done).to_string()));
                }
            }
            if call.matches.get_flag("all-pages") {
                rest = rest.with("all-pages", None);
            }
            Err(failure.advice(format!("to fetch what is left: {rest}")))
        }
    }
}

/// A request without the inputs that are not set.
fn without_nulls(request: &Value) -> String {
    let mut request = request.clone();
    if let Value::Object(members) = &mut request {
        members.retain(|_, value| !value.is_null());
    }
    request.to_string()
}

/// What has come, and the request for what has not.
#[derive(Debug, Default)]
struct SoFar {
    fetched: u64,
    items: u64,
    next: Option<Value>,
}

impl SoFar {
    fn summary(&self, session: &Session) -> String {
        let spent = session.client.ledger().total();
        let (items, pages) = (self.items, self.fetched);
        let mut text =
            format!("{items} items from {pages} pages, {} reported", coins(spent.settled));
        for (amount, what) in
            [(spent.unreported_at_most, "unreported at most"), (spent.at_risk, "at risk")]
        {
            if amount > 0 {
                let _ = write!(text, ", {} {what}", coins(amount));
            }
        }
        text
    }

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
