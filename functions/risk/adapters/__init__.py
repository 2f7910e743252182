"""The only place where risk meets boto3, pynamodb and onnxruntime."""
