//! Requests that start a task.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use trenz_api::{
    BillingMode, Client, Content, DryRun, Error, Inputs, Json, Method, Operation, Pricing, Quote,
    Replay, Response, Scope, Submits, Task,
};

use super::{Coming, Options, Plain, Request, call};

/// Decodes a request that starts a task.
pub(crate) fn submission<O>(inputs: &Json) -> Result<Box<dyn Request>, Error>
where
    O: Submits + Clone + DeserializeOwned + fmt::Debug + 'static,
{
    Ok(Box::new(Submission(inputs.parse::<O>()?)))
}

/// A request that starts a task.
#[derive(Clone, Debug)]
struct Submission<O>(O);

/// The id of the task in the response to a submission of `O`.
struct TaskId<O> {
    id: Option<String>,
    of: PhantomData<fn() -> O>,
}

impl<O: Operation + 'static> Operation for Submission<O> {
    type Output = TaskId<O>;
    stands_for_its_operation!();
}

impl<'de, O: Operation> Deserialize<'de> for TaskId<O> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let members: BTreeMap<String, Json> = Deserialize::deserialize(from)?;
        let id = O::TASK_ID.and_then(|name| members.get(name)).map(Json::get);
        Ok(Self { id: id.and_then(id_of), of: PhantomData })
    }
}

/// The id that a JSON value is: a text, or the digits of a number.
pub(crate) fn id_of(json: &str) -> Option<String> {
    let id = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
    Some(id).filter(|id| !id.is_empty() && id != "null")
}

impl<O: Operation + 'static> Submits for Submission<O> {
    fn task_id(output: &TaskId<O>) -> Option<&str> {
        output.id.as_deref()
    }
}

impl<O: Operation + Clone + fmt::Debug + 'static> Request for Submission<O> {
    sends_its_operation!();

    fn submit<'c>(
        &self,
        client: &'c Client,
        options: &Options,
    ) -> Option<Coming<'c, Result<Task, Error>>> {
        Some(Box::pin(call(client, self.clone(), options).submit()))
    }
}
