"""The product factory, asked through operations' published function."""

from __future__ import annotations

from datetime import date

from puhui.contracts.operations import DescribeProduct, ProductDescription
from puhui.lambda_client import LambdaClient
from puhui.tenancy import BankId


class LambdaProducts:
    """`factory.ports.Products` by invoking `describe_product`."""

    def __init__(self, client: LambdaClient, function_arn: str) -> None:
        self._client = client
        self._arn = function_arn

    def describe(self, bank_id: BankId, product_code: str, on: date) -> ProductDescription:
        """One synchronous call; ProductNotFound and UpstreamUnavailable come through."""
        request = DescribeProduct(
            bank_id=bank_id, product_code=product_code, correlation_id=product_code, on=on
        )
        answer = self._client.invoke(self._arn, request.model_dump(mode="json"))
        return ProductDescription.model_validate(answer)
