"""What spans apps: take in a bank file, the daily round, verify."""
