"""Which keys a log line may have, and how long its values may be.

Everything here is an id, a code, a number or a name of the system itself. A new key needs the
question: could this ever hold a person's name, number, address, phone or account?
"""

from __future__ import annotations

MAX_TEXT_CHARACTERS = 256
MAX_LIST_ITEMS = 50

UNMASKED_KEYS = frozenset({"sequence_number"})
"""Keys whose long numbers are the system's own."""

ALLOWED_KEYS = frozenset(
    """
    action amount_fen annual_rate_bps application_id attempt audience bank_id branch branch_id
    bucket business_date cached certificate_serial code cold_start command connector_id consent_id
    consumer contract_id correlation_id cost_fen count currency customer_id deadline_seconds
    decision_id disbursement_id document_id duration_ms edition entry_id error_at error_class
    error_code event_id event_name execution_id facts failed field function_arn gate grade handler
    http_method http_path http_status idempotency_key indicators issuer items job_id key_id kid
    lead_id limit_fen list loan_id lock_id match message_id method model model_sha256 offer_id
    operation outcome outcomes party_kind payment_state period points policy_id policy_version
    posted product product_code provider_id published query_id queue quota reason_codes received
    record_id records request_id retryable review_id role roles row_count rows rule rule_edition
    schedule_sha256 score score_ppm sequence_number serial_no sha256 size_bytes source stage state
    station status step subject table task_id task_kind template terms_sha256 threshold total
    transfer_id upstream verdict version visit_id waited_ms waiver_id workflow
    """.split()  # noqa: SIM905  (a list of literals would be 120 lines)
)
