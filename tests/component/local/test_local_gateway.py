"""The gateway of a running local cloud, and the cloud's clean end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from infra.local.cloud import LocalCloud
from infra.local.errors import PortInUse
from tests.support import tiny_assembly
from tests.support.tiny_cloud import call, eventually


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder = tmp_path_factory.mktemp("tiny")
    assembly = tiny_assembly.write(folder)
    with LocalCloud(assembly, business_date="2020-03-01", state_dir=folder / "state") as running:
        yield running


def http(cloud: LocalCloud, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, cloud.gateway_url + path, timeout=30, **options)


# --- gateway ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("POST", "/tiny/things", "Bearer good", 201),
        ("POST", "/tiny/things", None, 401),
        ("POST", "/tiny/things", "Bearer bad", 401),
        ("POST", "/tiny/things", "Bearer denied", 403),
        ("GET", "/tiny/nowhere", "Bearer good", 403),
        ("GET", "/tiny/things/broken", "Bearer good", 502),
        ("POST", "/tiny/open", None, 201),
        ("GET", "/health", None, 200),
        ("GET", "/oidc/jwks.json", None, 200),
        ("GET", "/docs/", None, 200),
        ("GET", "/docs/../../etc/passwd", None, 404),
        ("GET", "/nobody/home", None, 404),
    ],
)
def test_the_gateway_answers(
    cloud: LocalCloud, method: str, path: str, token: str | None, status: int
) -> None:
    headers = {"Authorization": token} if token else {}

    response = http(cloud, method, path, headers=headers)

    assert response.status_code == status


def test_many_clients_are_served_at_once(cloud: LocalCloud) -> None:
    def post(number: int) -> int:
        response = http(cloud, "POST", "/tiny/open", json={"number": number})
        return int(json.loads(response.json()["event"]["body"])["number"])

    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(post, range(64)))

    assert numbers == list(range(64))


def test_an_upload_passes_the_gateway_only_as_announced(cloud: LocalCloud) -> None:
    bucket = cloud.deployed.buckets[0]
    form = worker_s3(cloud).generate_presigned_post(
        bucket, "north/1", Conditions=[["content-length-range", 1, 100]], ExpiresIn=60
    )

    good = httpx.post(form["url"], data=form["fields"], files={"file": b"a,b\r\n\x00\xff"})
    large = httpx.post(form["url"], data=form["fields"], files={"file": b"x" * 101})
    other = httpx.post(form["url"], data={**form["fields"], "key": "south/1"}, files={"file": b"x"})

    stored = cloud.client("s3").get_object(Bucket=bucket, Key="north/1")["Body"].read()
    keys = cloud.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"]
    assert (good.status_code, large.status_code, other.status_code) == (204, 400, 403)
    assert (stored, keys) == (b"a,b\r\n\x00\xff", 1)
    assert form["url"].startswith(f"{cloud.gateway_url}/s3/")


def test_objects_are_not_public_but_presigned_addresses_work(cloud: LocalCloud) -> None:
    bucket, s3 = cloud.deployed.buckets[0], worker_s3(cloud)
    s3.put_object(Bucket=bucket, Key="a b/报告.txt", Body=b"x" * 100_000)
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "a b/报告.txt"}, ExpiresIn=60
    )

    signed, public = httpx.get(url), httpx.get(url.partition("?")[0])

    assert (signed.status_code, len(signed.content)) == (200, 100_000)
    assert public.status_code == 403


def worker_s3(cloud: LocalCloud) -> Any:
    """S3 as a worker sees it: through the gateway."""
    environment = cloud.worker_environment()
    return boto3.client(
        "s3",
        region_name=environment["AWS_REGION"],
        endpoint_url=environment["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version="s3v4"),
    )


# --- its own life ---------------------------------------------------------------------------


def test_a_busy_port_is_a_clear_error(cloud: LocalCloud, tmp_path: Path) -> None:
    with pytest.raises(PortInUse, match=f"port {cloud.gateway.port} is in use"):
        LocalCloud(cloud.assembly_dir, port=cloud.gateway.port, state_dir=tmp_path).start()


def test_nothing_is_left_after_the_end(tmp_path: Path) -> None:
    assembly = tiny_assembly.write(tmp_path)
    with LocalCloud(assembly, state_dir=tmp_path / "state") as running:
        worker, _ = call(running, "trouble", kind="x")
        pids = [worker["pid"], *running.process_ids]
        port = running.gateway.port

    alive = [pid for pid in pids if _is_running(pid)]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health")
    assert alive == []
    assert list((tmp_path / "state").glob("cloud-*")) == []


def test_processes_end_even_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    assembly = tiny_assembly.write(tmp_path)
    state = str(tmp_path / "state")
    code = (
        "import time; from pathlib import Path; from infra.local.cloud import LocalCloud\n"
        f"c = LocalCloud(Path({str(assembly)!r}), state_dir=Path({state!r})).start()\n"
        "c.invoke('puhui-dev-tiny-trouble', b'{}')\n"
        "print(*c.process_ids, flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        process.send_signal(signal.SIGKILL)

    assert pids
    assert eventually(lambda: not any(_is_running(pid) for pid in pids))


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
