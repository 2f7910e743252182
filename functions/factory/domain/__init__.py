"""Pure rules of the credit factory: applications, offers, limits, payments."""
