"""Settings of a process that a test starts and kills: the plumbing alone, nothing above it."""

from balie.config.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.contenttypes", "balie.infra"]
SILENCED_SYSTEM_CHECKS = ["fields.E300", "fields.E307"]
EMAIL_USE_TLS = False
BALIE_DEMO = True  # the company of the example may mail
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
