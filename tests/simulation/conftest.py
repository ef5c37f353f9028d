"""What the lives of the simulated company need of the tests of the apps."""

from tests.apps.conftest import committed

__all__ = ["committed"]
