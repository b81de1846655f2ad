//! Requests of any operation, and what the program does with them.
//!
//! Responses are not decoded into the library's types: what the server sent is printed as received, also what this version
//! does not know. So each request is wrapped into an operation of the same facts whose output is JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
#[cfg(feature = "tasks")]
use trenz_api::Task;
use trenz_api::{
    BillingMode, Call, Client, Content, DryRun, Error, Inputs, Json, Method, Operation, PageEnd,
    PageMeta, Paged, Pages, Position, Pricing, Quote, Replay, Response, Scope,
};

#[cfg(not(feature = "tasks"))]
#[allow(unused_imports, reason = "whether there is such an operation depends on the document")]
pub(crate) use self::plain as submission;
#[cfg(feature = "tasks")]
pub(crate) use submission::{id_of, submission};

/// A future on the heap.
pub(crate) type Coming<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// Options of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// In coins, for all attempts together.
    pub(crate) max_cost: Option<u64>,
    /// The name under which it is bought once.
    pub(crate) once: Option<String>,
}

/// A complete request of some operation.
pub(crate) trait Request: Send + Sync + fmt::Debug {
    fn quote(&self) -> Quote;

    fn dry_run(&self, client: &Client) -> Result<DryRun, Error>;

    fn send<'c>(
        &self,
        client: &'c Client,
        options: &Options,
    ) -> Coming<'c, Result<Response<Json>, Error>>;

    /// Sends it for the task that it starts; `None` where it starts none.
    #[cfg(feature = "tasks")]
    fn submit<'c>(&self, _: &'c Client, _: &Options) -> Option<Coming<'c, Result<Task, Error>>> {
        None
    }

    /// Its pages, from the one that it asks for; `None` where there is but one.
    fn pages<'c>(&self, _: &'c Client, _: &Options, _: Limits) -> Option<Box<dyn PageStream + 'c>> {
        None
    }
}

/// Where to end a list that has more.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) pages: Option<u64>,
    pub(crate) items: Option<u64>,
}

/// The pages of a list.
pub(crate) trait PageStream {
    fn next(&mut self) -> Coming<'_, Option<Result<Response<Page>, Error>>>;

    fn end(&self) -> Option<PageEnd>;

    /// The request for the next page, as JSON, unless the list is over.
    fn resume(&self) -> Option<serde_json::Value>;
}

/// One page: its data as received, and the items in it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) data: Json,
    pub(crate) items: Vec<Json>,
}

/// Decodes a request that gives one response.
pub(crate) fn plain<O>(inputs: &Json) -> Result<Box<dyn Request>, Error>
where
    O: Operation + Clone + DeserializeOwned + fmt::Debug + 'static,
{
    Ok(Box::new(Plain(inputs.parse::<O>()?)))
}

/// Decodes a request for a page of a list.
pub(crate) fn pages<O>(inputs: &Json) -> Result<Box<dyn Request>, Error>
where
    O: Paged + DeserializeOwned + serde::Serialize + Unpin + fmt::Debug,
{
    Ok(Box::new(Listed(inputs.parse::<O>()?)))
}

/// The facts and the inputs of the operation within.
macro_rules! stands_for_its_operation {
    () => {
        const ID: &'static str = O::ID;
        const SUMMARY: &'static str = O::SUMMARY;
        const METHOD: Method = O::METHOD;
        const PATH: &'static str = O::PATH;
        const GROUP: &'static str = O::GROUP;
        const AREA: &'static str = O::AREA;
        const RUST_PATH: &'static str = O::RUST_PATH;
        const COIN_COST: u64 = O::COIN_COST;
        const SCOPE: Option<Scope> = O::SCOPE;
        const BILLING_MODE: BillingMode = O::BILLING_MODE;
        const REPLAY: Replay = O::REPLAY;
        const PRICING: Option<Pricing> = O::PRICING;
        const TASK_ID: Option<&'static str> = O::TASK_ID;
        const CONTENT: Content = O::CONTENT;
        const ACCEPT: &'static str = O::ACCEPT;

        fn encode(&self, to: &mut Inputs) {
            self.0.encode(to);
        }
    };
}

/// What is done with every request in the same way.
macro_rules! sends_its_operation {
    () => {
        fn quote(&self) -> Quote {
            self.0.quote()
        }

        fn dry_run(&self, client: &Client) -> Result<DryRun, Error> {
            client.call(Plain(self.0.clone())).dry_run()
        }

        fn send<'c>(
            &self,
            client: &'c Client,
            options: &Options,
        ) -> Coming<'c, Result<Response<Json>, Error>> {
            Box::pin(call(client, Plain(self.0.clone()), options).send())
        }
    };
}

#[cfg(feature = "tasks")]
mod submission;

fn call<'c, O: Operation>(client: &'c Client, request: O, options: &Options) -> Call<'c, O> {
    let mut call = client.call(request);
    if let Some(coins) = options.max_cost {
        call = call.max_cost(coins);
    }
    if let Some(name) = &options.once {
        call = call.once(name.as_str());
    }
    call
}

/// A request whose response is JSON.
#[derive(Clone, Debug)]
struct Plain<O>(O);

impl<O: Operation> Operation for Plain<O> {
    type Output = Json;
    stands_for_its_operation!();
}

impl<O: Operation + Clone + fmt::Debug + 'static> Request for Plain<O> {
    sends_its_operation!();
}

/// A request for a page.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(transparent)]
struct Listed<O>(O);

/// A page, and what it says of those after it.
struct PageOf<O: Operation> {
    page: Page,
    /// The response without its items.
    rest: O::Output,
}

impl<'de, O: Paged> Deserialize<'de> for PageOf<O> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let data = Json::deserialize(from)?;
        let members = data.parse::<BTreeMap<String, Json>>();
        let mut members = members.map_err(D::Error::custom)?;
        let none = "[]".parse::<Json>().map_err(D::Error::custom)?;
        let items = members.insert(O::ITEMS.to_owned(), none);
        let items = items.map_or(Ok(Vec::new()), |items| {
            items.parse::<Option<Vec<Json>>>().map(Option::unwrap_or_default)
        });
        let items = items.map_err(D::Error::custom)?;
        let rest = Json::from_value(&members).and_then(|rest| rest.parse::<O::Output>());
        let rest = rest.map_err(D::Error::custom)?;
        Ok(Self { page: Page { data, items }, rest })
    }
}

impl<O: Paged> Operation for Listed<O> {
    type Output = PageOf<O>;
    stands_for_its_operation!();
}

impl<O: Paged> Paged for Listed<O> {
    type Item = Json;
    const ITEMS: &'static str = O::ITEMS;
    const MAX_PAGE_SIZE: Option<i64> = O::MAX_PAGE_SIZE;

    fn position(&mut self) -> Position<'_> {
        self.0.position()
    }

    fn page_meta(output: &PageOf<O>) -> PageMeta<'_> {
        O::page_meta(&output.rest)
    }

    fn items(output: &PageOf<O>) -> &[Json] {
        &output.page.items
    }

    fn into_items(output: PageOf<O>) -> Vec<Json> {
        output.page.items
    }
}

impl<O: Paged + serde::Serialize + Unpin + fmt::Debug> Request for Listed<O> {
    sends_its_operation!();

    fn pages<'c>(
        &self,
        client: &'c Client,
        options: &Options,
        limits: Limits,
    ) -> Option<Box<dyn PageStream + 'c>> {
        let mut pages = call(client, self.clone(), options).pages();
        if let Some(most) = limits.pages {
            pages = pages.max_pages(most);
        }
        if let Some(most) = limits.items {
            pages = pages.max_items(most);
        }
        Some(Box::new(pages))
    }
}

impl<O: Paged + serde::Serialize + Unpin> PageStream for Pages<'_, Listed<O>> {
    fn next(&mut self) -> Coming<'_, Option<Result<Response<Page>, Error>>> {
        let next = self.next_page();
        Box::pin(async { next.await.map(|page| page.map(|page| page.map(|data| data.page))) })
    }

    fn end(&self) -> Option<PageEnd> {
        Self::end(self)
    }

    fn resume(&self) -> Option<serde_json::Value> {
        serde_json::to_value(Self::resume(self)?).ok()
    }
}
