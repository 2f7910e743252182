"""How signing's ports are met: DynamoDB, S3, typst, pyHanko, HTTP, Secrets Manager."""
