"""Where intake touches DynamoDB, S3 and KMS."""
