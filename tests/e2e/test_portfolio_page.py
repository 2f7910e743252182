"""`puhui portfolio report` over the bank's own API: from the kept month ends to a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.local import running
from infra.local.cloud import LocalCloud
from infra.local.running import RunningCloud
from puhui.tenancy import bank_id
from servicing.adapters.s3_month_ends import S3MonthEnds, S3PortfolioFiles
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.keep_month_end import KeepMonthEnd
from tests.support.month_ends import APRIL, MARCH, a_month_end_loan

pytestmark = pytest.mark.e2e

BANK = bank_id("page-bank")
PARTS = 2


@pytest.fixture(scope="module")
def _closed_months(cloud: LocalCloud) -> None:
    """What closing two months leaves in the reports bucket."""
    s3 = cloud.client("s3")
    buckets = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    (reports,) = [name for name in buckets if "servicing" in name and "reports" in name]
    month_ends, files = S3MonthEnds(s3, reports), S3PortfolioFiles(s3, reports)
    keep, draw_up = KeepMonthEnd(month_ends), DrawUpPortfolio(month_ends, files, PARTS)
    for day, late in ((MARCH, 0), (APRIL, 95)):
        tier = "substandard" if late else "normal"
        keep(BANK, day, 0, [a_month_end_loan(loan_id="loan-1", as_of=day)])
        keep(BANK, day, 1, [a_month_end_loan(tier, loan_id="loan-2", as_of=day, days_overdue=late)])
        draw_up(BANK, day)


def run(cloud: LocalCloud, *arguments: str) -> tuple[int, str]:
    """The command as it finds a cloud of `puhui up`."""
    with pytest.MonkeyPatch.context() as patch:
        found = RunningCloud(cloud.describe(), cloud.state_dir)
        patch.setattr(running, "running_cloud", lambda: found)
        asked = ["portfolio", "report", "--bank", BANK, *arguments]
        done = CliRunner().invoke(build(), asked, env={"PUHUI_URL": "", "PUHUI_TOKEN": ""})
    return done.exit_code, done.output


@pytest.mark.usefixtures("_closed_months")
def test_a_closed_month_becomes_a_page(cloud: LocalCloud, tmp_path: Path) -> None:
    page = tmp_path / "april.html"

    code, said = run(cloud, "--month", "2026-04", "--out", str(page), "--name", "北方测试银行")

    assert (code, "不良率  50.00%  较上月 +50.00个百分点" in said) == (0, True), said
    html = page.read_text(encoding="utf-8")
    assert ("截至 2026-04-30" in html, "北方测试银行" in html) == (True, True)


@pytest.mark.usefixtures("_closed_months")
def test_programs_get_the_documents(cloud: LocalCloud) -> None:
    code, said = run(cloud, "--json")

    assert code == 0, said
    assert [one["as_of"] for one in json.loads(said)] == ["2026-03-31", "2026-04-30"]
