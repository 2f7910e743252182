"""综合融资成本明示表: what a loan costs, all in, from the plan that will be serviced."""
