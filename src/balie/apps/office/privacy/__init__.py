"""Privacy: what is held of whom and why, what a person may have of it, and when it goes."""
