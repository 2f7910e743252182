"""Layers: what is built for which processor, how large it may be, and how a change is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import layers
from infra.config import ROOT
from infra.layers import ARM64, LAYERS, X86_64, Layer, LayerRefused


def test_a_layer_has_one_version_for_each_processor_or_one_for_all() -> None:
    assert LAYERS["runtime"].variants == {"runtime-arm64": ARM64, "runtime-x86-64": X86_64}
    assert LAYERS["core"].variants == {"core": ""}


def test_the_models_run_where_their_runtime_starts() -> None:
    assert LAYERS["inference"].variant(X86_64) == "inference-x86-64"
    with pytest.raises(LayerRefused, match="not built for arm64"):
        LAYERS["inference"].variant(ARM64)


def test_every_third_party_layer_says_what_it_contains() -> None:
    for layer in layers.existing_layers():
        if not layer.first_party and layer.name != "fonts":
            assert (layer.source / "requirements.txt").read_text(encoding="utf-8").strip()


def test_a_change_of_a_layer_changes_its_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "SOURCES", tmp_path)
    source = tmp_path / "core" / "python" / "puhui"
    source.mkdir(parents=True)
    (source / "money.py").write_text("one", encoding="utf-8")
    before = layers.fingerprint.__wrapped__("core")

    (source / "money.py").write_text("two", encoding="utf-8")

    assert layers.fingerprint.__wrapped__("core") != before


def test_bytecode_and_training_do_not_change_a_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "SOURCES", tmp_path)
    (tmp_path / "core" / "__pycache__").mkdir(parents=True)
    before = layers.fingerprint.__wrapped__("core")

    (tmp_path / "core" / "__pycache__" / "money.pyc").write_bytes(b"1")

    assert layers.fingerprint.__wrapped__("core") == before


def test_a_layer_that_is_not_built_is_not_deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "BUILT", ROOT / ".build" / "nowhere")
    runtime = LAYERS["runtime"]

    with pytest.raises(LayerRefused, match="make layers"):
        layers.asset_folder(runtime, "runtime-arm64", built=True)

    assert layers.asset_folder(runtime, "runtime-arm64", built=False) == runtime.source


def test_a_layer_beyond_lambdas_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(layer: Layer, target: Path, architecture: str) -> None:
        target.mkdir(parents=True)
        (target / "big.so").write_bytes(b"12345")

    monkeypatch.setattr(layers, "BUILT", tmp_path)
    monkeypatch.setattr(layers, "_install", install)
    monkeypatch.setattr(layers, "MAX_UNZIPPED_BYTES", 4)

    with pytest.raises(LayerRefused, match="250 MB"):
        layers.build(LAYERS["inference"])


def test_a_function_with_all_its_layers_beyond_lambdas_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "BUILT", tmp_path)
    for variant in ("runtime-x86-64", "inference-x86-64"):
        (tmp_path / variant).mkdir()
        (tmp_path / variant / "big.so").write_bytes(b"123")
    code = tmp_path / "risk"
    code.mkdir()
    monkeypatch.setattr(layers, "MAX_UNZIPPED_BYTES", 6)
    layers.check_function_size(["runtime", "inference"], X86_64, code)

    (code / "handler.py").write_bytes(b"1")

    with pytest.raises(LayerRefused, match="risk with layers runtime, inference"):
        layers.check_function_size(["runtime", "inference"], X86_64, code)


def test_what_lambda_unpacks_below_opt_is_found_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "BUILT", tmp_path)
    (tmp_path / "fonts" / "fonts").mkdir(parents=True)

    assert layers.local_path("/opt/fonts") == str(tmp_path / "fonts" / "fonts")
    assert layers.local_path("/opt/python/puhui").endswith("layers/core/python/puhui")
    assert layers.local_path("/opt/nowhere") == "/opt/nowhere"


@pytest.mark.skipif(
    not (layers.NODE_MODULES / "@expo-google-fonts").is_dir(), reason="no fonts: npm ci"
)
def test_the_fonts_are_made_when_they_are_first_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "BUILT", tmp_path)

    fonts = Path(layers.local_path("/opt/fonts"))

    assert sorted(path.name for path in fonts.glob("*.ttf")) == [
        "NotoSansSC_400Regular.ttf",
        "NotoSansSC_700Bold.ttf",
        "NotoSerifSC_400Regular.ttf",
        "NotoSerifSC_700Bold.ttf",
    ]
