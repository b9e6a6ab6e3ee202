"""What Schemathesis is told about this system besides its contract: loaded by its runs, see `runs`."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

MALFORMED = frozenset({"validation-failed", "json-invalid", "query-unreadable", "body-too-large"})
RULES = frozenset({"value_error"})
"""Field errors that several fields cause together, which a schema does not express."""


@schemathesis.check
def well_formed_is_believed(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """A request that keeps the contract's schema may be refused by a rule, never as malformed."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    if not response.content:  # to HEAD
        return
    told = response.json()
    causes = {each["code"] for each in told["errors"]} or {told["code"]}
    if told["code"] in MALFORMED and not causes <= RULES:
        raise Failure(
            operation=case.operation.label, title="Schema-valid request called malformed", message=response.text
        )


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
"""What tus sends is bytes too."""


@schemathesis.hook
def filter_case(_: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Ids are also tried as found in answers, where some may be null: nobody asks for `/v1/plans/null`."""
    return not {None, "null"} & set(case.path_parameters.values())
