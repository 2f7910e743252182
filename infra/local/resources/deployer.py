"""Deploys stacks in order: resolves each resource's properties, creates it, remembers its ARNs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from infra.local.assembly import Assembly, StackTemplate
from infra.local.deployed import Deployed
from infra.local.errors import LocalCloudError, UnsupportedResource
from infra.local.intrinsics import Account, Made, Resolver, references
from infra.local.resources import apis, compute, data, ignored, messaging
from infra.local.resources.context import Context, DeploymentOptions, Wanted

Creator = Callable[[Context, Wanted], Made]
CREATORS: Mapping[str, Creator] = {
    **data.CREATORS,
    **messaging.CREATORS,
    **compute.CREATORS,
    **apis.CREATORS,
    **ignored.CREATORS,
}

__all__ = ["CREATORS", "Deployer", "DeploymentOptions"]


class Deployer:
    """Makes the resources of an assembly exist in one account."""

    def __init__(
        self,
        account: Account,
        client: Callable[[str], Any],
        options: DeploymentOptions | None = None,
    ) -> None:
        self._context = Context(
            account=account, client=client, options=options or DeploymentOptions()
        )

    def deploy(self, assembly: Assembly) -> Deployed:
        """Create everything; an unknown resource type is an error, never a silence."""
        refuse_unknown_types(assembly)
        for stack in assembly.stacks:
            self._context.deployed.asset_paths.update(stack.assets)
            self._deploy_stack(stack)
        data.set_notifications(self._context)
        return self._context.deployed

    def _deploy_stack(self, stack: StackTemplate) -> None:
        account, deployed = self._context.account, self._context.deployed
        resolver = Resolver(
            stack.template,
            pseudo=account.pseudo_parameters(stack.name),
            ssm=deployed.parameters.get,
        )
        for logical_id in creation_order(stack):
            resource = stack.resources[logical_id]
            if "Condition" in resource and not resolver.condition(resource["Condition"]):
                continue
            kind = resource["Type"]
            try:
                given = resource.get("Properties", {})
                if kind in ignored.CREATORS:
                    given = {name: given[name] for name in ignored.NAMES if name in given}
                properties = resolver.resolve(given)
                wanted = Wanted(stack, logical_id, kind, properties)
                resolver.made[logical_id] = CREATORS[kind](self._context, wanted)
            except Exception as error:
                where = f"{stack.name}/{logical_id} ({kind})"
                raise LocalCloudError(f"cannot create {where}: {error}") from error


def refuse_unknown_types(assembly: Assembly) -> None:
    """Name every resource type that has neither a creator nor a reason to be ignored."""
    unknown = {
        f"{resource['Type']} ({stack.name}/{logical_id})"
        for stack in assembly.stacks
        for logical_id, resource in stack.resources.items()
        if resource["Type"] not in CREATORS
    }
    if unknown:
        names = ", ".join(sorted(unknown))
        raise UnsupportedResource(f"the local cloud does not know: {names}")


def creation_order(stack: StackTemplate) -> Iterator[str]:
    """Logical ids so that each comes after what it refers to or depends on."""
    needs: dict[str, set[str]] = {}
    for logical_id, resource in stack.resources.items():
        depends = resource.get("DependsOn", [])
        explicit = {depends} if isinstance(depends, str) else set(depends)
        found = references(resource.get("Properties", {})) | explicit
        needs[logical_id] = (found & stack.resources.keys()) - {logical_id}
    done: set[str] = set()
    while needs:
        ready = [name for name, missing in needs.items() if missing <= done]
        if not ready:
            raise LocalCloudError(f"{stack.name}: circular references among {', '.join(needs)}")
        for name in ready:
            del needs[name]
            yield name
        done.update(ready)
