"""Early warning (风险预警): signals, what they find, and warnings with their clock."""
