"""The live display: how many firms stand at which point of their way."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

POINTS: Final[dict[str, str]] = {
    "intake": "客户经理录入 registering, uploading",
    "submitted": "已提交 submitted",
    "received": "已进件 received",
    "checked": "审核中 deciding, or waiting for the approver",
    "offered": "待确认报价 offer with the customer",
    "accepted": "签约中 signing",
    "disbursing": "放款中 disbursing",
    "closed": "已结案 closed",
    "stuck": "停滞 stuck",
}
REFRESHES_PER_SECOND: Final = 4


class Board:
    """Counts firms by where they stand; safe to be told from several threads."""

    def __init__(self, total: int) -> None:
        """Start with nobody on the way."""
        self._lock = threading.Lock()
        self._where: dict[str, str] = {}
        self.progress = Progress(
            TextColumn("{task.description:<48}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._tasks = {
            point: self.progress.add_task(text, total=total) for point, text in POINTS.items()
        }

    def tell(self, applicant: str, persona: str, what: str) -> None:
        """Move one firm to where it stands now."""
        point = what.partition(":")[0]
        if point not in POINTS:
            return
        with self._lock:
            self._where[applicant] = point
            counts = Counter(self._where.values())
            for name, task in self._tasks.items():
                self.progress.update(task, completed=counts.get(name, 0))


@contextmanager
def board(console: Console, total: int) -> Iterator[Board]:
    """Show the board while the block runs; without a terminal it stays silent."""
    shown = Board(total)
    if not console.is_terminal:
        yield shown
        return
    with Live(shown.progress, console=console, refresh_per_second=REFRESHES_PER_SECOND):
        yield shown
