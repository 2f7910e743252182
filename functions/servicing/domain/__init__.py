"""Pure rules of loan accounting: money in two phases, repayment plans to the 分, loans."""
