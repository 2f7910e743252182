"""Counters of rates and quotas in DynamoDB: one item per gate and month, one update per pass.

The bucket is kept as the instant at which it is empty again (GCRA, `tat` in microseconds), so that
rate, daily and monthly quota are conditions of the same update and either all count or none does.
A pass first supposes that the bucket is idle; a failed condition answers the item as it was, which
says what stopped it. Since `tat` only grows, the second try, for a running bucket, is the last.

What cannot be counted does not pass: a table that does not answer raises UpstreamUnavailable. An
update that botocore repeats because its answer was lost may count twice, never not at all.
A new month starts with a full bucket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from extdata.adapters.conditional_updates import Item, update_if
from extdata.domain.limit import (
    QUOTAS,
    Admission,
    Gate,
    Limits,
    day_key,
    limit_reached,
    microseconds,
    month_key,
    stopped_by,
    warning_line,
)
from puhui.dynamodb import dynamo_errors
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP: Final = timedelta(days=100)
"""How long a month's counters stay after its last pass, for questions about them."""
GIVE_BACK_TRIES: Final = 8
_MONTH: Final = "m"


@dataclass(frozen=True, slots=True)
class _Bucket:
    """What an update changes and demands of the bucket; both empty when the rate is free."""

    change: str = ""
    condition: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


class DynamoGates:
    """`extdata.ports.Gates`; needs `dynamodb:UpdateItem` and `dynamodb:GetItem` on the table."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table_name = table_name

    def pass_through(self, bank_id: BankId, gate: Gate, *, now: datetime, on: date) -> Admission:
        """Count one call, or raise LimitReached; a gate without limits counts nothing."""
        limits = gate.limits
        if limits.unlimited:
            return Admission(gate=gate)
        if limits.shut_by is not None:
            raise limit_reached(gate, limits.shut_by)
        key, moment = _key(bank_id, gate, on), microseconds(now)
        before = self._count(key, gate, on, _idle(limits, moment))
        if isinstance(before, Admission):
            return before
        _raise_if_stopped(gate, before, on, moment)
        before = self._count(key, gate, on, _running(limits, moment))
        if isinstance(before, Admission):
            return before
        _raise_if_stopped(gate, before, on, moment)
        raise UpstreamUnavailable("the gate's counters disappeared between two tries")

    def give_back(self, bank_id: BankId, gate: Gate, *, on: date) -> None:
        """Take back a count, never below 0; a quota that falls from its line has warned."""
        if gate.limits.unlimited:
            return
        key, fallen = _key(bank_id, gate, on), frozenset[str]()
        for _ in range(GIVE_BACK_TRIES):
            before = self._uncount(key, gate, on, fallen)
            if before is None:
                return
            used = _admission(gate, before, on)
            if not (used.used_today and used.used_this_month):
                return
            fallen = used.at_line
        raise UpstreamUnavailable("a count could not be given back")

    def usage(self, bank_id: BankId, gate: Gate, *, on: date) -> Admission:
        """How much is used; a reading never warns."""
        with dynamo_errors():
            answer = self._client.get_item(
                TableName=self._table_name, Key=_key(bank_id, gate, on), ConsistentRead=True
            )
        return replace(_admission(gate, answer.get("Item", {}), on), warned=QUOTAS)

    def _count(
        self, key: dict[str, Any], gate: Gate, on: date, bucket: _Bucket
    ) -> Admission | Item:
        """One atomic update; answers what is used now, or the item that stood in the way."""
        values: dict[str, Any] = {":one": _n(1), ":expires": _n(_expires(on)), **bucket.values}
        conditions = [bucket.condition] if bucket.condition else []
        for quota, name, most in _quotas(gate.limits):
            values[f":{quota}"] = _n(most)
            conditions.append(f"(attribute_not_exists({name}) OR {name} < :{quota})")
        done, item = update_if(
            self._client,
            TableName=self._table_name,
            Key=key,
            UpdateExpression=f"SET {bucket.change}expires_at = :expires ADD #day :one, #month :one",
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames=_names(on),
            ExpressionAttributeValues=values,
        )
        return _admission(gate, item, on) if done else item

    def _uncount(
        self, key: dict[str, Any], gate: Gate, on: date, fallen: frozenset[str]
    ) -> Item | None:
        """Count one less if the same quotas still stand on their line; else answer the item."""
        values: dict[str, Any] = {":less": _n(-1), ":zero": _n(0)}
        conditions, change = ["#day > :zero", "#month > :zero"], "ADD #day :less, #month :less"
        for quota, name, most in _quotas(gate.limits):
            values[f":{quota}"] = _n(warning_line(most))
            conditions.append(f"{name} {'=' if quota in fallen else '<>'} :{quota}")
        if fallen:
            marks = [_mark(on, q, most) for q, _, most in _quotas(gate.limits) if q in fallen]
            values[":fallen"] = {"SS": marks}
            change += ", warned :fallen"
        done, item = update_if(
            self._client,
            TableName=self._table_name,
            Key=key,
            UpdateExpression=change,
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames=_names(on),
            ExpressionAttributeValues=values,
        )
        return None if done else item


def _idle(limits: Limits, now_us: int) -> _Bucket:
    """An empty bucket starts to run now."""
    if limits.rate_per_second is None:
        return _Bucket()
    return _Bucket(
        change="tat = :tat, ",
        condition="(attribute_not_exists(tat) OR tat < :now)",
        values={":now": _n(now_us), ":tat": _n(now_us + limits.interval_us)},
    )


def _running(limits: Limits, now_us: int) -> _Bucket:
    """A running bucket runs one interval longer, unless it is too far ahead already."""
    if limits.rate_per_second is None:
        return _Bucket()
    return _Bucket(
        change="tat = tat + :interval, ",
        condition="(tat >= :now AND tat <= :latest)",
        values={
            ":now": _n(now_us),
            ":latest": _n(now_us + limits.tolerance_us),
            ":interval": _n(limits.interval_us),
        },
    )


def _quotas(limits: Limits) -> Iterator[tuple[str, str, int]]:
    """Each quota there is: its name, the placeholder of its counter, and how much it allows."""
    if limits.daily is not None:
        yield "daily", "#day", limits.daily
    if limits.monthly is not None:
        yield "monthly", "#month", limits.monthly


def _admission(gate: Gate, item: Item, on: date) -> Admission:
    marks = item.get("warned", {}).get("SS", ())
    return Admission(
        gate=gate,
        used_today=_number(item, _day(on)),
        used_this_month=_number(item, _MONTH),
        warned=frozenset(q for q, _, most in _quotas(gate.limits) if _mark(on, q, most) in marks),
    )


def _raise_if_stopped(gate: Gate, item: Item, on: date, now_us: int) -> None:
    rule = stopped_by(
        gate.limits,
        used_today=_number(item, _day(on)),
        used_this_month=_number(item, _MONTH),
        empty_at_us=_number(item, "tat"),
        now_us=now_us,
    )
    if rule is not None:
        raise limit_reached(gate, rule)


def _mark(on: date, quota: str, most: int) -> str:
    """A quota's line in its period: `2026-11-02@8`; a changed quota has another line."""
    return f"{day_key(on) if quota == 'daily' else month_key(on)}@{warning_line(most)}"


def _key(bank_id: BankId, gate: Gate, on: date) -> dict[str, Any]:
    return {
        "pk": {"S": f"BANK#{bank_id}#GATE#{gate.key}"},
        "sk": {"S": f"MONTH#{month_key(on)}"},
    }


def _names(on: date) -> dict[str, str]:
    return {"#day": _day(on), "#month": _MONTH}


def _day(on: date) -> str:
    return f"d{on:%d}"


def _expires(on: date) -> int:
    return int((datetime(on.year, on.month, on.day, tzinfo=UTC) + KEEP).timestamp())


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", "0"))


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}
