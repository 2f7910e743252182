"""External data 外部数据服务: one point of access to every data provider of the bank.

Owns: providers, connectors and their publication, route tables, prices, limits, permissions, the
registry of live consents, the call log, the raw archive, the audit chain, bills and quality.
Emits: ExternalDataAnswered, ConnectorPublished.
Consumes: nothing from the bus; consents come by call, because a withdrawal must work at once.
Publishes: functions `query`, `keep-consent`.

Files beside the folders, by what they are about: `query_` questions and callbacks, `consent_`,
`flow_` circuits and quotas, `finance_` bills and statements, `quality_`, `audit_`; without such a
word (`api`, `schemas`, `views`) what a steward registers. `_api` has the routes, `_schemas` what
comes in, `_views` what is shown, `_ports` what is needed from outside. `composition` joins the use
cases of a query, `wiring` plugs the adapters in; `audit_wiring` and `night_wiring` are for the
stream's consumer and the night, which need less.
"""
