"""A simulated portfolio (模拟资产组合): seeded borrowers live through servicing's own use cases."""
