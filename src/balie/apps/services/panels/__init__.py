"""Control panels of others: the port, and an adapter for each kind that Balie speaks with."""
