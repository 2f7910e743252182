"""Whom a query is about (查询主体): identified inside, a fingerprint everywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from puhui.errors import Unprocessable

SubjectKind = Literal["firm", "sole_proprietor", "person"]
NUMBER_OF_KIND: Mapping[SubjectKind, str] = {
    "firm": "uscc",
    "sole_proprietor": "uscc",
    "person": "id_number",
}
"""The number that identifies a subject of each kind; consent and cache are bound to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A firm or a person as providers know them; never logged, never stored in clear."""

    kind: SubjectKind
    name: str = field(repr=False)
    uscc: str | None = field(default=None, repr=False)
    id_number: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    person_name: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    region_code: str | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Name and value of the identifying number: ("uscc", "9134…")."""
        name = NUMBER_OF_KIND[self.kind]
        value = self.uscc if name == "uscc" else self.id_number
        if not value:
            raise Unprocessable(
                f"a {self.kind} is identified by its {name}",
                field=f"subject.{name}",
                rule="subject.identity",
            )
        return name, value

    def to_mapping(self) -> dict[str, str | None]:
        """The fields as a connector's request mapping sees them."""
        return {
            "kind": self.kind,
            "name": self.name,
            "uscc": self.uscc,
            "id_number": self.id_number,
            "phone": self.phone,
            "person_name": self.person_name,
            "account": self.account,
            "address": self.address,
            "region_code": self.region_code,
        }
