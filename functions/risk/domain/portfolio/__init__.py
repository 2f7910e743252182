"""Limits and prices of a whole portfolio (M17, M18): who is offered how much, and at what rate.

`terms` say what a loan costs, `frontier` what a firm can bring at every amount, `problem` what is
to be decided, `certificate` proves a bound on any answer, `allocation` checks and counts one.
"""
