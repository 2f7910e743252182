"""Decision flows as data: read, checked, compiled, evaluated completely, and linted.

A condition on an input without a value is neither true nor false, and a rule fires unless its
condition is false. So taking a value away can only make more rules fire, and missing never helps:
not by care in each rule, but by how rules are written and read.
"""

from __future__ import annotations

from risk.domain.policy.model import Policy
from risk.domain.policy.parts import SEVERITY, Rule

__all__ = ["SEVERITY", "Policy", "Rule"]
