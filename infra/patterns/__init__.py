"""The constructs that module stacks are composed of; each makes one thing, complete."""

from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.patterns.http_api import HttpApi
from infra.patterns.outbox import Outbox
from infra.patterns.queue import ModuleQueue
from infra.patterns.subscription import Subscription
from infra.patterns.table import Index, ModuleTable
from infra.patterns.workflow import Workflow

__all__ = [
    "HttpApi",
    "Index",
    "ModuleBucket",
    "ModuleDashboards",
    "ModuleFunction",
    "ModuleQueue",
    "ModuleTable",
    "Outbox",
    "Subscription",
    "Workflow",
]
