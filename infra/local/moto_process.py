"""The process that holds moto: its one interpreter lock is the bottleneck of the local cloud."""

from __future__ import annotations

import os
import sys
import threading


def main(arguments: list[str]) -> None:
    """Serve moto until standard input closes, which it does when the supervisor is gone."""
    port, link_path = int(arguments[0]), arguments[1]
    os.environ["MOTO_PORT"] = str(port)
    from infra.local import moto_shims
    from infra.local.link import SupervisorClient
    from infra.local.moto_http import MotoFront, MotoServer
    from infra.local.moto_shims.states import COUNTERS

    moto_shims.install(SupervisorClient(link_path))
    front = MotoFront(
        {"/_puhui/counters": lambda: {"state_transitions": COUNTERS.state_transitions}}
    )
    server = MotoServer(port, front)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
