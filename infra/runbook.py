"""Writes docs/runbook.md: one line for every alarm of every module, and what to do first.

python -m infra.runbook [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from infra.config import NEEDS, PLATFORM, ROOT
from infra.generated import write_or_check
from infra.names import PROJECT
from infra.synth import synthesise, template_paths

PAGE: Final = ROOT / "docs" / "runbook.md"
ALARM: Final = "AWS::CloudWatch::Alarm"
HEAD: Final = """\
# 值班手册 Runbook

Every alarm notifies the topic `puhui-{env}-platform-alarms`; its name is
`puhui-{env}-{module}-{resource}-{symptom}`. Symptoms and first steps are defined in
`infra/patterns/alarms.py`; this page is written by `python -m infra.runbook`.

`puhui extdata …` 默认只连本机的 `puhui up`。查看已部署的环境时，先设地址与本人令牌（operator、\
risk_manager 或 auditor 岗位），令牌由本行的身份系统签发：

```
export PUHUI_URL=https://…      # 本行网关的地址，API 在其 /extdata 之下
export PUHUI_TOKEN=…            # 本人的令牌，命令只做本人有权做的事
.venv/bin/puhui extdata breakers
.venv/bin/puhui extdata limits
.venv/bin/puhui extdata audit verify      # auditor、risk_manager 或 admin
```

`puhui dlq` 只连本机；已部署环境的死信在 AWS 控制台处理。

决策反复报 `RecordOfAnotherKind`（发布了新的记录格式之后）：重试无用，也不要删除或改写记录；\
处理步骤见 [replay.md](replay.md#after-a-release-that-changes-the-records-schema)。
"""


def documents() -> dict[Path, str]:
    """Write the page as text."""
    return {PAGE: page(template_paths(synthesise()))}


def page(templates: Mapping[str, Path]) -> str:
    """List the alarms of these templates, module by module."""
    order = [module for module in (PLATFORM, *NEEDS) if module in templates]
    return "\n".join([HEAD, *(_section(module, templates[module]) for module in order)])


def _section(module: str, template: Path) -> str:
    lines = [
        f"## {module}",
        "",
        "| Alarm | Means | Do first |",
        "|---|---|---|",
        *sorted(_lines(json.loads(template.read_text(encoding="utf-8")))),
        "",
    ]
    return "\n".join(lines)


def _lines(template: dict[str, Any]) -> Iterator[str]:
    for resource in template["Resources"].values():
        if resource["Type"] == ALARM:
            properties = resource["Properties"]
            means, do = properties["AlarmDescription"].split("。 ", 1)
            name = _without_environment(properties["AlarmName"])
            yield f"| `{name}` | {means}。 | {do} |"


def _without_environment(name: str) -> str:
    project, _, rest = name.split("-", 2)
    return f"{project}-{{env}}-{rest}" if project == PROJECT else name


def main() -> int:
    """Write the page, or check that it is what would be written."""
    return write_or_check("infra.runbook", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
