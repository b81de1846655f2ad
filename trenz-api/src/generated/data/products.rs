//! Products.
use serde::{Deserialize, Serialize};
use crate::{BillingMode, Call, Client, Country, Detached, Error, Inputs, Json, Method, Operation, Response, Scope, Sort, Unset, UnknownValue};

/// Products.
#[derive(Clone, Copy, Debug)]
pub struct Products<'c> {
    pub(super) client: &'c Client,
}
impl<'c> Products<'c> {
    /// Search.
    pub fn search(self) -> SearchBuilder<&'c Client> {
        SearchBuilder { via: self.client, country: Unset, optional: SearchOptional::default() }
    }
    /// Detail.
    pub fn detail(self) -> DetailBuilder<&'c Client> {
        DetailBuilder { via: self.client, country: Unset, id: Unset }
    }
}
/// Product search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Search {
    /// Country.
    pub country: Country,
    /// Keyword.
    pub keyword: Option<String>,
    /// Minimum.
    pub min_sold_7d: Option<f64>,
    /// Page.
    pub page: Option<i64>,
    /// Page size.
    pub page_size: Option<i64>,
    /// Sort.
    pub sort: Option<Sort<SearchSort>>,
}
impl Operation for Search {
    type Answer = SearchData;
    const ID: &'static str = "trenz-products-search";
    const SUMMARY: &'static str = "Product Search";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/open/v1/products/search";
    const GROUP: &'static str = "Data";
    const AREA: &'static str = "Products";
    const RUST_PATH: &'static str = "data::products::Search";
    const COIN_COST: u64 = 5;
    const SCOPE: Option<Scope> = Some(Scope::ProductsRead);
    const BILLING_MODE: BillingMode = BillingMode::PerCall;
    fn write(&self, to: &mut Inputs) {
        to.query("country", &self.country);
        to.query("keyword", &self.keyword);
        to.query("min_sold_7d", &self.min_sold_7d);
        to.query("page", &self.page).at_least(1);
        to.query("page_size", &self.page_size).at_most(20);
        to.query("sort", &self.sort);
    }
}
/// Answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SearchData {
    /// Items.
    #[serde(deserialize_with = "crate::decode::list")]
    pub items: Vec<Json>,
    /// Count.
    pub total_count: Option<i64>,
}
/// Sort field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchSort {
    /// `gmv`
    Gmv,
    /// `sold_7d`
    Sold7d,
    /// Unknown.
    Unrecognized(UnknownValue),
}
impl SearchSort {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Gmv => "gmv",
            Self::Sold7d => "sold_7d",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}
impl From<&str> for SearchSort {
    fn from(value: &str) -> Self {
        match value {
            "gmv" => Self::Gmv,
            "sold_7d" => Self::Sold7d,
            other => Self::Unrecognized(UnknownValue::new(other)),
        }
    }
}
crate::open_enum!(SearchSort);
crate::sort_field!(SearchSort);

#[derive(Clone, Debug, Default)]
struct SearchOptional {
    keyword: Option<String>,
    min_sold_7d: Option<f64>,
    page: Option<i64>,
    page_size: Option<i64>,
    sort: Option<Sort<SearchSort>>,
}
/// Builder.
#[derive(Clone, Debug)]
#[must_use]
pub struct SearchBuilder<Via, CountryState = Unset> {
    via: Via,
    country: CountryState,
    optional: SearchOptional,
}
impl Search {
    /// Builder.
    pub fn builder() -> SearchBuilder<Detached> {
        SearchBuilder { via: Detached, country: Unset, optional: SearchOptional::default() }
    }
}
impl<Via, C> SearchBuilder<Via, C> {
    /// Country.
    pub fn country(self, country: impl Into<Country>) -> SearchBuilder<Via, Country> {
        SearchBuilder { via: self.via, country: country.into(), optional: self.optional }
    }
    /// Keyword.
    pub fn keyword(mut self, keyword: impl Into<String>) -> Self {
        self.optional.keyword = Some(keyword.into());
        self
    }
    /// Minimum.
    pub fn min_sold_7d(mut self, min: f64) -> Self {
        self.optional.min_sold_7d = Some(min);
        self
    }
    /// Page.
    pub fn page(mut self, page: i64) -> Self {
        self.optional.page = Some(page);
        self
    }
    /// Page size.
    pub fn page_size(mut self, page_size: i64) -> Self {
        self.optional.page_size = Some(page_size);
        self
    }
    /// Sort.
    pub fn sort(mut self, sort: Sort<SearchSort>) -> Self {
        self.optional.sort = Some(sort);
        self
    }
}
impl<Via> SearchBuilder<Via, Country> {
    /// The request.
    pub fn build(self) -> Search {
        let SearchOptional { keyword, min_sold_7d, page, page_size, sort } = self.optional;
        Search { country: self.country, keyword, min_sold_7d, page, page_size, sort }
    }
}
impl<'c> SearchBuilder<&'c Client, Country> {
    /// The call.
    pub fn call(self) -> Call<'c, Search> {
        let client = self.via;
        Call::new(client, self.build())
    }
    /// Sends it.
    pub fn send(self) -> impl Future<Output = Result<Response<SearchData>, Error>> + Send + 'c {
        self.call().send()
    }
}

/// Product detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Detail {
    /// Country.
    pub country: Country,
    /// Id.
    pub id: String,
}
impl Operation for Detail {
    type Answer = DetailData;
    const ID: &'static str = "trenz-products-detail";
    const SUMMARY: &'static str = "Product Detail";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/open/v1/products/{id}";
    const GROUP: &'static str = "Data";
    const AREA: &'static str = "Products";
    const RUST_PATH: &'static str = "data::products::Detail";
    const COIN_COST: u64 = 5;
    const SCOPE: Option<Scope> = Some(Scope::ProductsRead);
    const BILLING_MODE: BillingMode = BillingMode::PerCall;
    fn write(&self, to: &mut Inputs) {
        to.path("id", &self.id);
        to.query("country", &self.country);
    }
}
/// Answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DetailData {
    /// Items.
    #[serde(deserialize_with = "crate::decode::list")]
    pub items: Vec<Json>,
}
/// Builder.
#[derive(Clone, Debug)]
#[must_use]
pub struct DetailBuilder<Via, CountryState = Unset, IdState = Unset> {
    via: Via,
    country: CountryState,
    id: IdState,
}
impl Detail {
    /// Builder.
    pub fn builder() -> DetailBuilder<Detached> {
        DetailBuilder { via: Detached, country: Unset, id: Unset }
    }
}
impl<Via, C, I> DetailBuilder<Via, C, I> {
    /// Country.
    pub fn country(self, country: impl Into<Country>) -> DetailBuilder<Via, Country, I> {
        DetailBuilder { via: self.via, country: country.into(), id: self.id }
    }
    /// Id.
    pub fn id(self, id: impl Into<String>) -> DetailBuilder<Via, C, String> {
        DetailBuilder { via: self.via, country: self.country, id: id.into() }
    }
}
impl<Via> DetailBuilder<Via, Country, String> {
    /// The request.
    pub fn build(self) -> Detail {
        Detail { country: self.country, id: self.id }
    }
}
impl<'c> DetailBuilder<&'c Client, Country, String> {
    /// The call.
    pub fn call(self) -> Call<'c, Detail> {
        let client = self.via;
        Call::new(client, self.build())
    }
    /// Sends it.
    pub fn send(self) -> impl Future<Output = Result<Response<DetailData>, Error>> + Send + 'c {
        self.call().send()
    }
}
