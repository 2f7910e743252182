"""Where servicing meets its stores: DynamoDB rows, and a store in memory that promises the same."""
