"""The settings of the tests: production's own, with a home that is thrown away and a fast hasher.

What differs per machine comes from the environment, so every ``BALIE_*`` variable of whoever runs
the tests is put aside before the real settings are read.
"""

import atexit
import os
import shutil
import tempfile
from importlib.util import find_spec

_given = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("BALIE_")}
_home = tempfile.mkdtemp(prefix="balie-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["BALIE_HOME"] = _home

from balie.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Faces that are not built yet are left out while the house goes up.
INSTALLED_APPS = [
    app for app in INSTALLED_APPS if find_spec(app.rpartition(".")[0]) and find_spec(app)
]  # noqa: E501, F405
