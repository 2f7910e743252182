"""Documents that came in a request, in the platform's bucket below risk's own prefix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.contracts.facts import FactReference
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class S3InlineDocuments:
    """`risk.asking_ports.InlineDocuments`: `risk/{bank}/{product}-{hash}.json`."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, product: str, body: bytes) -> FactReference:
        """Addressed by content: the same document twice is one object and one reference."""
        digest = hashlib.sha256(body).hexdigest()
        name = f"{product.replace('/', '-')}-{digest}"
        key = f"risk/{bank_id}/{name}.json"
        try:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType="application/json"
            )
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the document store does not answer") from error
        return FactReference(
            product=product,
            state="ok",
            document_id=name,
            bucket=self.bucket,
            key=key,
            sha256=digest,
            size_bytes=len(body),
        )
