//! One operation of the document: its route, its inputs, its price and its response.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::DocumentError;
use crate::paging::Paging;
use crate::parameter::Parameter;
use crate::schema::{Schema, inline};

/// What the document says about one operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The operationId.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template, as in `/open/v1/tasks/{task_id}`.
    pub path: String,
    /// The one-line summary.
    pub summary: String,
    /// The document's price of one call. With [`pricing`](Self::pricing), its upper bound.
    pub coin_cost: u64,
    /// The scope a key needs, if any.
    pub scope: Option<String>,
    /// When the coins are taken, in the document's word.
    pub billing_mode: String,
    /// How the price follows from the request, where it does.
    pub pricing: Option<UnitPricing>,
    /// Path, query and further parameters, without the credential.
    pub parameters: Vec<Parameter>,
    /// The request body, if the operation has one.
    pub body: Option<Body>,
    /// The responses the document describes, by status. `None` is a response without content.
    pub answers: BTreeMap<u16, Option<Schema>>,
    pub(crate) paging: Option<Paging>,
}

/// A JSON request body.
#[derive(Debug)]
#[non_exhaustive]
pub struct Body {
    /// Whether a request without it is refused.
    pub required: bool,
    /// What it must look like.
    pub schema: Schema,
}

/// A price in coins per unit, with a price list by tier.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnitPricing {
    /// The body member that says how many units are bought.
    pub quantity_param: String,
    /// The body member that says at which tier.
    pub tier_param: String,
    /// Coins per unit, by tier.
    pub unit_prices: BTreeMap<String, u64>,
    /// Units bought by a request that does not say.
    pub default_quantity: u64,
    /// The tier of a request that does not say.
    pub default_tier: String,
    /// Coins for a request whose tier has no price.
    pub fallback_coin_cost: u64,
}

impl Operation {
    pub(crate) fn read(
        root: &Value,
        method: &str,
        path: &str,
        item: &Value,
        raw: &Value,
        key_header: &str,
    ) -> Result<Self, DocumentError> {
        let at = || format!("{} {path}", method.to_uppercase());
        let id = raw["operationId"]
            .as_str()
            .ok_or_else(|| DocumentError::new(format!("{}: expected an operationId", at())))?;
        let shared = item["parameters"].as_array().into_iter().flatten();
        let own = raw["parameters"].as_array().into_iter().flatten();
        let declared: Vec<Value> = shared.chain(own).map(|raw| inline(raw, root)).collect();
        let mut operation = Self {
            id: id.to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: raw["summary"].as_str().unwrap_or_default().to_owned(),
            coin_cost: raw["x-coin-cost"].as_u64().unwrap_or(0),
            scope: raw["x-scope"].as_str().map(str::to_owned),
            billing_mode: raw["x-billing-mode"].as_str().unwrap_or("per_call").to_owned(),
            pricing: raw.get("x-pricing").and_then(UnitPricing::read),
            parameters: Parameter::read_all(&declared, root, key_header)?,
            body: Body::read(root, &raw["requestBody"])?,
            answers: answers(root, &raw["responses"])?,
            paging: None,
        };
        operation.paging = Paging::recognise(&operation);
        Ok(operation)
    }

    /// Whether a call only starts work that goes on after the response.
    #[must_use]
    pub fn is_async(&self) -> bool {
        self.billing_mode == "async_on_complete"
    }

    /// The shape of the successful response; `None` if it has no content.
    #[must_use]
    pub fn success(&self) -> Option<&Schema> {
        self.answers.get(&200).and_then(Option::as_ref)
    }

    /// The schema of the `data` of a successful response.
    pub(crate) fn data(&self) -> Option<&Value> {
        self.success()?.raw().pointer("/properties/data")
    }

    /// The schema of a named input, wherever it is sent.
    pub(crate) fn input(&self, name: &str) -> Option<&Value> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map(|parameter| parameter.schema.raw()).or_else(|| {
            self.body.as_ref().and_then(|body| body.schema.raw().get("properties")?.get(name))
        })
    }
}

impl Body {
    fn read(root: &Value, raw: &Value) -> Result<Option<Self>, DocumentError> {
        let raw = inline(raw, root);
        let Some(schema) = raw.pointer("/content/application~1json/schema") else {
            return Ok(None);
        };
        let required = raw["required"].as_bool().unwrap_or(false);
        Ok(Some(Self { required, schema: Schema::new(inline(schema, root))? }))
    }
}

impl UnitPricing {
    fn read(raw: &Value) -> Option<Self> {
        if raw["mode"] != "per_unit" {
            return None;
        }
        let text = |name: &str| raw[name].as_str().map(str::to_owned);
        let prices = raw["unit_price_map"].as_object()?;
        Some(Self {
            quantity_param: text("quantity_param")?,
            tier_param: text("tier_param")?,
            unit_prices: prices
                .iter()
                .filter_map(|(tier, price)| Some((tier.clone(), price.as_u64()?)))
                .collect(),
            default_quantity: raw["default_quantity"].as_u64()?,
            default_tier: text("default_tier")?,
            fallback_coin_cost: raw["fallback_coin_cost"].as_u64()?,
        })
    }
}

fn answers(
    root: &Value,
    responses: &Value,
) -> Result<BTreeMap<u16, Option<Schema>>, DocumentError> {
    let mut answers = BTreeMap::new();
    for (status, raw) in responses.as_object().into_iter().flatten() {
        let Ok(status) = status.parse() else { continue };
        let raw = inline(raw, root);
        let content = raw["content"].as_object().into_iter().flatten();
        let mut json = content.filter(|(name, _)| is_json(name)).map(|(_, media)| media);
        let schema = json.find_map(|media| media.get("schema"));
        let schema = schema.map(|schema| Schema::new(inline(schema, root))).transpose()?;
        answers.insert(status, schema);
    }
    Ok(answers)
}

/// Whether a media type is JSON, under its own name or another one.
fn is_json(name: &str) -> bool {
    name == "application/json" || name.ends_with("+json")
}
