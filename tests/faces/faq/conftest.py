"""What the tests of the public page may ask for."""

from tests.apps.conftest import committed

__all__ = ["committed"]
