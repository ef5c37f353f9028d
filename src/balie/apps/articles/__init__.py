"""The answers on the public page: written by staff, with the figures of the policy in them."""
