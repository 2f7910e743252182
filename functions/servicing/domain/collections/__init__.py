"""Collections (催收): who is approached how, when that is allowed, and what was promised."""
