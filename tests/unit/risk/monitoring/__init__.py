"""Model monitoring as pure rules and use cases."""
