"""Makes the content of answers from firms' books, page by page; what was made is kept a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

from sandbox.adapters.provider_bodies import write_answer
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.books import Books, open_books
from sandbox.domain.providers.facts import Facts
from sandbox.domain.providers.knowledge import FACTS, knows
from sandbox.domain.providers.presentation import present, put
from sandbox.domain.providers.profile import Endpoint, Profile, Wire
from sandbox.domain.providers.reports import ENVELOPES, REPORTS

MAX_PAGE = 500
KEPT = 256
SUCCESS, NOTHING = "成功", "查无此主体"
WRONG_TOTAL = "不是数字"
ANY_JOB = "JOB-TO-BE-NUMBERED"
"""Stands for the job's number in an answer that is kept."""

T = TypeVar("T")


class _Kept(Generic[T]):
    """The most recently used few of something that is expensive to make."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[object, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key]
        made = make()
        with self._lock:
            self._items[key] = made
            if len(self._items) > self._most:
                self._items.popitem(last=False)
        return made


class Content:
    """What the providers of one seed say about firms."""

    def __init__(self, seed: str) -> None:
        """Nothing is made before it is asked for."""
        self._seed = seed
        self._books: _Kept[Books] = _Kept(KEPT)
        self._facts: _Kept[Facts] = _Kept(KEPT)
        self._texts: _Kept[str] = _Kept(KEPT)

    def knows(self, profile: Profile, endpoint: Endpoint, applicant: Applicant) -> bool:
        """Whether this provider has anything about a firm."""
        return knows(profile, self._books_of(applicant), endpoint.product)

    def hit(
        self,
        profile: Profile,
        endpoint: Endpoint,
        wire: Wire,
        applicant: Applicant,
        question: Mapping[str, str],
        *,
        job_id: str = "",
        fault: str = "",
    ) -> str:
        """The answer for a firm that is known, as text."""
        page, size = _page(profile, question)

        def make() -> str:
            answer = self._answer(profile, endpoint, applicant, page, size)
            if job_id:
                put(answer, ENVELOPES[profile.provider_id].job, ANY_JOB)
            return spoiled(write_answer(wire, _with_fault(endpoint, answer, fault)), wire, fault)

        if fault:
            return make().replace(ANY_JOB, job_id)
        key = (endpoint.connector_id, applicant.party.uscc, id(applicant), page, size)
        text = self._texts.get(key, make)
        return text.replace(ANY_JOB, job_id) if job_id else text

    def bare(
        self, profile: Profile, wire: Wire, code: str, message: str, *, job_id: str = ""
    ) -> str:
        """An answer of nothing but its code, as text."""
        envelope = ENVELOPES[profile.provider_id]
        answer: dict[str, Any] = {}
        put(answer, envelope.code, code)
        put(answer, envelope.message, message)
        if job_id and envelope.job:
            put(answer, envelope.job, job_id)
        return write_answer(wire, answer)

    def _answer(
        self, profile: Profile, endpoint: Endpoint, applicant: Applicant, page: int, size: int
    ) -> dict[str, Any]:
        envelope, report = ENVELOPES[profile.provider_id], REPORTS[endpoint.connector_id]
        facts = self._facts_of(endpoint, applicant)
        answer: dict[str, Any] = {}
        put(answer, envelope.code, profile.codes.hit)
        put(answer, envelope.message, SUCCESS)
        rows = facts.tables
        pages = 1
        if size and len(rows) == 1:
            ((name, all_rows),) = rows.items()
            pages = max(-(-len(all_rows) // size), 1)
            rows = {name: all_rows[(page - 1) * size : page * size]}
        for place, value in present(report, facts, rows).items():
            put(answer, place, value)
        if envelope.pages:
            put(answer, envelope.page, page)
            put(answer, envelope.pages, pages)
        return answer

    def _books_of(self, applicant: Applicant) -> Books:
        key = (applicant.applicant_id, applicant.party.uscc, id(applicant))
        return self._books.get(key, lambda: open_books(applicant, self._seed))

    def _facts_of(self, endpoint: Endpoint, applicant: Applicant) -> Facts:
        key = (endpoint.product, applicant.party.uscc, id(applicant))
        return self._facts.get(key, lambda: FACTS[endpoint.product](self._books_of(applicant)))


def spoiled(text: str, wire: Wire, fault: str) -> str:
    """A text with its first member twice, if that is planned."""
    if fault != "duplicate_keys":
        return text
    if wire.format == "xml":
        start = text.index("<", text.index(f"<{wire.root}") + 1)
        end = text.index("</", start)
        close = text.index(">", end) + 1
        return text[:close] + text[start:close] + text[close:]
    if wire.format == "csv":
        return text[: text.index("\r\n") + 2] + text
    return "{" + text[1 : text.index(",")] + text[text.index(",") : text.index(",") + 1] + text[1:]


def _with_fault(endpoint: Endpoint, answer: dict[str, Any], fault: str) -> dict[str, Any]:
    """A wrong declaration of the number of rows, if that is planned."""
    wrong = {"wrong_schema": WRONG_TOTAL, "nan": float("nan")}.get(fault)
    if wrong is not None:
        put(answer, REPORTS[endpoint.connector_id].total, wrong)
    return answer


def _page(profile: Profile, question: Mapping[str, str]) -> tuple[int, int]:
    """Which page of which size is asked for; no paging is page 1 of size 0."""
    if not profile.fields.page or profile.fields.page not in question:
        return 1, 0
    page = question[profile.fields.page]
    size = question.get(profile.fields.page_size, str(MAX_PAGE))
    return max(_number(page), 1), min(max(_number(size), 1), MAX_PAGE)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1
