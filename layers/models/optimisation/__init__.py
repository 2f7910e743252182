"""Optimisation of portfolios with HiGHS; never shipped to Lambda."""
