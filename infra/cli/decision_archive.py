"""Where `replay` and `explain` find decisions: a demonstration's archive, or buckets on AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.console import fail

if TYPE_CHECKING:
    from infra.demo.archive_folder import ArchiveFolder
    from risk.adapters.s3_archive import S3Archive

ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", help="Archive folder; else .puhui/archive.")
]
KeyOption = Annotated[
    Path | None, typer.Option("--key", help="Key file of the archive; else .puhui/archive.key.")
]
BucketOption = Annotated[
    str | None, typer.Option("--bucket", help="Read risk's decisions bucket on AWS instead.")
]
DocumentsOption = Annotated[
    str | None, typer.Option("--documents-bucket", help="The platform's documents bucket on AWS.")
]
BOTH: Final = "--bucket and --documents-bucket belong together"


def opened(
    archive: Path | None, key: Path | None, bucket: str | None, documents_bucket: str | None
) -> ArchiveFolder | S3Archive:
    """The archive that the options name."""
    if bucket is None and documents_bucket is None:
        return _folder(archive, key)
    if bucket is None or documents_bucket is None or archive is not None:
        fail(BOTH if archive is None else "--archive and --bucket are two different archives")
    import boto3

    from risk.adapters.s3_archive import S3Archive

    return S3Archive.of(boto3.client("s3"), bucket, documents_bucket)


def _folder(archive: Path | None, key: Path | None) -> ArchiveFolder:
    from infra.demo.archive_export import FOLDER, KEY_FILE
    from infra.demo.archive_folder import ArchiveFolder
    from infra.demo.archive_keys import KeyFile
    from infra.local.overrides import STATE_DIR

    folder = archive or STATE_DIR / FOLDER
    return ArchiveFolder.opened(folder, KeyFile(key or folder.with_name(KEY_FILE)))
