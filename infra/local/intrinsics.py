"""Resolves CloudFormation's intrinsic functions and SSM references against what exists."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.assembly import SSM_REFERENCE, SSM_TYPE
from infra.local.errors import UnresolvedReference

SUBSTITUTION = re.compile(r"\$\{([^}!][^}]*)\}")
LITERAL = re.compile(r"\$\{!([^}]*)\}")
NO_VALUE = object()


@dataclass(frozen=True, kw_only=True)
class Made:
    """One created resource: what `Ref` and `Fn::GetAtt` of it give."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the assembly is deployed."""

    account_id: str = "123456789012"
    region: str = "cn-north-1"
    url_suffix: str = "amazonaws.com.cn"

    @property
    def partition(self) -> str:
        """`aws`, or `aws-cn` in China."""
        return "aws-cn" if self.region.startswith("cn-") else "aws"

    def pseudo_parameters(self, stack_name: str) -> dict[str, Any]:
        """What `Ref` of `AWS::…` gives."""
        stack_id = (
            f"arn:{self.partition}:cloudformation:{self.region}:{self.account_id}"
            f":stack/{stack_name}/local"
        )
        return {
            "AWS::AccountId": self.account_id,
            "AWS::Region": self.region,
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": self.url_suffix,
            "AWS::StackName": stack_name,
            "AWS::StackId": stack_id,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
        }


class Resolver:
    """Turns a template's value into a plain one."""

    def __init__(
        self,
        template: Mapping[str, Any],
        *,
        pseudo: Mapping[str, Any],
        ssm: Callable[[str], str | None],
    ) -> None:
        self._template = template
        self._ssm = ssm
        self.made: dict[str, Made] = {}
        self._refs: dict[str, Any] = {**pseudo, **self._parameters()}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Join": self._join,
            "Fn::Sub": self._sub,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self._base64,
            "Fn::Equals": self._equals,
            "Fn::Not": lambda value: not self.resolve(value[0]),
            "Fn::And": lambda value: all(self.resolve(item) for item in value),
            "Fn::Or": lambda value: any(self.resolve(item) for item in value),
            "Condition": self.condition,
        }

    def resolve(self, value: Any) -> Any:
        """The value without intrinsic functions; `AWS::NoValue` leaves the key out."""
        if isinstance(value, Mapping):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name in self._functions and (name != "Condition" or isinstance(argument, str)):
                    return self._functions[name](argument)
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            return SSM_REFERENCE.sub(lambda match: self._parameter(match[1]), value)
        return value

    def condition(self, name: str) -> bool:
        """The value of a named condition of the template."""
        return bool(self.resolve(self._template["Conditions"][name]))

    def _parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, parameter in self._template.get("Parameters", {}).items():
            default = parameter.get("Default")
            if str(parameter["Type"]).startswith(SSM_TYPE):
                value: Any = self._ssm(str(default))
                if value is not None and "List<" in parameter["Type"]:
                    value = value.split(",")
                found[name] = value
            else:
                found[name] = default
        return found

    def _parameter(self, name: str) -> str:
        value = self._ssm(name)
        if value is None:
            raise UnresolvedReference(f"no stack publishes the SSM parameter {name}")
        return value

    def _ref(self, name: str) -> Any:
        if name in self.made:
            return self.made[name].ref
        if name not in self._refs:
            raise UnresolvedReference(f"Ref {name}: no such resource or parameter")
        value = self._refs[name]
        if value is None:
            default = self._template["Parameters"][name].get("Default")
            raise UnresolvedReference(f"no stack publishes the SSM parameter {default}")
        return value

    def _get_att(self, argument: Any) -> Any:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if name not in self.made:
            raise UnresolvedReference(f"Fn::GetAtt {name}.{attribute}: no such resource")
        attributes = self.made[name].attributes
        if attribute not in attributes:
            has = ", ".join(attributes)
            raise UnresolvedReference(f"Fn::GetAtt {name}.{attribute}: the resource has {has}")
        return attributes[attribute]

    def _join(self, argument: Any) -> str:
        separator, items = argument
        return str(separator).join(str(item) for item in self.resolve(items))

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = self.resolve(given)

        def value_of(match: re.Match[str]) -> str:
            name = match[1]
            if name in values:
                return str(values[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return LITERAL.sub(r"${\1}", SUBSTITUTION.sub(value_of, text))

    def _select(self, argument: Any) -> Any:
        index, items = argument
        return self.resolve(items)[int(self.resolve(index))]

    def _split(self, argument: Any) -> list[str]:
        separator, text = argument
        return str(self.resolve(text)).split(separator)

    def _if(self, argument: Any) -> Any:
        name, yes, no = argument
        return self.resolve(yes if self.condition(name) else no)

    def _find_in_map(self, argument: Any) -> Any:
        mapping, first, second = (self.resolve(item) for item in argument)
        return self._template["Mappings"][mapping][first][second]

    def _base64(self, argument: Any) -> str:
        return base64.b64encode(str(self.resolve(argument)).encode()).decode()

    def _equals(self, argument: Any) -> bool:
        left, right = (self.resolve(item) for item in argument)
        return bool(left == right)


def references(value: Any) -> set[str]:
    """Logical ids that a template value mentions."""
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "Ref":
                found.add(str(item))
            elif key == "Fn::GetAtt":
                found.add(item.split(".")[0] if isinstance(item, str) else item[0])
            elif key == "Fn::Sub":
                text = item if isinstance(item, str) else item[0]
                found |= {name.split(".")[0] for name in SUBSTITUTION.findall(text)}
                found |= references(item)
            else:
                found |= references(item)
    elif isinstance(value, list):
        for item in value:
            found |= references(item)
    return found
