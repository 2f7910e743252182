"""日终: how a bank's business day is closed loan by loan, and the report of it."""
