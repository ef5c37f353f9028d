"""Collections, the files that carry them, what comes back, and the talk about it."""
