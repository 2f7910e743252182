"""Reading an assembly: nested stages, deployment order, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.assembly import Assembly, StackTemplate, in_order
from infra.local.errors import LocalCloudError, UnsupportedResource
from infra.local.resources.deployer import creation_order, refuse_unknown_types
from tests.support import tiny_assembly


def a_stack(name: str, *, makes: str | None = None, reads: tuple[str, ...] = ()) -> StackTemplate:
    parameters = {
        f"P{index}": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": one}
        for index, one in enumerate(reads)
    }
    resources: dict[str, Any] = {}
    if makes:
        resources["Made"] = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": makes}}
    return StackTemplate(name, {"Parameters": parameters, "Resources": resources})


def test_a_nested_stage_is_read_and_its_publisher_comes_first(tmp_path: Path) -> None:
    folder = tiny_assembly.write(tmp_path)

    assembly = Assembly.load(folder)

    assert [stack.name for stack in assembly.stacks] == ["puhui-dev-platform", "puhui-dev-tiny"]


def test_assets_are_found_beside_the_template(tmp_path: Path) -> None:
    folder = tiny_assembly.write(tmp_path)

    assets = Assembly.load(folder).stacks[0].assets

    assert (assets["code"] / "tiny" / "handlers.py").is_file()


def test_a_folder_without_assembly_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="holds no cloud assembly"):
        Assembly.load(tmp_path)


def test_stacks_that_need_each_other_are_refused() -> None:
    left = a_stack("left", makes="/l", reads=("/r",))
    right = a_stack("right", makes="/r", reads=("/l",))

    with pytest.raises(LocalCloudError, match="left, right"):
        in_order([left, right])


def test_a_dynamic_reference_counts_as_a_need() -> None:
    text = {"Resources": {"X": {"Type": "T", "Properties": {"V": "{{resolve:ssm:/p}}"}}}}

    reader = StackTemplate("reader", text)

    assert reader.parameters_read == {"/p"}


@given(st.permutations(range(6)), st.data())
def test_every_publisher_comes_before_its_readers(order: list[int], data: st.DataObject) -> None:
    reads = {
        n: tuple(f"/{m}" for m in range(n) if data.draw(st.booleans(), label=f"{n} reads {m}"))
        for n in range(6)
    }
    stacks = [a_stack(str(n), makes=f"/{n}", reads=reads[n]) for n in order]

    position = {stack.name: index for index, stack in enumerate(in_order(stacks))}

    assert all(position[m[1:]] < position[str(n)] for n in reads for m in reads[n])


def test_an_unknown_resource_type_is_named() -> None:
    stack = StackTemplate("s", {"Resources": {"Odd": {"Type": "AWS::Quantum::Thing"}}})

    with pytest.raises(UnsupportedResource, match=r"AWS::Quantum::Thing \(s/Odd\)"):
        refuse_unknown_types(Assembly(Path(), [stack]))


def test_resources_are_created_after_what_they_refer_to() -> None:
    resources = {
        "A": {"Type": "T", "Properties": {"X": {"Fn::Sub": "${B.Arn}-${AWS::Region}"}}},
        "B": {"Type": "T", "DependsOn": "C", "Properties": {}},
        "C": {"Type": "T", "Properties": {"Y": [{"Fn::GetAtt": ["D", "Arn"]}]}},
        "D": {"Type": "T"},
    }

    order = list(creation_order(StackTemplate("s", {"Resources": resources})))

    assert order == ["D", "C", "B", "A"]
