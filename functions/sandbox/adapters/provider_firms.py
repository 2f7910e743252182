"""Where the simulated providers find the firms that they are asked about.

PopulationFirms(seed="42", size=500, as_of=date(2026, 8, 3))
FolderFirms(FirmFolder(Path("firms")), seed="42")
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from threading import RLock
from typing import Protocol

from sandbox.adapters.firm_folder import FirmFolder
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import applicant_at
from sandbox.domain.synthetic_party import index_of

UNKNOWN_SUBJECT = {
    "kind": "firm",
    "name": "沙箱查无企业（模拟）",
    "uscc": "91340100MA0000000X",
    "id_number": "340102190001010000",
}
"""Whom the kits name for tests that must find nobody; nothing is searched for them."""
NOBODY = frozenset({UNKNOWN_SUBJECT["uscc"], UNKNOWN_SUBJECT["id_number"]})
MAX_KEPT = 300
"""Firms kept in memory; one has about 1,300 invoices."""


class FirmsSource(Protocol):
    """Finds firms by a number."""

    def find(self, number: str) -> Applicant | None:
        """The firm with this credit code, or whose legal person has this ID number."""
        ...

    def some(self) -> Iterator[Applicant]:
        """Firms one after the other, to choose an example from."""
        ...


class PopulationFirms:
    """The generated population; a firm is made when it is asked for."""

    def __init__(self, *, seed: str | int, size: int, as_of: date) -> None:
        """Nothing is generated yet."""
        self._seed, self._size, self._as_of = str(seed), size, as_of
        self._kept: OrderedDict[int, Applicant] = OrderedDict()
        self._index_of_person: dict[str, int] = {}
        self._seen = 0
        self._lock = RLock()

    def find(self, number: str) -> Applicant | None:
        """A credit code tells its index; persons are indexed as far as needed."""
        with self._lock:
            index = index_of(self._seed, number) if len(number) == 18 else None
            if index is not None and index < self._size:
                applicant = self._at(index)
                return applicant if applicant.party.uscc == number else None
            return self._person(number)

    def some(self) -> Iterator[Applicant]:
        """The population in its order."""
        for index in range(self._size):
            with self._lock:
                applicant = self._at(index)
            yield applicant

    def prepare(self) -> None:
        """Look at the whole population once, so that nobody waits to hear that one is unknown."""
        with self._lock:
            self._person("")

    def _person(self, number: str) -> Applicant | None:
        while number not in self._index_of_person and self._seen < self._size:
            self._at(self._seen)
            self._seen += 1
        index = self._index_of_person.get(number)
        return None if index is None else self._at(index)

    def _at(self, index: int) -> Applicant:
        applicant = self._kept.get(index)
        if applicant is None:
            applicant = applicant_at(self._seed, index, self._as_of)
            self._kept[index] = applicant
            self._index_of_person[applicant.party.legal_person_id] = index
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(index)
        return applicant


class ListedFirms:
    """Firms that somebody has at hand: a few in a test, or those registered from outside."""

    def __init__(self, *applicants: Applicant) -> None:
        """Begin with some firms."""
        self._by_number: dict[str, Applicant] = {}
        for applicant in applicants:
            self.add(applicant)

    def add(self, applicant: Applicant) -> None:
        """Know one firm more, by both of its numbers."""
        for number in (applicant.party.uscc, applicant.party.legal_person_id):
            if number:
                self._by_number[number] = applicant

    def find(self, number: str) -> Applicant | None:
        """The firm with this number."""
        return self._by_number.get(number)

    def some(self) -> Iterator[Applicant]:
        """The firms in the order they came."""
        yield from list(self._by_number.values())


class FolderFirms(ListedFirms):
    """The firms of a bank's own folder with their real invoices; read when first asked."""

    def __init__(self, folder: FirmFolder, *, seed: str | int, limit: int | None = None) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._unread = folder.applicants(seed, limit)
        self._lock = RLock()

    def find(self, number: str) -> Applicant | None:
        """The firm with this number; the folder is read as far as needed."""
        with self._lock:
            found = super().find(number)
            while found is None:
                applicant = next(self._unread, None)
                if applicant is None:
                    return None
                self.add(applicant)
                found = super().find(number)
            return found

    def some(self) -> Iterator[Applicant]:
        """The firms read so far; at least one, if the folder has any."""
        with self._lock:
            if not self._by_number:
                self.find("")
        yield from super().some()
