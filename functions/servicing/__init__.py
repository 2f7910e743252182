"""贷款核算与贷后 servicing: the ledger, repayment plans, and the loans on the books.

Owns: double-entry ledger (two-phase transfers), schedule engine and all-in cost, loans with their
schedules, five-tier classification and its workflow, collections; early warnings with their
clock, check plans, and traces of where the money went; payments, debits and daily files of the
bank rail, with the three-way reconciliation.
Publishes: quote, reserve_disbursement, post_disbursement, void_disbursement, activate_loan,
reconcile_day.
Emits: DisbursementReserved, DisbursementPosted, DisbursementVoided, LoanBooked, LoanDayClosed,
LoanEventRecorded, LoanOutcomeKnown, BusinessDayClosed, ClassificationProposed, LoanClassified,
PromiseBroken, ComplaintRaised, RailPaymentSuspended, RailPaymentAssigned, ReconciliationFinished,
WarningRaised, WarningEscalated, WarningOverdue, WarningDisposed.
Consumes: ApplicationClosed of the factory.
"""
