"""Month ends and portfolio reports in S3: one object for each part, one folder for each report."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.bodies import Body
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from servicing.domain.errors import PortfolioReportNotFound
from servicing.domain.portfolio.month_end import MonthEndLoan
from servicing.domain.portfolio.tables import REPORT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MONTH_ENDS: Final = "month-ends/"
REPORTS: Final = "portfolio/"
CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
_LOAN: Final = Body(MonthEndLoan)
_MISSING: Final = frozenset({"NoSuchKey", "404", "NotFound"})


@dataclass(frozen=True)
class S3MonthEnds:
    """`servicing.portfolio_ports.MonthEnds`: compressed lines, one loan each."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, as_of: date, part: int, loans: Sequence[MonthEndLoan]) -> None:
        """One object; equal loans give equal bytes, because the time of writing is left out."""
        lines = sorted(_LOAN.write(loan) for loan in loans)
        body = gzip.compress("\n".join(lines).encode(), mtime=0)
        with _s3_errors():
            self.client.put_object(
                Bucket=self.bucket, Key=_part_key(bank_id, as_of, part), Body=body
            )

    def read(self, bank_id: BankId, as_of: date, part: int) -> Sequence[MonthEndLoan]:
        """One object, or nothing where there is none."""
        try:
            with _s3_errors():
                answer = self.client.get_object(
                    Bucket=self.bucket, Key=_part_key(bank_id, as_of, part)
                )
                text = gzip.decompress(answer["Body"].read()).decode()
        except PortfolioReportNotFound:
            return ()
        return [_LOAN.read(line) for line in text.splitlines()]

    def last_before(self, bank_id: BankId, as_of: date) -> date | None:
        """The folders below the bank's own; there is one for each month."""
        days = _folders(self.client, self.bucket, f"{MONTH_ENDS}{bank_id}/")
        return max((day for day in days if day < as_of), default=None)


@dataclass(frozen=True)
class S3PortfolioFiles:
    """`servicing.portfolio_ports.PortfolioFiles`."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, as_of: date, files: Mapping[str, bytes]) -> None:
        """The report comes last: who finds it finds its tables too."""
        for name in sorted(files, key=lambda name: name == REPORT):
            with _s3_errors():
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=_report_key(bank_id, as_of, name),
                    Body=files[name],
                    ContentType=JSON if name == REPORT else CSV,
                )

    def document(self, bank_id: BankId, as_of: date) -> Mapping[str, Any]:
        """One object."""
        with _s3_errors():
            answer = self.client.get_object(
                Bucket=self.bucket, Key=_report_key(bank_id, as_of, REPORT)
            )
            found: Mapping[str, Any] = json.loads(answer["Body"].read())
        return found

    def days(self, bank_id: BankId) -> Sequence[date]:
        """One listing of folders."""
        return _folders(self.client, self.bucket, f"{REPORTS}{bank_id}/")

    def link(self, bank_id: BankId, as_of: date, name: str, seconds: int) -> str:
        """A presigned link, as attachment."""
        return self.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket,
                "Key": _report_key(bank_id, as_of, name),
                "ResponseContentType": CSV,
                "ResponseContentDisposition": f'attachment; filename="{as_of}-{name}"',
            },
            ExpiresIn=seconds,
        )


def _part_key(bank_id: BankId, as_of: date, part: int) -> str:
    return f"{MONTH_ENDS}{bank_id}/{as_of.isoformat()}/part-{part:03d}.jsonl.gz"


def _report_key(bank_id: BankId, as_of: date, name: str) -> str:
    return f"{REPORTS}{bank_id}/{as_of.isoformat()}/{name}"


def _folders(client: S3Client, bucket: str, prefix: str) -> list[date]:
    with _s3_errors():
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/"
        )
        found = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
    return sorted(date.fromisoformat(one.removeprefix(prefix).rstrip("/")) for one in found)


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) in _MISSING:
            raise PortfolioReportNotFound() from error
        raise UpstreamUnavailable("the report store refused") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the report store does not answer") from error
