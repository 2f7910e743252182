"""What the 28 models cost on one applicant."""
