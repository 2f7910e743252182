"""The routes about debtors: classification and collections, which one function answers."""

from __future__ import annotations

from puhui.http import ApiRoutes
from servicing.policy import POLICY

routes = ApiRoutes("servicing", policy=POLICY)
