"""Questions, messages and the people who answer them."""
