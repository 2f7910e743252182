"""What can go wrong, in categories: each error knows its code, HTTP status and if a retry helps.

A module's own errors subclass one of these. Class names are API: state machines match on them.

    class ApplicationNotFound(NotFound):
        '''No application with this id exists for this bank.'''

    raise ApplicationNotFound("application app-01k… does not exist")
    raise Unprocessable("above the product maximum", field="amount_fen", rule="amount.max")

Messages name ids, fields and rules; they never carry personal data, because they are logged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, TypeVar

X = TypeVar("X", bound=BaseException)


ERROR_NAMES: dict[str, str] = {
    "internal": "系统内部错误",
    "bad_request": "请求无法读取",
    "unauthenticated": "未登录或登录已失效",
    "forbidden": "无权操作",
    "not_found": "不存在或不可见",
    "method_not_allowed": "不支持的操作",
    "conflict": "与现有数据冲突",
    "stale_version": "数据已被他人更新，请刷新后重试",
    "payload_too_large": "提交内容过大",
    "unsupported_media_type": "不支持的内容类型",
    "unprocessable": "内容不符合规则",
    "too_many_requests": "请求过于频繁，请稍后再试",
    "upstream_unavailable": "依赖的系统暂不可用，请稍后再试",
}
"""What people read for each code that an API answers."""


class PuhuiError(Exception):
    """Something failed that nobody foresaw more precisely."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str = "", *, field: str | None = None, rule: str | None = None
    ) -> None:
        """Keep the message (by default the class's own sentence), the field and the rule."""
        self.message = message or _first_sentence(type(self))
        self.field = field
        self.rule = rule
        super().__init__(self.message)


class BadRequest(PuhuiError):
    """The request cannot be read."""

    code = "bad_request"
    status = 400


class Unauthenticated(PuhuiError):
    """Nobody knows who asks."""

    code = "unauthenticated"
    status = 401


class Forbidden(PuhuiError):
    """This role may never do this."""

    code = "forbidden"
    status = 403


class NotFound(PuhuiError):
    """It does not exist, or not for the one who asks."""

    code = "not_found"
    status = 404


class MethodNotAllowed(PuhuiError):
    """The resource exists but does not know this method."""

    code = "method_not_allowed"
    status = 405


class Conflict(PuhuiError):
    """It contradicts what is already there."""

    code = "conflict"
    status = 409


class StaleVersion(Conflict):
    """Somebody else wrote first; read again and repeat."""

    code = "stale_version"
    retryable = True


class PayloadTooLarge(PuhuiError):
    """The body is larger than this route accepts."""

    code = "payload_too_large"
    status = 413


class UnsupportedMediaType(PuhuiError):
    """The body is not of a type that this route reads."""

    code = "unsupported_media_type"
    status = 415


class Unprocessable(PuhuiError):
    """The request can be read but breaks a rule; `field` and `rule` say which."""

    code = "unprocessable"
    status = 422


class TooManyRequests(PuhuiError):
    """Too many requests in a short time; wait and repeat."""

    code = "too_many_requests"
    status = 429
    retryable = True


class UpstreamUnavailable(PuhuiError):
    """A system that we depend on does not answer; repeating may help."""

    code = "upstream_unavailable"
    status = 503
    retryable = True


@contextmanager
def map_errors(table: Mapping[type[X], type[PuhuiError]]) -> Iterator[None]:
    """Translate foreign exceptions into ours; the most specific entry of the table wins.

    The foreign message is kept as the cause and never copied: it may hold personal data.

        with map_errors({PutError: Conflict, DoesNotExist: ApplicationNotFound}):
            row.save()
    """
    try:
        yield
    except tuple(table) as error:
        for ancestor in type(error).__mro__:
            target = table.get(ancestor)
            if target is not None:
                raise target() from error
        raise


def _first_sentence(cls: type[PuhuiError]) -> str:
    lines = (cls.__doc__ or cls.__name__).strip().splitlines()
    return lines[0]
