"""Where the money of a loan went (资金用途监测): lines of the account, and what models say."""
