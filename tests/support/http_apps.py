"""Serves a module's API over real HTTP on the loopback, for tests of two parties that call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from puhui.http import ApiRoutes
from puhui.http_app import ApiApp
from tests.support.api import proxy_event


@contextmanager
def served(app: ApiApp, routes: ApiRoutes) -> Iterator[str]:
    """The address of the API; requests carry no principal, so its public routes answer."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length).decode() if length else None
            answer = app(_event(routes, self.command, self.path, raw, dict(self.headers)), None)
            body = answer["body"].encode()
            self.send_response(answer["statusCode"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _event(
    routes: ApiRoutes, method: str, path: str, raw: str | None, headers: dict[str, str]
) -> dict[str, Any]:
    """The proxy event of a request, with the path's values as the gateway finds them."""
    for route in routes.table():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        found = re.fullmatch(pattern, path)
        if found and route.method == method:
            return proxy_event(
                method, route.path, raw=raw, headers=headers, values=found.groupdict() or None
            )
    return proxy_event(method, path, raw=raw, headers=headers)
