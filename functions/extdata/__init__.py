"""External data 外部数据服务: one point of access to every data provider of the bank.

Owns: providers, connectors and their publication, route tables, prices, limits, permissions, the
registry of live consents, the call log, the raw archive, the audit chain, bills and quality.
Emits: ExternalDataAnswered, ConnectorPublished.
Consumes: nothing from the bus; consents come by call, because a withdrawal must work at once.
Publishes: functions `query`, `keep-consent`.
"""
