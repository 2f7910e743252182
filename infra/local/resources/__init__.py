"""Creates the resources of an assembly with boto3, one small function per resource type."""

from __future__ import annotations

from infra.local.resources.deployer import Deployer, DeploymentOptions

__all__ = ["Deployer", "DeploymentOptions"]
