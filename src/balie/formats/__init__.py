"""Bytes from and to the outside world as frozen dataclasses. Knows nothing of `domain`."""
