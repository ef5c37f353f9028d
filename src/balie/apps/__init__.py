"""What is remembered: one Django app per noun, in one order; each may use only those below it."""
