"""Where operations meets AWS: DynamoDB rows, Step Functions tokens, the delivery queue."""
