"""All settings of Balie, read from the environment; docs/reference/settings.md lists them.

Figures of a promise are not here: those are the policy, which is data with versions
(``balie policy apply``). Here stands only what differs per machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from balie.config.environment import Environment, database
from balie.infra.loopback import is_loopback

_environment = Environment()
PACKAGE = Path(__file__).resolve().parent.parent

# --- where and who -----------------------------------------------------------------------------
BALIE_HOME = _environment.folder("BALIE_HOME", "var")
BALIE_BASE_URL = _environment.base_url("BALIE_BASE_URL", "http://127.0.0.1:8000")
BALIE_DEMO = False  # only the demo's own settings say True; never read from the environment
BALIE_TRUSTED_PROXY = _environment.text("BALIE_TRUSTED_PROXY")
DEBUG = _environment.flag("BALIE_DEBUG")
BALIE_SECRET_KEY_FILE = _environment.text("BALIE_SECRET_KEY_FILE")  # a backup leaves it out
SECRET_KEY = _environment.secret("BALIE_SECRET_KEY", key_file=BALIE_HOME / "secret.key")
BALIE_LOG_LEVEL = _environment.choice(
    "BALIE_LOG_LEVEL", "info", ("debug", "info", "warning", "error")
)

_base = urlsplit(BALIE_BASE_URL)
_https = _base.scheme == "https"


_host = _base.hostname or ""
BALIE_IS_LOCAL = is_loopback(_host)
# Links in mails are built from BALIE_BASE_URL only; another Host header gets a 400.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if BALIE_IS_LOCAL else [_host]
if not _https and not BALIE_IS_LOCAL:
    _environment.fault("BALIE_BASE_URL", "must start with https:// unless it names this machine")
if DEBUG and not BALIE_IS_LOCAL:
    _environment.fault("BALIE_DEBUG", "shows inner workings to visitors; only for this machine")

# --- database ----------------------------------------------------------------------------------
DATABASES = {
    "default": database(
        _environment, "BALIE_DATABASE_URL", default_file=BALIE_HOME / "balie.sqlite3"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the floors --------------------------------------------------------------------------------
BALIE_APPS = [
    "balie.infra",
    "balie.apps.customers",
    "balie.apps.services",
    "balie.apps.promises",
    "balie.apps.articles",
    "balie.apps.mandates",
    "balie.apps.ledger",
    "balie.apps.banking",
    "balie.apps.billing",
    "balie.apps.tickets",
    "balie.apps.directdebit",
    "balie.apps.credentials",
    "balie.apps.office",
    "balie.faces.faq",
    "balie.faces.account",
    "balie.faces.portal",
    "balie.faces.desk",
    "balie.faces.api",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *BALIE_APPS,
]
ROOT_URLCONF = "balie.config.urls"
WSGI_APPLICATION = "balie.config.wsgi.application"
MIDDLEWARE = [
    "balie.infra.browser.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "balie.infra.browser.ContentSecurityMiddleware",
    "balie.infra.browser.CompressionMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "balie.infra.browser.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Layout shared by the faces stands beside them, the rest in each app.
        "DIRS": [PACKAGE / "faces" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "balie.faces.faq.context.policy",
            ],
        },
    }
]

# --- who may come in ---------------------------------------------------------------------------
AUTH_USER_MODEL = "customers.User"
# Addresses are unique whatever their case, by a constraint on Lower(email) that Django's check
# does not read.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
LOGIN_URL = "/inloggen/"
# The sign-in library keeps factors and sessions. It has no page, no mail and no sign-up here.
ACCOUNT_ADAPTER = "balie.apps.customers.library.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # ours are rows: apps/customers/attempts.py
MFA_ADAPTER = "balie.apps.customers.library.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that a passkey alone is two factors
MFA_RECOVERY_CODE_DIGITS = 20  # 66 bits (NIST SP 800-63B-4, 4.2.1.1 asks for 64)
USERSESSIONS_TRACK_ACTIVITY = False  # a write for each page would be
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "balie.apps.credentials.passwords.LongestValidator"},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": "balie.apps.credentials.passwords.OwnWordsValidator"},
    {"NAME": "balie.apps.credentials.passwords.BreachedValidator"},
]
# SHA-1 hashes (or their beginnings) of passwords that leaked, sorted, a line each.
BALIE_BREACHED_PASSWORDS_FILE = _environment.text("BALIE_BREACHED_PASSWORDS_FILE")
if BALIE_BREACHED_PASSWORDS_FILE and not Path(BALIE_BREACHED_PASSWORDS_FILE).is_file():
    _environment.fault("BALIE_BREACHED_PASSWORDS_FILE", "names no file that is there")
SESSION_COOKIE_AGE = 12 * 3600  # a working day; the clock of the machine, not of the demo
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-balie" if _https else "balie"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "__Host-balie-csrf" if _https else "balie-csrf"
CSRF_TRUSTED_ORIGINS = [BALIE_BASE_URL] if _https else []
PASSWORD_RESET_TIMEOUT = 3600  # Django's own reset links are not used; never their three days
SECURE_HSTS_SECONDS = 365 * 86400 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # other names of the company are not ours to decide on
SECURE_SSL_REDIRECT = _https and bool(BALIE_TRUSTED_PROXY)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "balie-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 86400
LOCALE_PATHS = [PACKAGE / "faces" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
USE_THOUSAND_SEPARATOR = False

# --- static files ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [PACKAGE / "faces" / "static"] if path.is_dir()]
# Served from the packages themselves: nothing to collect before the first start.
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG

# --- mail --------------------------------------------------------------------------------------
BALIE_SMTP_HOST = _environment.text("BALIE_SMTP_HOST")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = BALIE_SMTP_HOST or "127.0.0.1"
EMAIL_PORT = _environment.number("BALIE_SMTP_PORT", 587, minimum=1, maximum=65535)
EMAIL_HOST_USER = _environment.text("BALIE_SMTP_USER")
EMAIL_HOST_PASSWORD = _environment.text("BALIE_SMTP_PASSWORD")
_smtp_security = _environment.choice("BALIE_SMTP_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS = _smtp_security == "starttls"
EMAIL_USE_SSL = _smtp_security == "tls"
EMAIL_TIMEOUT = _environment.number("BALIE_SMTP_TIMEOUT", 30, minimum=1, maximum=60)
EMAIL_USE_LOCALTIME = False
if EMAIL_HOST_PASSWORD and _smtp_security == "none" and not is_loopback(EMAIL_HOST):
    _environment.fault("BALIE_SMTP_SECURITY", "'none' would send the password readable; use tls")

# --- VAT numbers --------------------------------------------------------------------------------
# Who is asked whether a VAT number is in use: the register of the EU, or nobody.
BALIE_VAT_REGISTER = _environment.choice("BALIE_VAT_REGISTER", "none", ("none", "vies"))

# --- mail that comes in ------------------------------------------------------------------------
BALIE_IMAP_HOST = _environment.text("BALIE_IMAP_HOST")
BALIE_IMAP_SECURITY = _environment.choice("BALIE_IMAP_SECURITY", "tls", ("tls", "starttls", "none"))
_imap_port = 993 if BALIE_IMAP_SECURITY == "tls" else 143
BALIE_IMAP_PORT = _environment.number("BALIE_IMAP_PORT", _imap_port, minimum=1, maximum=65535)
BALIE_IMAP_USER = _environment.text("BALIE_IMAP_USER")
BALIE_IMAP_PASSWORD = _environment.password("BALIE_IMAP_PASSWORD")
BALIE_IMAP_CA_FILE = _environment.text("BALIE_IMAP_CA_FILE")
BALIE_IMAP_FOLDERS = _environment.words("BALIE_IMAP_FOLDERS", "INBOX")
BALIE_IMAP_MARK = _environment.choice("BALIE_IMAP_MARK", "keyword", ("keyword", "seen", "move"))
BALIE_IMAP_MOVE_TO = _environment.text("BALIE_IMAP_MOVE_TO")
BALIE_IMAP_TIMEOUT = _environment.number("BALIE_IMAP_TIMEOUT", 30, minimum=1, maximum=60)
# Whose Received and Authentication-Results lines count; everybody else's are hearsay.
BALIE_MAIL_TRUSTED_HOSTS = _environment.words("BALIE_MAIL_TRUSTED_HOSTS")
BALIE_MAIL_AUTHSERV_ID = _environment.text("BALIE_MAIL_AUTHSERV_ID")
BALIE_MAIL_OWN_ADDRESSES = _environment.words("BALIE_MAIL_OWN_ADDRESSES")
if BALIE_IMAP_HOST and not (BALIE_IMAP_USER and BALIE_IMAP_PASSWORD):
    _environment.fault("BALIE_IMAP_USER", "or its password is missing; the mailbox lets nobody in")
if BALIE_IMAP_HOST and BALIE_IMAP_SECURITY == "none" and not is_loopback(BALIE_IMAP_HOST):
    _environment.fault("BALIE_IMAP_SECURITY", "'none' would send the password readable; use tls")
if BALIE_IMAP_MARK == "move" and not BALIE_IMAP_MOVE_TO:
    _environment.fault("BALIE_IMAP_MOVE_TO", "is not given; name the folder that mail is moved to")
if BALIE_IMAP_MOVE_TO in BALIE_IMAP_FOLDERS:
    _environment.fault("BALIE_IMAP_MOVE_TO", "is a folder that mail is taken from; name another")

# --- the bank ----------------------------------------------------------------------------------
BALIE_BANK_FOLDER = _environment.text("BALIE_BANK_FOLDER")

# --- control panels -------------------------------------------------------------------------------
# Holds what Balie signs in with, a file per panel; a backup leaves it out.
BALIE_PANELS_FOLDER = _environment.text("BALIE_PANELS_FOLDER", str(BALIE_HOME / "panels"))

# --- telephone ---------------------------------------------------------------------------------
BALIE_TEL_SECRETS = _environment.secrets_by_name("BALIE_TEL_SECRETS")

# --- logs --------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "balie.infra.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": BALIE_LOG_LEVEL.upper()},
    "loggers": {
        "django": {"level": "INFO", "propagate": True, "handlers": []},
        # A foreign Host header is answered with 400; anybody could fill the log with them.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # SQL statements carry customer data; they are never logged, not even at debug.
        "django.db.backends": {"level": "WARNING"},
    },
}

BALIE_SETTINGS_FAULTS = tuple(_environment.faults)
