"""What opened pages say: the code, its meaning, the job, and the canonical document of a hit.

The same functions read an answer when it arrives and when it is replayed, so a replay gives the
same document from the same bytes; neither keys nor network nor a clock is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from extdata.adapters.compiled_connector import CompiledConnector
from extdata.adapters.jsonata_pool import UNDEFINED, Expression, NotEvaluated
from extdata.domain.answer import Meaning, ProviderAnswer, RawPage
from extdata.domain.connector_spec import CodeRule
from extdata.domain.errors import ProviderAnswerUnreadable, ProviderRefused

MAX_CODE = 64
MAX_JOB_ID = 128
ERROR_RULE = "provider.error_code"
BUSY_RULE = "provider.busy"
STATUS_RULE = "provider.status"
BUSY_STATUSES = frozenset({429, 502, 503, 504})


def code_rule(connector: CompiledConnector, parsed: Any) -> CodeRule:
    """The rule for the answer's code; a code that the connector does not know is unreadable."""
    code = _text(connector.code, parsed, "response.code")
    rule = connector.spec.response.rule_of(code) if len(code) <= MAX_CODE else None
    if rule is None:
        raise _unreadable("response.code", "provider.code")
    return rule


def job_of(connector: CompiledConnector, parsed: Any) -> str:
    """What the provider calls the job of this answer."""
    if connector.job_id is None:
        raise _unreadable("response.job_id", "provider.job_id")
    job = _text(connector.job_id, parsed, "response.job_id")
    if not job or len(job) > MAX_JOB_ID or not job.isprintable():
        raise _unreadable("response.job_id", "provider.job_id")
    return job


def has_more(connector: CompiledConnector, parsed: Any) -> bool:
    """Whether another page follows this one; anything but true and false is unreadable."""
    if connector.more is None:
        return False
    more = _value(connector.more, parsed, "response.paging.more")
    if not isinstance(more, bool):
        raise _unreadable("response.paging.more", "provider.mapping")
    return more


def refusal_of(rule: CodeRule) -> ProviderRefused:
    """The failure that an error or retry code is."""
    busy = rule.meaning == "retry"
    failure = ProviderRefused(
        f"the provider answered with its code {rule.code}",
        field="response.code",
        rule=BUSY_RULE if busy else ERROR_RULE,
    )
    failure.charge, failure.retryable_now = rule.charge, busy
    return failure


def status_refusal(status: int) -> ProviderRefused:
    """The failure that a bad HTTP status is, where no code of the provider's stands beside it."""
    failure = ProviderRefused(f"the provider answered HTTP {status}", rule=STATUS_RULE)
    failure.retryable_now = status in BUSY_STATUSES
    return failure


def read_pages(
    connector: CompiledConnector,
    product: str,
    pages: Sequence[RawPage],
    parsed: Sequence[Any],
    asked_on: date,
) -> ProviderAnswer:
    """The answer that pages make together; the first one's code decides."""
    rule = code_rule(connector, parsed[0])
    try:
        meaning = _meaning(rule)
        for other in parsed[1:]:
            if code_rule(connector, other).meaning != meaning:
                raise _unreadable("response.code", "provider.pages")
        document = None
        if meaning == "hit":
            document = connector.field_map.document(product, parsed, asked_on)
        return ProviderAnswer(
            meaning=meaning,
            charge=rule.charge,
            provider_code=rule.code,
            pages=tuple(pages),
            document=document,
            job_id=job_of(connector, parsed[0]) if meaning == "pending" else None,
        )
    except (ProviderAnswerUnreadable, ProviderRefused) as failure:
        failure.charge, failure.pages = rule.charge, tuple(pages)
        raise


def _meaning(rule: CodeRule) -> Meaning:
    if rule.meaning == "error" or rule.meaning == "retry":  # noqa: PLR1714  (narrows the type)
        raise refusal_of(rule)
    return rule.meaning


def _text(expression: Expression, parsed: Any, field: str) -> str:
    value = _value(expression, parsed, field)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _unreadable(field, "provider.mapping")
    return str(value)


def _value(expression: Expression, parsed: Any, field: str) -> Any:
    try:
        value = expression.evaluate(parsed)
    except NotEvaluated as error:
        raise _unreadable(field, "provider.mapping") from error
    return None if value is UNDEFINED else value


def _unreadable(field: str, rule: str) -> ProviderAnswerUnreadable:
    return ProviderAnswerUnreadable(
        f"the answer has nothing readable for {field}", field=field, rule=rule
    )
