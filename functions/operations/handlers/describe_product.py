"""The published function `describe_product`: what a product is on a day, and whose."""

from __future__ import annotations

from typing import Any

from operations.wiring import wiring
from puhui.contracts.operations import DescribeProduct
from puhui.observability import instrument


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a DescribeProduct with a ProductDescription, or raise ProductNotFound."""
    query = DescribeProduct.model_validate(event)
    return wiring().describe_product(query).model_dump(mode="json")
