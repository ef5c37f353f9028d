"""The customer's authority to collect: mandates, their evidence and their life."""
