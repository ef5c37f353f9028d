"""The settings of the demo: production's, with the simulator in it, and only on this machine."""

from balie.config.settings import *  # noqa: F403 - the demo differs from production in these lines
from balie.config.settings import BALIE_APPS, INSTALLED_APPS, LOGGING, MIDDLEWARE

BALIE_DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "balie.simulator"]
BALIE_APPS = [*BALIE_APPS, "balie.simulator"]
MIDDLEWARE = [
    "balie.simulator.timebar.ThisMachineMiddleware",
    *MIDDLEWARE,
    "balie.simulator.timebar.TimeBarMiddleware",
]
ROOT_URLCONF = "balie.config.demo_urls"
# The mail server of the company, whose word about senders counts.
BALIE_MAIL_TRUSTED_HOSTS = ("mx.delinde.example",)
BALIE_MAIL_AUTHSERV_ID = "mx.delinde.example"
EMAIL_BACKEND = "balie.simulator.mailbox.MailFolder"
# A mail every few milliseconds while months are lived through: only what is wrong is told.
# That a mail bounced, or was rightly not sent, is part of the story.
LOGGING = {
    **LOGGING,
    "root": {**LOGGING["root"], "level": "WARNING"},
    "loggers": {**LOGGING["loggers"], "balie.infra.outbox": {"level": "ERROR"}},
}
