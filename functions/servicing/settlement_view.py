"""A loan's settlement parameters as people read them."""

from __future__ import annotations

from puhui.contracts.common import Contract
from puhui.contracts.settlement import SettlementParameters
from puhui.settlement_names import SETTLEMENT_DICTIONARY, value_name


class SettlementView(Contract):
    """One parameter of a loan (结算参数): its value, both in words."""

    parameter: str
    name: str
    value: str | int | bool | None
    value_name: str

    @classmethod
    def all_of(cls, settlement: SettlementParameters) -> tuple[SettlementView, ...]:
        """Every parameter in the dictionary's order."""
        return tuple(
            cls(
                parameter=parameter,
                name=described.name,
                value=getattr(settlement, parameter),
                value_name=value_name(parameter, settlement),
            )
            for parameter, described in SETTLEMENT_DICTIONARY.items()
        )
