"""Bytes from and for the outside world, to frozen dataclasses and back. Knows nothing of `domain`."""
