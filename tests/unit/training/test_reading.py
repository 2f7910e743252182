"""Reading a table that nobody has seen: what is understood, and what is refused with its rule."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.models.training.cells import is_missing, number, number_readers, number_with_comma
from layers.models.training.reading import NotUsable, detect_delimiter, read_table
from tests.unit.training.tables import cells, write

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path / "table", {**cells(), "note": ["a, b; c"] * 60}, delimiter)

    table = read_table(path)

    assert table.delimiter == delimiter
    assert table.names == ("age", "city", "outcome", "note")
    assert set(table.columns[3]) == {"a, b; c"}


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_quoted_cells_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    columns = dict(zip("abc", ([*column] for column in zip(*rows, strict=True)), strict=True))
    path = write(tmp_path_factory.mktemp("csv") / "table.csv", columns)

    table = read_table(path, delimiter=",")

    assert [list(column) for column in table.columns] == list(columns.values())


def test_a_compressed_file_has_the_same_content_and_the_same_name_of_content(
    tmp_path: Path,
) -> None:
    plain = write(tmp_path / "table.csv", cells())
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read_table(packed).sha256 == read_table(plain).sha256
    assert read_table(packed).columns == read_table(plain).columns


def test_a_chinese_file_in_the_national_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("年龄,违约\n30,是\n40,否\n".encode("gb18030"))

    assert read_table(path).names == ("年龄", "违约")


def test_an_arff_file_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "table.arff"
    path.write_text(
        "@relation x\n@attribute 'a b' numeric\n@attribute c {0,1}\n@data\n1.5,0\n?,1\n"
    )

    assert (read_table(path).names, read_table(path).rows) == (("a b", "c"), 2)


def test_a_header_without_the_name_of_the_rows_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2,3\n2,3,4\n")

    assert read_table(path).names == ("row_name", "a", "b")


@pytest.mark.parametrize(
    ("content", "field", "rule"),
    [
        ("", "--data", "empty"),
        ("a,b\n", "--data", "no rows"),
        ("a\n1\n", "--data", "one column"),
        ("a,b\n1,2\n1\n", "--data", "line 3"),
        ("a,b,a\n1,2,3\n", "a", "more than once"),
    ],
)
def test_what_cannot_be_read_names_field_and_rule(
    tmp_path: Path, content: str, field: str, rule: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content)

    with pytest.raises(NotUsable, match=rule) as refused:
        read_table(path)

    assert refused.value.field == field


def test_a_file_that_is_not_there_and_one_cut_short_are_refused(tmp_path: Path) -> None:
    cut = tmp_path / "table.csv.gz"
    cut.write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:-20])

    for path in (tmp_path / "nowhere.csv", cut):
        with pytest.raises(NotUsable):
            read_table(path)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_read_as_it_was_written(value: float) -> None:
    assert number(str(value)) == value
    assert number_with_comma(f"{value:.3f}".replace(".", ",")) == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(
    ("delimiter", "cell", "value"),
    [(",", "1,580", 1580.0), (";", "1,580", 1.58), (",", "0,58", 0.58)],
)
def test_a_comma_means_thousands_only_where_commas_cut(
    delimiter: str, cell: str, value: float
) -> None:
    readers = number_readers(delimiter, {cell})

    assert next(found for read in readers if (found := read(cell)) is not None) == value


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "?", "NaN", "NULL", "-999"])
def test_missing_is_known_in_all_its_spellings(cell: str) -> None:
    assert is_missing(cell, {"-999"})


def test_one_column_only_leaves_the_comma() -> None:
    assert detect_delimiter("a\nb\n") == ","
