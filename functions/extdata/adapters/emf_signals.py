"""Business metrics and log lines of external data: ids, codes and numbers, never a subject."""

from __future__ import annotations

from extdata.domain.limit import WARNING_PERCENT, Gate
from extdata.domain.query import Query
from puhui.observability import logger, metrics
from puhui.tenancy import BankId


class EmfSignals:
    """`extdata.ports.Signals` in CloudWatch's embedded metric format: no call, no waiting."""

    def answered(self, query: Query) -> None:
        """One line, and what the dashboards count: status, cache, cost, each provider's time."""
        bank = query.bank_id
        metrics.count("QueryAnswered", bank_id=bank, status=query.status)
        if query.cached:
            metrics.count("CacheHit", bank_id=bank)
        if query.cost_fen:
            metrics.count("QueryCostFen", query.cost_fen, bank_id=bank)
        metrics.milliseconds("GatewayMs", query.gateway_ms, bank_id=bank)
        for attempt in query.attempts:
            if attempt.tries:
                metrics.milliseconds(
                    "ProviderMs", attempt.provider_ms, bank_id=bank, provider=attempt.provider_id
                )
                metrics.count(
                    "ProviderCalled",
                    bank_id=bank,
                    provider=attempt.provider_id,
                    outcome=attempt.outcome,
                )
        logger.info(
            "query answered",
            bank_id=bank,
            query_id=query.query_id,
            application_id=query.application_id,
            product=query.product,
            status=query.status,
            rule=query.reason,
            cached=query.cached,
            cost_fen=query.cost_fen,
            attempt=len(query.attempts),
            duration_ms=query.gateway_ms,
        )

    def limit_warning(self, bank_id: BankId, gate: Gate, quota: str) -> None:
        """80 % of a quota is used; the alarm tells the steward."""
        metrics.count("QuotaWarned", bank_id=bank_id, gate=gate.key, quota=quota)
        metrics.percent("QuotaUsedPercent", WARNING_PERCENT, bank_id=bank_id, gate=gate.key)
        logger.warning("quota nearly used", bank_id=bank_id, gate=gate.key, quota=quota)

    def limit_stop(self, bank_id: BankId, gate: Gate, rule: str) -> None:
        """A limit stopped a call; a rate that is exceeded for a moment is no used quota."""
        if rule == "limit.rate":
            metrics.count("RateStopped", bank_id=bank_id, gate=gate.key)
        else:
            metrics.count("QuotaStopped", bank_id=bank_id, gate=gate.key, rule=rule)
            metrics.percent("QuotaUsedPercent", 100, bank_id=bank_id, gate=gate.key)
        logger.warning("limit stopped a call", bank_id=bank_id, gate=gate.key, rule=rule)
