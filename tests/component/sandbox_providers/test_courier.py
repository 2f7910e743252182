"""Callbacks are delivered from a thread of their own; real invoices come from a bank's folder."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from puhui.clock import FixedClock
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.adapters.provider_firms import FolderFirms, ListedFirms
from sandbox.adapters.provider_jobs import MAX_TRIES, Callback, Courier
from sandbox.adapters.provider_server import Pace, ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.profiles import PROFILES
from tests.component.sandbox_providers.bank_side import BankSide, request
from tests.component.sandbox_providers.conftest import NOW, SEED, known_to

BANKFLOW, INVOICE = PROFILES["sbx-bankflow"], PROFILES["sbx-invoice"]
PATIENCE_SECONDS = 5


class _Listener(BaseHTTPRequestHandler):
    """Takes deliveries; the first one is answered 503."""

    server: _Taking

    def do_POST(self) -> None:
        """Keep a delivery."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, body))
        self.send_response(503 if len(self.server.taken) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class _Taking(HTTPServer):
    taken: list[tuple[str, bytes]]


def test_a_callback_is_posted_again_until_it_is_taken(firms: list[Applicant]) -> None:
    listener = _Taking(("127.0.0.1", 0), _Listener)
    listener.taken = []
    Thread(target=listener.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{listener.server_address[1]}/extdata/callbacks/demo/c"
    pace = Pace(callback_delay_ms=20)

    with ProviderServer(ListedFirms(*firms), seed=SEED, clock=FixedClock(NOW), pace=pace) as server:
        bank = BankSide(server, BANKFLOW, NOW, callback_url=url)
        bank.ask(known_to(server, firms, BANKFLOW))
        until = time.monotonic() + PATIENCE_SECONDS
        while len(listener.taken) < 2 and time.monotonic() < until:
            time.sleep(0.02)
    listener.shutdown()
    listener.server_close()

    first, second = listener.taken
    assert first == second
    assert first[0] == "/extdata/callbacks/demo/c"


def test_a_callback_that_nobody_takes_keeps_no_other_waiting() -> None:
    """The first pause is 200 ms; the other must not wait for it, so both come before it ends."""
    posted: list[str] = []

    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        posted.append(url)
        return 503 if url == "nobody" else 200

    courier = Courier(post, delay_seconds=0.0)
    for url in ("nobody", "somebody"):
        courier.take(Callback(job_id=url, url=url, headers={}, body=b""))
    courier.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while posted.count("nobody") < 2 and time.monotonic() < until:
        time.sleep(0.02)
    courier.stop()

    assert posted[:3] == ["nobody", "somebody", "nobody"]


def test_a_callback_that_nobody_ever_takes_is_given_up_and_listed() -> None:
    tries: list[str] = []

    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        tries.append(url)
        return 503

    courier = Courier(post, delay_seconds=None)
    courier.take(Callback(job_id="job-1", url="nobody", headers={}, body=b""))
    statuses = [courier.deliver_all() for _ in range(MAX_TRIES + 1)]

    assert (statuses, len(tries)) == ([[503]] * MAX_TRIES + [[]], MAX_TRIES)
    assert courier.undelivered == ["job-1"]


def test_a_file_is_ready_after_a_moment(firms: list[Applicant]) -> None:
    profile = PROFILES["sbx-socialsec"]
    pace = Pace(file_delay_ms=200)

    with ProviderServer(ListedFirms(*firms), seed=SEED, clock=FixedClock(NOW), pace=pace) as server:
        bank = BankSide(server, profile, NOW)
        job_id = bank.ask(known_to(server, firms, profile)).text.split("|")[3]
        path = f"/ssf/v1/files/{job_id}"
        at_once, _, _ = request(server.url, "GET", path, {}, b"")
        time.sleep(0.25)
        later, _, _ = request(server.url, "GET", path, {}, b"")

    assert (at_once, later) == (404, 200)


def test_real_invoices_come_from_the_banks_folder(tmp_path: Path) -> None:
    columns = "金额,税额,价税合计,发票状态"
    invoices = [
        f"E1,{number:08d},2026/{month}/5,{{}},100.00,13.00,113.00,有效发票"
        for number, month in enumerate(range(1, 8), start=1)
    ]
    (tmp_path / "enterprises.csv").write_text("企业代号,企业名称\nE1,***商贸有限公司\n", "utf-8")
    for stem, partner in (("output", "购方单位代号"), ("input", "销方单位代号")):
        head = f"企业代号,发票号码,开票日期,{partner},{columns}"
        lines = "\n".join([head, *(line.format(stem[0].upper() + "001") for line in invoices)])
        (tmp_path / f"{stem}_invoices.csv").write_text(lines + "\n", "utf-8")
    firms = FolderFirms(FirmFolder(tmp_path), seed=SEED)
    firm = next(firms.some())

    with ProviderServer(firms, seed=SEED, clock=FixedClock(NOW)) as server:
        answer = json.loads(BankSide(server, INVOICE, NOW).ask(firm, page=1).text)

    assert answer["result"]["total"] == 14
    assert {row["totalCent"] for row in answer["result"]["invoices"]} == {11_300}
