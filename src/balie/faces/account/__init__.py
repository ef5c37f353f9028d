"""Signing in, and one's own account: factors, sessions, password."""
