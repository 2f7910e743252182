"""The bank rail: payments that come in, daily files, debits, and the daily reconciliation."""
