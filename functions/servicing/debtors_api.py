"""Classification and collections: whose function asks the models of `risk`.

One function for both: a stack holds at most 500 resources, and a function of its own is eleven.
"""

from __future__ import annotations

# Each of these declares its routes when it is imported.
from servicing import classification_api, collections_api
from servicing.debtor_routes import routes

__all__ = ["app", "classification_api", "collections_api", "routes"]

app = routes.app()
