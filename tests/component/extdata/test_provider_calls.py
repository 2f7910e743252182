"""A call as a whole: one request number, pages, files, replays without a network."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    KeyUnavailable,
    ProviderFailure,
    ProviderTimeout,
    RequestNotBuilt,
)
from tests.support.extdata import a_connector, a_subject
from tests.support.extdata_connectors import (
    HIT,
    TODAY,
    InMemoryProviderKeys,
    StubProvider,
    a_request,
    a_small_specification,
    answering,
    calls_to,
    later,
)


def numbers_of(stub: StubProvider) -> set[bytes]:
    return {
        request.partition(b"x-request-no: ")[2].partition(b"\r\n")[0] for request in stub.requests
    }


def bodies_of(stub: StubProvider) -> list[dict[str, Any]]:
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in stub.requests]


def paged(max_pages: int = 5) -> dict[str, Any]:
    made = a_small_specification(fields='{"reqNo": request_no, "page": page, "size": page_size}')
    made["response"]["paging"] = {
        "more": "data.page < data.pages",
        "page_size": 1,
        "max_pages": max_pages,
    }
    return made


def page_of(number: int, pages: int = 3) -> dict[str, Any]:
    row = {"skssq": f"2026-0{number}", "xse": number}
    return {"code": "0000", "data": HIT["data"] | {  # type: ignore[operator]
        "page": number, "pages": pages, "total": pages, "list": [row],
    }}  # fmt: skip


def test_a_hit_becomes_the_canonical_document() -> None:
    with StubProvider([answering(HIT)]) as stub:
        answer = calls_to(stub).call(a_request())

    assert (answer.meaning, answer.charge, answer.provider_code, answer.document) == (
        "hit",
        "charged",
        "0000",
        {
            "schema": "tax/1",
            "source": "sbx-tax",
            "period_from": "2026-01-01",
            "period_to": "2026-07-31",
            "row_count": 2,
            "returns": [
                {"period": "2026-06", "sales_fen": 123450},
                {"period": "2026-07", "sales_fen": 1},
            ],
        },
    )


def test_every_try_asks_under_the_same_number() -> None:
    busy = answering({"code": "8001"})
    with StubProvider([busy, busy, answering({"code": "0001"})]) as stub:
        answer = calls_to(stub).call(a_request(a_small_specification(tries=3)))

    assert (answer.meaning, answer.charge, answer.tries, numbers_of(stub)) == (
        "miss",
        "free",
        3,
        {b"req-0001"},
    )


def test_pages_are_asked_for_one_after_the_other_and_merged() -> None:
    with StubProvider([answering(page_of(number)) for number in (1, 2, 3)]) as stub:
        answer = calls_to(stub).call(a_request(paged()))

    document = answer.document or {}
    asked = [(body["page"], body["size"]) for body in bodies_of(stub)]
    assert (asked, [row["period"] for row in document["returns"]], len(answer.pages)) == (
        [(1, 1), (2, 1), (3, 1)],
        ["2026-01", "2026-02", "2026-03"],
        3,
    )


def test_pages_without_end_are_not_an_answer_and_what_came_is_kept() -> None:
    with StubProvider([answering(page_of(1, pages=9))]) as stub:
        calls = calls_to(stub)
        with pytest.raises(ProviderFailure) as failed:
            calls.call(a_request(paged(max_pages=2)))

    assert (failed.value.rule, failed.value.charge, len(failed.value.pages)) == (
        "provider.pages",
        "charged",
        2,
    )


def test_a_spent_budget_calls_nobody() -> None:
    with StubProvider([answering(HIT)]) as stub:
        calls = calls_to(stub)
        with pytest.raises(ProviderTimeout) as failed:
            calls.call(a_request(budget_ms=0))

    assert (failed.value.tries, failed.value.charge, stub.requests) == (0, "free", [])


def test_a_question_that_cannot_be_put_calls_nobody() -> None:
    specification = a_small_specification(fields="subject.phone")
    with StubProvider([answering(HIT)]) as stub:
        calls = calls_to(stub)
        with pytest.raises(RequestNotBuilt) as failed:
            calls.call(a_request(specification))

    assert (failed.value.tries, failed.value.charge, stub.requests) == (0, "free", [])


def test_a_missing_key_calls_nobody() -> None:
    specification = a_small_specification()
    step = {"step": "sign", "algorithm": "sm3-hmac", "key": "mac", "over": ["body"], "into": "S"}
    specification["security"] = {"request": [step]}
    with StubProvider([answering(HIT)]) as stub:
        calls = calls_to(stub)
        with pytest.raises(KeyUnavailable) as failed:
            calls.call(a_request(specification))

    assert (failed.value.charge, stub.requests) == ("free", [])


def test_what_is_not_known_of_the_subject_is_left_out() -> None:
    specification = a_small_specification(fields='{"a": subject.phone, "b": subject.name}')
    with StubProvider([answering(HIT)]) as stub:
        calls_to(stub).call(a_request(specification, subject=a_subject(name='"},{"a":1')))

    assert bodies_of(stub) == [{"b": '"},{"a":1'}]


def test_a_replay_gives_the_same_document_without_network_or_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with StubProvider([answering(page_of(number)) for number in (1, 2, 3)]) as stub:
        answer = calls_to(stub).call(a_request(paged()))

    def no_sockets(*_: Any, **__: Any) -> socket.socket:
        raise AssertionError("a replay opens no socket")

    monkeypatch.setattr(socket, "socket", no_sockets)
    monkeypatch.setattr(socket, "create_connection", no_sockets)
    reader = HttpProviderCalls(InMemoryProviderKeys(), sandbox_base=None)
    again = reader.read(a_connector(specification=paged()), answer.pages, asked_on=TODAY)

    assert json.dumps(again.document) == json.dumps(answer.document)


def fetched(*replies: Any, job_id: str = "job/1") -> tuple[ProviderAnswer, StubProvider]:
    with StubProvider(list(replies)) as stub:
        answer = calls_to(stub).fetch(a_request(later("file")), job_id)
    return answer, stub


def test_a_pending_answer_names_its_job() -> None:
    with StubProvider([answering({"code": "1000", "jobNo": "J1"})]) as stub:
        answer = calls_to(stub).call(a_request(later("file")))

    assert (answer.meaning, answer.job_id, answer.charge) == ("pending", "J1", "free")


def test_a_file_that_is_not_there_yet_is_pending() -> None:
    answer, _ = fetched(answering(b"", status="404 Not Yet"))

    assert (answer.meaning, answer.job_id, answer.pages) == ("pending", "job/1", ())


def test_a_file_is_fetched_under_the_quoted_job_and_mapped() -> None:
    answer, stub = fetched(answering(HIT), job_id="../job?1\r\nX: y")

    assert (answer.meaning, stub.requests[0].partition(b" HTTP")[0]) == (
        "hit",
        b"GET /files/..%2Fjob%3F1%0D%0AX%3A%20y",
    )


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_a_job_that_is_a_step_in_the_path_is_not_fetched(job_id: str) -> None:
    with pytest.raises(RequestNotBuilt):
        fetched(answering(HIT), job_id=job_id)
