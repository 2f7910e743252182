"""Checks after disbursement (贷后检查): the plan for a loan's life, and what was found."""
