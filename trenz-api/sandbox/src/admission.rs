//! Who calls, with what, and whether it can be paid.

use crate::inputs::{Inputs, RequestParts};
use crate::operation::Operation;
use crate::refusal::{Code, Refusal};
use crate::world::{Arrived, World, header};

impl World {
    /// Who calls, and with what.
    pub(crate) fn checked(
        &mut self,
        operation: &Operation,
        request: &Arrived<'_>,
        now: u64,
    ) -> Result<(String, Inputs), Refusal> {
        let key = self.caller(operation, request, now)?;
        let inputs = self.inputs(operation, request)?;
        self.keys.check_quota(&key)?;
        Ok((key, inputs))
    }

    /// The key, if it may call the operation.
    pub(crate) fn caller(
        &mut self,
        operation: &Operation,
        request: &Arrived<'_>,
        now: u64,
    ) -> Result<String, Refusal> {
        let api_keys: Vec<&str> = header(request, self.document.key_header()).collect();
        let authorizations: Vec<&str> = header(request, "authorization").collect();
        let key = self.keys.authenticate(&api_keys, &authorizations)?;
        self.keys.count(&key, now)?;
        self.keys.permit(&key, operation.scope.as_deref())?;
        Ok(key)
    }

    pub(crate) fn inputs(
        &self,
        operation: &Operation,
        request: &Arrived<'_>,
    ) -> Result<Inputs, Refusal> {
        let parts = RequestParts {
            path: request.path_values,
            query: request.query,
            header: &|name| header(request, name).next().map(str::to_owned),
            content_type: header(request, "content-type").next(),
            body: request.body,
            prose: !self.settings.lenient,
        };
        Inputs::read(operation, parts)
    }

    /// Why a call cannot be paid.
    pub(crate) fn unaffordable(&self, coins: u64) -> Option<Refusal> {
        let message = || {
            format!("the call costs {coins} coins, and the balance is {}", self.ledger.balance())
        };
        let refusal = || Refusal::new(Code::InsufficientBalance, message());
        (!self.ledger.affords(coins)).then(refusal)
    }
}
