"""A lean HTTP front of moto: werkzeug and Flask spend more on a request than moto itself.

JSON services (DynamoDB, SQS, KMS, Step Functions, …) are dispatched by their `X-Amz-Target`
straight to moto's response class; everything else goes through moto's own WSGI application.
"""

from __future__ import annotations

import importlib
import io
import json
import socket
import socketserver
import sys
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from moto.core.request import Request
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)

from infra.local.http_message import HttpMessage, MessageTooLarge, read_message

MAX_BODY_BYTES = 256 * 1024 * 1024
HANDLERS = {
    "DynamoDB_20120810": ("moto.dynamodb.responses", "DynamoHandler"),
    "DynamoDBStreams_20120810": ("moto.dynamodbstreams.responses", "DynamoDBStreamsHandler"),
    "AmazonSQS": ("moto.sqs.responses", "SQSResponse"),
    "TrentService": ("moto.kms.responses", "KmsResponse"),
    "AWSStepFunctions": ("moto.stepfunctions.responses", "StepFunctionResponse"),
    "AWSEvents": ("moto.events.responses", "EventsHandler"),
    "AmazonSSM": ("moto.ssm.responses", "SimpleSystemManagerResponse"),
    "secretsmanager": ("moto.secretsmanager.responses", "SecretsManagerResponse"),
}
Answer = tuple[int, Iterable[tuple[str, str]], bytes]


class MotoFront:
    """Answers one HTTP message with moto."""

    def __init__(self, extra: dict[str, Callable[[], Any]] | None = None) -> None:
        self._wsgi = DomainDispatcherApplication(create_backend_app)
        self._extra = extra or {}
        self._handlers: dict[str, Any] = {}

    def answer(self, message: HttpMessage, port: int) -> Answer:
        """Return status, headers and body."""
        if message.target in self._extra:
            body = json.dumps(self._extra[message.target]()).encode()
            return 200, [("content-type", "application/json")], body
        environ = message.environ("127.0.0.1", port)
        environ["wsgi.input"] = io.BytesIO(message.body)
        service = message.header("x-amz-target").partition(".")[0]
        try:
            if service in HANDLERS:
                return self._dispatch(service, environ)
            return self._call_wsgi(environ)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            fault = {"__type": "InternalFailure", "message": f"{type(error).__name__}: {error}"}
            return 500, [("content-type", "application/json")], json.dumps(fault).encode()

    def _dispatch(self, service: str, environ: dict[str, Any]) -> Answer:
        handler = self._handlers.get(service)
        if handler is None:
            module, name = HANDLERS[service]
            handler = self._handlers[service] = getattr(importlib.import_module(module), name)
        request: Request = BackendRequest(environ)
        status, headers, body = handler.dispatch(request, request.raw_url, request.headers)
        headers = {str(k): str(v) for k, v in headers.items() if k.lower() != "status"}
        headers.setdefault("content-type", "application/x-amz-json-1.0")
        return status, headers.items(), body.encode() if isinstance(body, str) else body

    def _call_wsgi(self, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            started[:] = [int(status.split(" ", 1)[0]), headers]
            return None

        chunks = self._wsgi.get_application(environ)(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return started[0], started[1], body


class _Connection(socketserver.StreamRequestHandler):
    """One keep-alive connection; a thread each, because a state machine's call may block."""

    disable_nagle_algorithm = True
    rbufsize = 65536

    def handle(self) -> None:
        server: Any = self.server
        while True:
            try:
                message = read_message(self.rfile, self.wfile, MAX_BODY_BYTES)
            except (MessageTooLarge, ConnectionError, ValueError):
                return
            if message is None:
                return
            status, headers, body = server.front.answer(message, server.server_address[1])
            self._send(message, status, headers, body)
            if not message.keep_alive:
                return

    def _send(
        self, message: HttpMessage, status: int, headers: Iterable[tuple[str, str]], body: bytes
    ) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        length = str(len(body))
        for name, value in headers:
            lower = name.lower()
            if lower == "content-length":
                length = value if message.method == "HEAD" else length
            elif lower not in ("connection", "transfer-encoding"):
                lines.append(f"{name}: {value}")
        lines.append(f"content-length: {length}\r\n\r\n")
        head = "\r\n".join(lines).encode("latin-1")
        self.wfile.write(head if message.method == "HEAD" else head + body)


class MotoServer(socketserver.ThreadingTCPServer):
    """Listens on loopback only."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512
    block_on_close = False

    def __init__(self, port: int, front: MotoFront) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.front = front

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is not worth a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError | socket.timeout):
            super().handle_error(request, client_address)
