"""Domain objects as the JSON text that lies in a row or an archive, and back; nothing is lost."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from puhui.errors import PuhuiError

T = TypeVar("T")


class StoredRowUnreadable(PuhuiError):
    """What is stored is not what this version of the code writes; the cause would quote data."""

    code = "stored_row_unreadable"


class Body(Generic[T]):
    """Writes and reads one frozen dataclass; a field that a new version adds needs a default."""

    def __init__(self, of: type[T]) -> None:
        self._name = of.__name__
        self._adapter: TypeAdapter[T] = TypeAdapter(of)

    def write(self, value: T) -> str:
        """The object as JSON: instants in UTC with microseconds, decimals as text."""
        return self._adapter.dump_json(value).decode()

    def read(self, text: str | bytes) -> T:
        """The object in a text that `write` made, or StoredRowUnreadable."""
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise StoredRowUnreadable(
                f"a stored {self._name} is not readable", field=where, rule=str(first["type"])
            ) from None
