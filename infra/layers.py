"""Builds the third-party layers for Lambda's processors with uv; first-party layers need no build.

python -m infra.layers            build all into .build/layers
python -m infra.layers runtime    build one
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from infra.config import ROOT

SOURCES: Final = ROOT / "layers"
BUILT: Final = ROOT / ".build" / "layers"
NODE_MODULES: Final = ROOT / "node_modules"
PYTHON_VERSION: Final = "3.13"
ARM64: Final = "arm64"
X86_64: Final = "x86_64"
PLATFORMS: Final = {ARM64: "aarch64-manylinux_2_28", X86_64: "x86_64-manylinux_2_28"}
MAX_UNZIPPED_BYTES: Final = 250 * 1024 * 1024
"""Lambda's limit for a function's code and all its layers together, unzipped."""
FONT_FAMILIES: Final = ("noto-sans-sc", "noto-serif-sc")
FONT_WEIGHTS: Final = ("400Regular", "700Bold")
IGNORED: Final = ("**/__pycache__", "**/*.pyc", "training", "README.md")
OPT: Final = "/opt/"
"""Where Lambda unpacks layers."""
MEBIBYTE: Final = 1024 * 1024


class LayerRefused(RuntimeError):
    """A layer cannot be built, or is larger than Lambda accepts."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One shared piece of the functions' runtime, and the processors it serves."""

    name: str
    architectures: tuple[str, ...] = ()
    """Empty where the same files serve every processor."""
    first_party: bool = False

    def variant(self, architecture: str) -> str:
        """Name the layer version that serves one processor."""
        if not self.architectures:
            return self.name
        if architecture not in self.architectures:
            raise LayerRefused(f"layer {self.name} is not built for {architecture}")
        return f"{self.name}-{architecture.replace('_', '-')}"

    @property
    def variants(self) -> dict[str, str]:
        """Map each layer version to its processor; a version for all has none."""
        if not self.architectures:
            return {self.name: ""}
        return {self.variant(one): one for one in self.architectures}

    @property
    def source(self) -> Path:
        """Find the layer's folder in the tree."""
        return SOURCES / self.name


LAYERS: Final = {
    layer.name: layer
    for layer in (
        Layer("core", first_party=True),
        Layer("models", first_party=True),
        Layer("runtime", (ARM64, X86_64)),
        Layer("inference", (X86_64,)),
        Layer("signing", (ARM64,)),
        Layer("extdata", (X86_64,)),
        Layer("fonts"),
    )
}


def existing_layers() -> tuple[Layer, ...]:
    """List the layers whose folder is in this tree."""
    return tuple(layer for layer in LAYERS.values() if layer.source.is_dir())


@cache
def fingerprint(name: str) -> str:
    """Identify a layer's content by its sources.

    A function refers to a layer through a parameter, so its own template does not change with the
    layer; the fingerprint in the function's description does, and publishes a new version.
    """
    digest = hashlib.sha256()
    for path in sorted(_files(LAYERS[name].source)):
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def asset_folder(layer: Layer, variant: str, *, built: bool) -> Path:
    """Find what is deployed as a layer: its build, or its requirements where none is needed."""
    if layer.first_party or not built:
        return layer.source
    folder = BUILT / variant
    if not folder.is_dir():
        raise LayerRefused(f"{folder.relative_to(ROOT)} is not built: run `make layers`")
    return folder


def build(layer: Layer) -> dict[str, int]:
    """Build every variant of a third-party layer; answer the unzipped bytes of each."""
    sizes: dict[str, int] = {}
    for variant, architecture in layer.variants.items():
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT, prefix=".making-") as making:
            made = Path(making) / variant
            if layer.name == "fonts":
                _copy_fonts(made / "fonts")
            else:
                _install(layer, made / "python", architecture)
            sizes[variant] = unzipped_bytes(made)
            if sizes[variant] > MAX_UNZIPPED_BYTES:
                raise LayerRefused(f"{variant} has {sizes[variant]} bytes: Lambda accepts 250 MB")
            shutil.rmtree(BUILT / variant, ignore_errors=True)
            made.rename(BUILT / variant)
    return sizes


def local_path(path: str) -> str:
    """Find on this machine what a function finds below `/opt`.

    Fonts are not copied into every assembly: they are large, and they serve every processor as
    they are.
    """
    inside = path.removeprefix(OPT)
    fonts = BUILT / "fonts"
    if inside.partition("/")[0] == "fonts" and not fonts.is_dir():
        build(LAYERS["fonts"])
    places = (*(layer.source for layer in existing_layers() if layer.first_party), fonts)
    return next((str(place / inside) for place in places if (place / inside).exists()), path)


def check_function_size(names: Iterable[str], architecture: str, code: Path) -> None:
    """Refuse a function whose code and built layers together are more than Lambda unpacks."""
    folders = [
        asset_folder(LAYERS[name], LAYERS[name].variant(architecture), built=True) for name in names
    ]
    total = sum(unzipped_bytes(folder) for folder in (code, *folders))
    if total > MAX_UNZIPPED_BYTES:
        raise LayerRefused(
            f"{code.name} with layers {', '.join(names)} has {total // MEBIBYTE} MB unzipped: "
            "Lambda accepts 250 MB"
        )


def unzipped_bytes(folder: Path) -> int:
    """Add up the sizes of the files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _install(layer: Layer, target: Path, architecture: str) -> None:
    for requirements, extra in (
        (layer.source / "requirements.txt", ()),
        (layer.source / "requirements-no-deps.txt", ("--no-deps",)),
    ):
        if not requirements.is_file():
            continue
        command = [
            *_uv(), "pip", "install", "--quiet", "--target", str(target),
            "--python-platform", PLATFORMS[architecture], "--python-version", PYTHON_VERSION,
            "--only-binary", ":all:", "--constraint", str(_locked_versions()),
            "-r", str(requirements), *extra,
        ]  # fmt: skip
        subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 (our own command line)
    for leftover in ("bin", "share", "include"):
        shutil.rmtree(target / leftover, ignore_errors=True)
    for folder in [*target.rglob("tests"), *target.rglob("__pycache__")]:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _locked_versions() -> Path:
    """Export the lock file's versions, so that Lambda runs what the tests ran."""
    constraints = BUILT / "constraints.txt"
    constraints.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *_uv(), "export", "--quiet", "--frozen", "--no-dev", "--no-hashes", "--no-emit-project",
        "--no-default-groups", "-o", str(constraints),
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 (our own command line)
    return constraints


def _uv() -> list[str]:
    beside = ROOT / ".tools" / "bin" / "uv"
    found = os.environ.get("UV") or (str(beside) if beside.is_file() else shutil.which("uv"))
    if not found:
        raise LayerRefused("uv is not installed: run `make setup`")
    return [found]


def _copy_fonts(target: Path) -> None:
    target.mkdir(parents=True)
    for family in FONT_FAMILIES:
        package = NODE_MODULES / "@expo-google-fonts" / family
        for weight in FONT_WEIGHTS:
            found = sorted(package.rglob(f"*_{weight}.ttf"))
            if not found:
                raise LayerRefused(f"{family} {weight} is missing: run `npm ci`")
            shutil.copy2(found[0], target)
        shutil.copy2(package / "LICENSE", target / f"{family}.LICENSE")


def _files(folder: Path) -> list[Path]:
    ignored = {"__pycache__", "training"}
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not ignored & set(path.relative_to(folder).parts)
    ]


def main() -> int:
    """Build the layers that are named, or all third-party layers."""
    parser = argparse.ArgumentParser(prog="python -m infra.layers", description=__doc__)
    names = [layer.name for layer in existing_layers() if not layer.first_party]
    parser.add_argument("layer", nargs="*", help=", ".join(names))
    for name in parser.parse_args().layer or names:
        for variant, size in build(LAYERS[name]).items():
            sys.stdout.write(f"{variant}: {size / MEBIBYTE:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
