"""Monitoring of models (模型监控): stability, discrimination, rates, fairness, challengers."""
