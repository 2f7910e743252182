"""The gateway's `/s3`: checks what S3 would check, then passes the request on to moto."""

from __future__ import annotations

import contextlib
import http.client
import threading
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from infra.local.http_message import HttpMessage
from infra.local.proxy import Response
from infra.local.uploads import Credentials, Upload, UploadRefused, check_form_upload, check_request

DROPPED = frozenset({"connection", "transfer-encoding", "keep-alive", "content-length", "expect"})
KEPT_FIELDS = ("content-type", "content-disposition", "content-encoding", "cache-control")
XML = ("content-type", "application/xml")


class Storage:
    """A reverse proxy for S3 with the enforcement that moto lacks."""

    def __init__(self, moto_port: int, credentials: Credentials) -> None:
        self._port = moto_port
        self._credentials = credentials
        self._local = threading.local()

    def handle(self, message: HttpMessage, path: str) -> Response:
        """Answer a request whose path is relative to `/s3`."""
        bucket, _, key = path.lstrip("/").partition("/")
        now = datetime.now(UTC)
        try:
            if message.method == "POST" and not key and "delete" not in message.query:
                upload = check_form_upload(message, bucket, self._credentials, now)
                return self._store(bucket, upload)
            check_request(message, self._credentials, now)
        except UploadRefused as refused:
            return _error(refused)
        except (KeyError, ValueError) as error:
            return _error(UploadRefused(400, "InvalidRequest", str(error)))
        target = f"{path}?{message.query}" if message.query else path
        headers = {n: v for n, v in message.headers if n.lower() not in DROPPED}
        return self._forward(message.method, target, message.body, headers)

    def _store(self, bucket: str, upload: Upload) -> Response:
        headers = {
            name: value
            for name, value in upload.fields.items()
            if name in KEPT_FIELDS or name.startswith(("x-amz-meta-", "x-amz-checksum-"))
        }
        key = quote(upload.key)
        stored = self._forward("PUT", f"/{bucket}/{key}", upload.content, headers | self._signed())
        if stored.status != 200:
            return stored
        etag = next((v for n, v in stored.headers if n.lower() == "etag"), "")
        location = f"/s3/{bucket}/{key}"
        answered = [("etag", etag), ("location", location)]
        body = b""
        if upload.success_status == 201:
            body = (
                '<?xml version="1.0" encoding="UTF-8"?><PostResponse>'
                f"<Location>{escape(location)}</Location><Bucket>{escape(bucket)}</Bucket>"
                f"<Key>{escape(upload.key)}</Key><ETag>{escape(etag)}</ETag></PostResponse>"
            ).encode()
            answered.append(XML)
        return Response(upload.success_status, body, tuple(answered))

    def _signed(self) -> dict[str, str]:
        """moto reads the service and region from here; it checks no signature."""
        scope = f"{self._credentials.access_key}/20000101/local/s3/aws4_request"
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=, Signature="}

    def _forward(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Response:
        for attempt in (1, 2):
            connection = self._connection()
            try:
                connection.request(method, target, body, headers)
                answer = connection.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, OSError):
                self._forget(connection)
                if attempt == 2:
                    raise
        kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in DROPPED]
        if method == "HEAD":
            kept.append(("content-length", answer.getheader("content-length", "0")))
        return Response(answer.status, content, tuple(kept))

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if found is None:
            found = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            self._local.connection = found
        return found

    def _forget(self, connection: http.client.HTTPConnection) -> None:
        with contextlib.suppress(OSError):
            connection.close()
        self._local.connection = None


def _error(refused: UploadRefused) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>"
    )
    return Response(refused.status, body.encode(), (XML,))
