"""The index of work lists: what waits to be done, in the order in which it should be."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import BaseRow


class ByWork(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """What waits to be done, in the order in which it should be?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_work"
        projection = AllProjection()

    gsi4pk = UnicodeAttribute(hash_key=True)
    gsi4sk = UnicodeAttribute(range_key=True)


class WorkRow(BaseRow):
    """A row that stands in a work list as long as it has the list's keys."""

    gsi4pk = UnicodeAttribute(null=True)
    gsi4sk = UnicodeAttribute(null=True)
