"""The gateway's own pages: token keys, OpenAPI with Swagger UI from node_modules, health."""

from __future__ import annotations

import html
import json
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.http_message import HttpMessage
from infra.local.proxy import JSON, Refused, Response
from infra.local.tokens import TokenIssuer

ROOT = Path(__file__).resolve().parents[2]
SWAGGER_UI = ROOT / "node_modules" / "swagger-ui-dist"
OPENAPI = ROOT / "docs" / "openapi"
SWAGGER_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})
SECURITY = ("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; script-src 'self'")  # fmt: skip


def json_page(document: Any, status: int = 200) -> Response:
    """A JSON document."""
    return Response(status, json.dumps(document, ensure_ascii=False).encode(), (JSON,))


class OidcPages:
    """`/oidc/jwks.json` and the discovery document of the development issuer."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def handle(self, message: HttpMessage, path: str) -> Response:
        """Answer below `/oidc`."""
        if path == "/jwks.json":
            return json_page(self._issuer.jwks())
        if path == "/.well-known/openid-configuration":
            issuer = self._issuer.issuer
            return json_page(
                {
                    "issuer": issuer,
                    "jwks_uri": f"{issuer}/jwks.json",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        return Refused(404, "Not Found").response


class DocumentationPages:
    """`/docs`: the OpenAPI documents of every module that this cloud serves."""

    def __init__(self, modules: Callable[[], list[str]], folder: Path = OPENAPI) -> None:
        self._modules = modules
        self._folder = folder

    def handle(self, message: HttpMessage, path: str) -> Response:
        """Answer below `/docs`."""
        if path == "/":
            return self._page()
        if path == "/start.js":
            return _file_response(self._script().encode(), "start.js")
        kind, _, name = path.lstrip("/").partition("/")
        if kind == "openapi" and name.removesuffix(".json") in self._documented():
            return self._document(name.removesuffix(".json"))
        if kind == "assets" and name in SWAGGER_FILES and (SWAGGER_UI / name).is_file():
            return _file_response((SWAGGER_UI / name).read_bytes(), name)
        return Refused(404, "Not Found").response

    def _documented(self) -> list[str]:
        return [one for one in self._modules() if (self._folder / f"{one}.json").is_file()]

    def _document(self, module: str) -> Response:
        document = json.loads((self._folder / f"{module}.json").read_text("utf-8"))
        document["servers"] = [{"url": f"/{module}", "description": "local cloud"}]
        return json_page(document)

    def _page(self) -> Response:
        links = "".join(
            f'<li><a href="/docs/openapi/{name}.json">{html.escape(name)}</a></li>'
            for name in self._documented()
        )
        if not (SWAGGER_UI / "swagger-ui-bundle.js").is_file():
            body = f"<p>Run <code>make setup</code> for the interactive page.</p><ul>{links}</ul>"
        else:
            body = (
                '<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><div id="ui"></div>'
                '<script src="/docs/assets/swagger-ui-bundle.js"></script>'
                '<script src="/docs/start.js"></script>'
                f"<noscript><ul>{links}</ul></noscript>"
            )
        page = (
            '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
            f"<title>普惠 Puhui API</title></head><body>{body}</body></html>"
        )
        headers = (("content-type", "text/html; charset=utf-8"), SECURITY)
        return Response(200, page.encode(), headers)

    def _script(self) -> str:
        urls = [{"url": f"/docs/openapi/{n}.json", "name": n} for n in self._documented()]
        return (
            "const documents = " + json.dumps(urls) + ";\n"
            "const wanted = new URLSearchParams(location.search).get('module');\n"
            "const nav = document.createElement('nav');\n"
            "for (const one of documents) {\n"
            "  const link = document.createElement('a');\n"
            "  link.href = '/docs?module=' + one.name;\n"
            "  link.textContent = one.name + ' ';\n"
            "  nav.append(link);\n"
            "}\n"
            "document.body.prepend(nav);\n"
            "const chosen = documents.find((one) => one.name === wanted) || documents[0];\n"
            "if (chosen) SwaggerUIBundle({url: chosen.url, dom_id: '#ui'});\n"
        )


class StatusPages:
    """`/health` and `/`: what this cloud serves, and its counters."""

    def __init__(self, facts: Callable[[], Mapping[str, Any]]) -> None:
        self._facts = facts

    def handle(self, message: HttpMessage, path: str) -> Response:
        """Answer at the root or at `/health`."""
        return json_page({"status": "ok", **self._facts()})


def _file_response(content: bytes, name: str) -> Response:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(200, content, (("content-type", f"{kind}; charset=utf-8"), SECURITY))
