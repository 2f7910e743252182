"""At most so many calls of a provider at once, over all Lambdas: leased places in one item.

A place is taken by a conditional update of its lease. A refused update answers the whole item, so
the second probe knows which places are free; none free means full. A lease that ran out is free
again, so a killed worker's place comes back by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from extdata.adapters.conditional_updates import Item, update_if
from extdata.domain.errors import LimitReached
from extdata.domain.limit import microseconds
from puhui.errors import UpstreamUnavailable
from puhui.observability import logger
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_PROBES: Final = 16
"""A probe fails only when somebody else took the very place; after so many it is full."""
KEEP: Final = timedelta(days=7)


class DynamoBulkheads:
    """`extdata.ports.Bulkheads`; needs `dynamodb:UpdateItem` on the table."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table_name = table_name

    @contextmanager
    def enter(
        self, bank_id: BankId, provider_id: str, *, most: int, now: datetime, lease_seconds: int
    ) -> Iterator[None]:
        """Hold one place until the block ends; a table that does not answer lets nobody in."""
        key = {"pk": {"S": f"BANK#{bank_id}#BULKHEAD#{provider_id}"}, "sk": {"S": "PLACES"}}
        owner = uuid4().hex
        until = now + timedelta(seconds=lease_seconds)
        place = self._take(key, owner, provider_id, most=most, now=now, until=until)
        try:
            yield
        finally:
            self._free(key, owner, place, provider_id)

    def _take(
        self,
        key: dict[str, Any],
        owner: str,
        provider_id: str,
        *,
        most: int,
        now: datetime,
        until: datetime,
    ) -> int:
        """Probe a place by chance, then only places that were seen free."""
        free = list(range(most))
        for _ in range(MAX_PROBES):
            if not free:
                break
            place = free[secrets.randbelow(len(free))]
            taken, places = self._probe(key, owner, place, now=now, until=until)
            if taken:
                return place
            free = [n for n in range(most) if _lease(places, n) <= microseconds(now)]
        raise LimitReached(
            "as many calls as allowed are under way", field=provider_id, rule="bulkhead.full"
        )

    def _probe(
        self, key: dict[str, Any], owner: str, place: int, *, now: datetime, until: datetime
    ) -> tuple[bool, Item]:
        return update_if(
            self._client,
            TableName=self._table_name,
            Key=key,
            UpdateExpression="SET #owner = :owner, #lease = :until, expires_at = :expires",
            ConditionExpression="attribute_not_exists(#lease) OR #lease <= :now",
            ExpressionAttributeNames=_names(place),
            ExpressionAttributeValues={
                ":owner": {"S": owner},
                ":until": {"N": str(microseconds(until))},
                ":now": {"N": str(microseconds(now))},
                ":expires": {"N": str(int((until + KEEP).timestamp()))},
            },
        )

    def _free(self, key: dict[str, Any], owner: str, place: int, provider_id: str) -> None:
        """Give the place back; if that fails the lease does, and the answer is not lost for it."""
        try:
            freed, _ = update_if(
                self._client,
                TableName=self._table_name,
                Key=key,
                UpdateExpression="REMOVE #owner, #lease",
                ConditionExpression="#owner = :owner",
                ExpressionAttributeNames=_names(place),
                ExpressionAttributeValues={":owner": {"S": owner}},
            )
        except UpstreamUnavailable as error:
            logger.error("bulkhead place not freed", error=error, upstream=provider_id)
            return
        if not freed:
            logger.warning("bulkhead lease ran out before its call ended", upstream=provider_id)


def _names(place: int) -> dict[str, str]:
    return {"#owner": f"owner_{place}", "#lease": f"lease_{place}"}


def _lease(places: Item, place: int) -> int:
    return int(places.get(f"lease_{place}", {}).get("N", "0"))
