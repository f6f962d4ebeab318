"""The only module that reads the environment. Each name is described in docs/reference/settings.md.

The commands (`raccord up`, `make demo`) fill in what an installation needs: without any
setting Raccord runs on this machine only, with its data below `RACCORD_DATA_DIR`.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret_from_file(path: Path) -> str:
    """Read the installation's secret, made on first run and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret


def _secret(name: str, file_name: str) -> str:
    if name in os.environ:
        return os.environ[name]
    DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _secret_from_file(DATA_DIR / file_name)


def _database(url: str) -> dict[str, object]:
    """Translate ``postgresql://user:password@host:port/name?host=/socket/folder``."""
    parts = urlsplit(url)
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        # A server whose machine vanished answers nothing, not even a refusal.
        "OPTIONS": {
            "connect_timeout": "10",
            **{key: unquote(value) for key, value in query.items()},
        },
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


PACKAGE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("RACCORD_DATA_DIR", "var")).resolve()
DEBUG = _flag("RACCORD_DEBUG")
SECRET_KEY = _secret("RACCORD_SECRET_KEY", "secret-key")
# Encrypts tokens and signing secrets at rest; several, comma-separated: the first one encrypts.
VAULT_KEYS = _secret("RACCORD_VAULT_KEYS", "vault-keys").split(",")

PUBLIC_URL = os.environ.get("RACCORD_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [
    *_list("RACCORD_ALLOWED_HOSTS"),
    urlsplit(PUBLIC_URL).hostname,
    "127.0.0.1",
    "localhost",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The simulated organization, where there is one: its address may then be used as a login host.
SIMULATOR_URL = os.environ.get("RACCORD_SIMULATOR_URL", "").rstrip("/")
# An application registered over there once for everybody, so that users need no ids of it.
OAUTH_CLIENT_ID = os.environ.get("RACCORD_OAUTH_CLIENT_ID", "")
OAUTH_CLIENT_SECRET = os.environ.get("RACCORD_OAUTH_CLIENT_SECRET", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "procrastinate.contrib.django",
    "raccord",
    "raccord.accounts",
    "raccord.installation",
    "raccord.contacts",
    "raccord.connections",
    "raccord.alerts",
    "raccord.sync",
    "raccord.web",
]

MIDDLEWARE = [
    "raccord.web.health.probes.Probes",
    "raccord.web.receive.entrance.Entrance",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "raccord.web.middleware.ContentSecurityPolicy",
    "raccord.web.middleware.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "raccord.web.middleware.PersonLocale",
    "raccord.web.middleware.UploadLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "raccord.web.sign_in_wall.SignInRequired",
    "raccord.web.middleware.CurrentProject",
    "django.contrib.messages.middleware.MessageMiddleware",
    "raccord.web.base.toasts.Toasts",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "raccord.web.urls"
WSGI_APPLICATION = "raccord.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A screen is one folder: its view and its templates.
        "DIRS": sorted((PACKAGE_DIR / "web").glob("*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "raccord.web.templatetags.explanations",
                "raccord.web.templatetags.pieces",
                "raccord.web.templatetags.refused",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "raccord.web.context.surroundings",
            ],
        },
    }
]

FORM_RENDERER = "raccord.web.base.forms.Renderer"

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///raccord"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "raccord_session"
CSRF_COOKIE_NAME = "raccord_csrf"
CSRF_FAILURE_VIEW = "raccord.web.errors.views.csrf_failed"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A field has up to 1,000 choices, each with a code and a label per language.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [PACKAGE_DIR / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "raccord_language"
FORMAT_MODULE_PATH = "raccord.web.formats"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "raccord.web.static_files.HashedFiles"},
}
# For the few files that are asked for by their plain name, and where nothing was collected.
WHITENOISE_USE_FINDERS = True

# Where there is no mail server: e-mails become files in this folder.
MAIL_DIR = os.environ.get("RACCORD_MAIL_DIR", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if MAIL_DIR else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = MAIL_DIR or None
EMAIL_HOST = os.environ.get("RACCORD_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("RACCORD_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("RACCORD_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("RACCORD_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("RACCORD_SMTP_TLS")
EMAIL_TIMEOUT = 20
# Whether alerts may be posted to addresses of the own network, and without TLS.
PRIVATE_ALERT_HOOKS = _flag("RACCORD_PRIVATE_ALERT_HOOKS")
DEFAULT_FROM_EMAIL = os.environ.get("RACCORD_MAIL_FROM", "raccord@localhost")

PROCRASTINATE_ON_APP_READY = "raccord.sync.jobs.on_app_ready"
# How long what happened is kept, in days; 0: for ever.
HISTORY_DAYS = max(0, int(os.environ.get("RACCORD_HISTORY_DAYS", "0")))
DELIVERY_LOG_DAYS = max(0, int(os.environ.get("RACCORD_DELIVERY_LOG_DAYS", "400")))
# Whoever watches from another machine shows it; without one, only this machine sees the figures.
METRICS_TOKEN = os.environ.get("RACCORD_METRICS_TOKEN", "").strip()
LOG_LEVEL = os.environ.get("RACCORD_LOG_LEVEL", "INFO")
LOGGING_CONFIG = "raccord.logs.configure"
# Django calls the function above only if this is not empty.
LOGGING: dict[str, object] = {"version": 1}
