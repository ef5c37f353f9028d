"""Balie: the front desk of a web-hosting company, for those who are a customer already."""
