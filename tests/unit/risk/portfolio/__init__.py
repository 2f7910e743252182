"""Portfolios: the frontier of a firm, the bound, the checks, shocks, and the solver itself."""
