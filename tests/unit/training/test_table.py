"""From text to features and an outcome: what is guessed is said, what is useless is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from layers.models.training.encoding import fit_encoding, training_matrix
from layers.models.training.options import Options, load, signs
from layers.models.training.reading import NotUsable
from tests.unit.training.tables import cells, read, write


def test_columns_are_numbers_categories_and_days(tmp_path: Path) -> None:
    days = [f"2020-{1 + row % 12:02d}-01" for row in range(60)]

    found = read(tmp_path, {**cells(), "opened": days})

    assert [(one.name, one.kind) for one in found.columns] == [
        ("age", "number"), ("city", "category"), ("opened", "day"),
    ]  # fmt: skip


def test_the_rarer_value_is_bad_and_that_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, cells())

    assert found.positive == "bad"
    assert int(found.bad.sum()) == 15
    assert any("bad of outcome counts as bad" in note for note in found.notes)


def test_what_the_caller_calls_bad_wins(tmp_path: Path) -> None:
    found = read(tmp_path, cells(), positive="good")

    assert (found.positive, int(found.bad.sum()), found.notes) == ("good", 45, ())


def test_one_and_one_point_zero_are_the_same_outcome(tmp_path: Path) -> None:
    columns = {**cells(), "outcome": ["1.0" if row % 4 == 0 else "0.0" for row in range(60)]}

    assert int(read(tmp_path, columns, positive="1").bad.sum()) == 15


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("same", ["7"] * 60),
        ("nothing", [""] * 60),
        ("number", [str(1000 + row) for row in range(60)]),
        ("client_id", [str((row * 7919) % 100_003) for row in range(60)]),
        ("who", [f"person {row}" for row in range(60)]),
    ],
)
def test_constants_and_identifiers_are_left_out_and_said(
    tmp_path: Path, name: str, column: list[str]
) -> None:
    found = read(tmp_path, {name: column, **cells()})

    assert name not in found.names
    assert any(note.startswith(f"{name} is left out") for note in found.notes)


def test_rows_without_an_outcome_are_left_out_and_said(tmp_path: Path) -> None:
    columns = cells(64)
    columns["outcome"][1] = "NA"

    found = read(tmp_path, columns)

    assert len(found.bad) == len(found.columns[0].values) == 63
    assert any("1 rows without a value of outcome" in note for note in found.notes)


@pytest.mark.parametrize(
    ("changes", "wanted", "field"),
    [
        ({}, {"target": "nothing"}, "--target"),
        ({}, {"drop": ("nothing",)}, "--drop"),
        ({}, {"date": "nothing"}, "--date"),
        ({}, {"date": "city"}, "--date"),
        ({}, {"date": "outcome"}, "--date"),
        ({}, {"positive": "maybe"}, "--positive"),
        ({}, {"target": "city"}, "city"),
        ({"outcome": ["bad"] * 60}, {}, "outcome"),
        ({"outcome": ["bad"] * 3 + ["good"] * 57}, {}, "outcome"),
    ],
)
def test_what_cannot_be_trained_on_names_field_and_rule(
    tmp_path: Path, changes: dict[str, Any], wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotUsable) as refused:
        read(tmp_path, {**cells(), **changes}, **wanted)

    assert refused.value.field == field


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="at least 50"):
        read(tmp_path, cells(40))


def test_a_level_is_numbered_by_its_risk_and_a_strange_one_as_the_rest(tmp_path: Path) -> None:
    columns = cells(300)
    columns["city"] = ["risky" if row % 4 == 0 else "safe" for row in range(300)]
    columns["city"][5] = "rare"
    found = read(tmp_path, columns)
    rows = np.arange(300)

    encoding = fit_encoding(found.columns, found.bad, rows)

    told = encoding.told(found.columns)["city"]
    assert told["levels"]["risky"] > told["other"] > told["levels"]["safe"]
    assert "rare" not in told["levels"]


def test_the_outcome_of_a_row_left_out_changes_no_number(tmp_path: Path) -> None:
    found = read(tmp_path, cells(120))
    train = np.arange(90)
    other = found.bad.copy()
    other[90:] = ~other[90:]

    same = fit_encoding(found.columns, found.bad, train)
    changed = fit_encoding(found.columns, other, train)

    assert same.told(found.columns) == changed.told(found.columns)
    assert np.array_equal(
        training_matrix(found.columns, found.bad, train, same, 42),
        training_matrix(found.columns, other, train, changed, 42),
    )


def test_signs_name_features_that_exist() -> None:
    assert signs("b:-1,a:1", ("a", "b", "c")) == (1, -1, 0)
    for wrong in ("d:1", "a:2", "a"):
        with pytest.raises(NotUsable):
            signs(wrong, ("a", "b", "c"))


def test_options_travel_as_a_command_line(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", cells())
    options = Options(name="tabular", data=path, target="outcome", identifier="age", positive="-1")

    assert list(options.arguments()) == [
        "tabular", f"--data={path}", "--target=outcome", "--positive=-1", "--id=age",
        "--calibration=none", "--reject-factor=1.5",
    ]  # fmt: skip


def test_refused_applicants_are_read_in_the_same_words(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", cells())
    refused = {"age": ["30", "", "41"], "city": ["Lima", "Rome", "Atlantis"]}
    asked = Options(
        name="tabular", data=path, target="outcome", rejects=write(tmp_path / "r.csv", refused)
    )

    found, _ = load(asked)
    alone, _ = load(Options(name="tabular", data=path, target="outcome"))

    age, city = found.refused
    assert (found.refused_rows, len(found.bad), len(alone.refused)) == (3, 60, 0)
    assert np.array_equal(age.values, [30.0, np.nan, 41.0], equal_nan=True)
    assert city.levels[int(city.values[2])] == "Atlantis"
    assert found.columns[1].levels == city.levels
    encoding = fit_encoding(found.columns, found.bad, np.arange(60))
    matrix = encoding.matrix(found.refused, np.arange(3))
    numbers = encoding.levels[1]
    assert numbers is not None
    assert matrix[2, 1] == numbers.other


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "gmsc"}, "--rejects"),
        ({"reject_factor": 0.9}, "--reject-factor"),
        ({"reject_factor": float("nan")}, "--reject-factor"),
        ({}, "--rejects: the file has no column age"),
        ({"rejects": Path("nowhere.csv")}, "--rejects"),
    ],
)
def test_refused_applicants_that_cannot_be_used_are_refused(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = write(tmp_path / "t.csv", cells())
    rejects = write(tmp_path / "r.csv", {"city": ["Lima"], "town": ["Lima"]})
    options = Options(name="tabular", data=path, target="outcome", rejects=rejects)

    with pytest.raises(NotUsable, match=said):
        load(replace(options, **changes))


def test_a_table_without_a_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="outcome"):
        load(Options(name="tabular", data=write(tmp_path / "t.csv", cells())))
