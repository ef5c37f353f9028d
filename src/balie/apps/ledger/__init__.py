"""Double entry: every euro has a place."""
