"""The graph of relations and the models that read it."""
