"""The whole loan book at month ends: balances, quality, migration, vintages, shares."""
