"""The bank's API as a mobile client sees it: one base URL, a token, repeated when unsure."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from puhui.errors import ERROR_NAMES

REPEATS: Final = 4
BACKOFF_SECONDS: Final = 0.2
TIMEOUT_SECONDS: Final = 30.0
UNSURE: Final = frozenset({429, 502, 503, 504})
"""Answers after which a mobile client asks again, under the same idempotency key."""
FIRST_ERROR: Final = 400


class ApiRefused(Exception):
    """The API answered with an error; `sentence` says it to a person, the text adds the call."""

    def __init__(self, method: str, path: str, response: httpx.Response) -> None:
        """Keep the status and the error object."""
        self.status = response.status_code
        self.error = _error_of(response)
        self.sentence = _sentence_of(self.error, self.status)
        super().__init__(f"{method} {path}: {self.status} {self.sentence}")


def _error_of(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {"message": response.text[:200]}
    error = body.get("error", body) if isinstance(body, dict) else {"message": str(body)}
    return error if isinstance(error, dict) else {"message": str(error)}


def _sentence_of(error: Mapping[str, Any], status: int) -> str:
    """One line: the field, what is wrong with it, the rule, and the kind of error in Chinese.

    >>> _sentence_of({"message": "not base64", "field": "material", "rule": "key.base64"}, 422)
    'material: not base64 (key.base64)'
    """
    field, rule = error.get("field"), error.get("rule")
    said = " ".join(str(error.get("message") or "").split()).rstrip(".")
    if field:
        said = f"{field}: {said.removeprefix(f'{field} ')}"
    if rule and str(rule) not in said:
        said = f"{said} ({rule})"
    name = ERROR_NAMES.get(str(error.get("code")))
    return " ".join(part for part in (said, name) if part) or f"HTTP {status}"


def shared_client(base_url: str) -> httpx.Client:
    """One connection pool for all the people of a demonstration."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
    return httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, limits=limits)


@dataclass(frozen=True)
class BankApi:
    """The API with one person's token."""

    client: httpx.Client
    token: str = field(repr=False)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read."""
        return self._call("GET", path, params=query)

    def get_all(self, path: str, items: str) -> dict[str, Any]:
        """Read a list that comes in pages, to its end; `items` is the field that holds it."""
        found = page = self.get(path)
        while page["cursor"] is not None:
            page = self.get(path, cursor=page["cursor"])
            found = {**page, items: [*found[items], *page[items]]}
        return found

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
        """Write; `key` is the idempotency key that makes a repetition harmless."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return self._call("POST", path, json=body, headers=headers)

    def put(self, path: str, body: Any) -> dict[str, Any]:
        """Replace."""
        return self._call("PUT", path, json=body)

    def delete(self, path: str) -> dict[str, Any]:
        """Remove."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {**options.pop("headers", {}), "Authorization": f"Bearer {self.token}"}
        if options.get("json", "absent") is None:
            options.pop("json")
        for attempt in range(1, REPEATS + 1):
            try:
                response = self.client.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                if attempt == REPEATS:
                    raise
            else:
                if response.status_code not in UNSURE or attempt == REPEATS:
                    return _answer(method, path, response)
            time.sleep(BACKOFF_SECONDS * 2**attempt)
        raise AssertionError("unreachable")

    def upload(self, target: dict[str, Any], content: bytes, content_type: str) -> None:
        """Send a file to where a presigned upload points, as a browser form would."""
        fields = {str(name): str(value) for name, value in target["fields"].items()}
        response = self.client.post(
            target["url"], data=fields, files={"file": ("file", content, content_type)}
        )
        if response.status_code >= FIRST_ERROR:
            raise ApiRefused("POST", "upload", response)


def _answer(method: str, path: str, response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= FIRST_ERROR:
        raise ApiRefused(method, path, response)
    body = response.json() if response.content else {}
    return body if isinstance(body, dict) else {"items": body}
