"""What a fresh process needs: memory for a decision, and time until it could make one.

python -m tests.benchmarks.decision.fresh memory FOLDER      documents are files of the folder
python -m tests.benchmarks.decision.fresh cold
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.benchmarks.decision.ours import Applicant

ROOT: Final = Path(__file__).resolve().parents[3]
SOURCE_ROOTS: Final = (ROOT, ROOT / "functions", ROOT / "layers" / "core" / "python")
COLD_STARTS: Final = 5
KIBIBYTES_PER_MEBIBYTE: Final = 1024
TIMEOUT_SECONDS: Final = 120
BYTES_PER_MEBIBYTE: Final = 1024 * 1024


def measured(applicant: Applicant) -> dict[str, Any]:
    """Peak memory and cold start, each in processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "as_of").write_text(applicant.as_of.isoformat(), encoding="utf-8")
        for product, body in applicant.raw.items():
            (Path(folder) / f"{product.replace('/', '-')}.json").write_bytes(body)
        peak = _run("memory", folder)
    _run("cold")
    started, found = [], []
    for _ in range(COLD_STARTS):
        began = time.time()
        found.append(_run("cold"))
        started.append((found[-1]["ready_at"] - began) * 1_000)
    return {
        "peak_mib": peak["peak_mib"],
        "idle_mib": statistics.median(one["peak_mib"] for one in found),
        "cold_start_ms": statistics.median(one["cpu_ms"] for one in found),
        "cold_start_wall_ms": statistics.median(started),
    }


def _run(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SOURCE_ROOTS))}
    # Bytecode is made by the first process and read by the others, whatever the surroundings say.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(ROOT / ".build" / "bytecode")
    done = subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, "-m", "tests.benchmarks.decision.fresh", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _decide_once(folder: Path) -> None:
    """One decision from raw documents, as the first request of a warm process."""
    from tests.support.risk import a_decide, a_reference, a_request

    as_of = date.fromisoformat((folder / "as_of").read_text(encoding="utf-8"))
    bodies = {path.stem: path.read_bytes() for path in folder.glob("*.json")}
    keys = {name: f"intake/north/{name}" for name in bodies}
    decide = a_decide({keys[name]: body for name, body in bodies.items()})
    references = [
        a_reference(body, key=keys[name], product=name.replace("-", "/"), document_id=name)
        for name, body in bodies.items()
    ]
    decide(a_request(references, as_of=as_of))


def _make_ready() -> None:
    """What the handler does while it starts: imports, the plan, the models."""
    from risk.domain.indicators.plan import plan
    from tests.support.risk import MODELS, PARAMETERS, POLICIES

    plan()
    POLICIES.in_force(date(2026, 8, 1))
    PARAMETERS.on(date(2026, 8, 1))
    MODELS.load()


def _peak_mib() -> float:
    """The most memory that was resident; Linux's getrusage would tell of the parent's, too."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return int(peak.split()[1]) / KIBIBYTES_PER_MEBIBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / BYTES_PER_MEBIBYTE


def main(arguments: Sequence[str]) -> None:
    """Do one of the two and print what it took."""
    if arguments[0] == "memory":
        _decide_once(Path(arguments[1]))
    else:
        _make_ready()
    found = {
        "ready_at": time.time(),
        "cpu_ms": time.process_time() * 1_000,
        "peak_mib": _peak_mib(),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
