"""The settings of the tests: production's own, with a home that is thrown away and a fast hasher.

What differs per machine comes from the environment, so every ``BALIE_*`` variable of whoever runs
the tests is put aside first. ``BALIE_TEST_DATABASE=postgres`` runs on PostgreSQL: the server that
``BALIE_TEST_POSTGRES_URL`` names, or one that is started here and stopped with this process.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("BALIE_")]:
    if not _name.startswith("BALIE_TEST_") and _name != "BALIE_CHROMIUM":
        del os.environ[_name]

if "BALIE_TEST_HOME" in os.environ:
    # One of several processes of a run: whoever started the run removes what they all leave.
    _home = tempfile.mkdtemp(dir=os.environ["BALIE_TEST_HOME"])
elif "PYTEST_VERSION" in os.environ:
    _home = os.environ["BALIE_TEST_HOME"] = tempfile.mkdtemp(prefix="balie-test-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
else:
    # mypy reads the models through these settings, and leaves without saying goodbye.
    _home = str(Path(__file__).resolve().parents[2] / ".mypy_cache" / "home")
os.environ["BALIE_HOME"] = _home

if os.environ.get("BALIE_TEST_DATABASE", "sqlite") == "postgres":
    if "BALIE_TEST_POSTGRES_URL" not in os.environ:
        from tests.support.postgres import start_postgres

        # The processes that share the work inherit this, and start none of their own.
        os.environ["BALIE_TEST_POSTGRES_URL"] = start_postgres()
    os.environ["BALIE_DATABASE_URL"] = os.environ["BALIE_TEST_POSTGRES_URL"]

from balie.config.settings import *  # noqa: E402, F403
from balie.config.settings import DATABASES as _DATABASES  # noqa: E402

DATABASES = _DATABASES
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, as in production: a database in memory locks in another way.
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
