"""What news and court texts say of a customer: character grams, events, severity, subject."""
