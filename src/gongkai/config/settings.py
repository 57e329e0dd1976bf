"""The one settings file. County facts are data in ``profiles/<county>/``, never here."""

import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from gongkai.config import env

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.text("GONGKAI_VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
TESTING = "pytest" in sys.modules


def _address() -> str:
    """As set, else the local one on the port the site was last started on, which every process here reads."""
    kept = VAR_DIR / "web.port"
    port = kept.read_text(encoding="ascii").strip() if kept.exists() and not TESTING else ""
    return env.text("GONGKAI_SITE_URL", f"http://127.0.0.1:{port if port.isdigit() else 8000}").rstrip("/")


SITE_URL = _address()

# --- the county -------------------------------------------------------------------------------------------
PROFILE_DIR = Path(env.text("GONGKAI_PROFILE", str(BASE_DIR / "profiles" / "anxi")))
EMBEDDED = env.flag("GONGKAI_EMBEDDED", default=False)
SITE_ID_CODE = env.text("GONGKAI_SITE_ID_CODE", "")  # 网站标识码 has no default: the county must know it
DEMO = (VAR_DIR / "demo-data").exists()  # written by `manage.py demo`; every page then says 演示数据


def _secret() -> str:
    """A secret of this installation, made once and kept readable by its owner alone."""
    kept = VAR_DIR / "secret.key"
    if not kept.exists():
        import secrets  # noqa: PLC0415 - only on the first start

        partial = kept.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(64), encoding="ascii")
        partial.replace(kept)
    return kept.read_text(encoding="ascii")


SECRET_KEY = env.text("GONGKAI_SECRET_KEY", "") or _secret()
DEBUG = env.flag("GONGKAI_DEBUG", default=False)
ALLOWED_HOSTS = env.words("GONGKAI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("GONGKAI_TRUSTED_ORIGINS", "")
BEHIND_HTTPS = env.flag("GONGKAI_HTTPS", default=False)
# Whose X-Forwarded-For is believed, as far as they wrote it; none: the address of the connection counts.
TRUSTED_PROXIES = env.networks("GONGKAI_TRUSTED_PROXIES")

# --- parts ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_prose_editor",  # for its static files only
    "gongkai.agencies",
    "gongkai.events",
    "gongkai.ledger",
    "gongkai.catalogue",
    "gongkai.obligations",
    "gongkai.documents",
    "gongkai.disclosures",
    "gongkai.search",
    "gongkai.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gongkai.web.portal.kept.KeptPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gongkai.web.telling.CountyWords",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongkai.web.workspace.doors.WorkspaceDoors",
    "axes.middleware.AxesMiddleware",
    "gongkai.web.portal.embedding.Embedding",
    "gongkai.web.faults.KnownFaults",
]

ROOT_URLCONF = "gongkai.config.urls"
WSGI_APPLICATION = "gongkai.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gongkai.web.context.county",
            ],
        },
    }
]

DATABASES = {"default": env.database(env.text("GONGKAI_DATABASE_URL", ""), folder=VAR_DIR)}
# Tests run against a file, not memory: the concurrency suite needs several connections to one database.
DATABASES["default"]["TEST"] = (
    {"NAME": str(VAR_DIR / "test.sqlite3")} if "sqlite3" in str(DATABASES["default"]["ENGINE"]) else {}
)
PAGES_KEPT_SECONDS = 30  # public pages, in the memory of each server process; 0 keeps none
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- files ------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise looks for it at every start
WHITENOISE_USE_FINDERS = True
# Attachments: a local folder by default; S3-compatible storage when a bucket is named (credentials come from
# the environment that the S3 client itself reads).
_S3_BUCKET = env.text("GONGKAI_S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "gongkai.documents.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": _S3_BUCKET,
            "endpoint_url": env.text("GONGKAI_S3_ENDPOINT", "") or None,
            "default_acl": "private",
            "file_overwrite": True,  # a name is the fingerprint of the bytes: the same again, never other ones
        },
    }
    if _S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CLAMD = env.text("GONGKAI_CLAMD", "")  # host:port or a socket's path; empty: the page says there is no virus scan
APPLICANT_KEY = env.text("GONGKAI_APPLICANT_KEY", str(VAR_DIR / "applicants.key"))  # a file; never in the database
OCR = env.flag("GONGKAI_OCR", default=False)  # read scanned pages with tesseract (chi_sim), where installed
SEARCH_INDEX = VAR_DIR / "search.sqlite3"
LEDGER_DIR = VAR_DIR / "log"
LEDGER_KEY = Path(env.text("GONGKAI_LEDGER_KEY", str(VAR_DIR / "log.key")))
LEDGER_ORIGIN = env.text("GONGKAI_LOG_ORIGIN", "")  # the log's name; fixed for ever by its first checkpoint
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = env.number("GONGKAI_UPLOAD_MAX_BYTES", default=100 * 1024 * 1024, least=1)

# --- who you are: 等保三级 asks for two factors, lock-out, complexity and change, session limits -------------
AUTH_USER_MODEL = "agencies.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "gongkai.agencies.passwords.ThreeKindsValidator"},
    {"NAME": "gongkai.agencies.passwords.NotRecentValidator"},
]
PASSWORD_MAX_AGE = timedelta(days=env.number("GONGKAI_PASSWORD_DAYS", default=90, least=1))
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "gongkai.web.addresses.address_of"
AXES_LOCKOUT_CALLABLE = "gongkai.web.workspace.doors.locked_out"
AXES_SENSITIVE_PARAMETERS = ["password", "token"]
OTP_TOTP_ISSUER = "gongkai"
SECOND_FACTOR_REQUIRED = env.flag("GONGKAI_SECOND_FACTOR", default=True)
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE = timedelta(minutes=env.number("GONGKAI_SESSION_MINUTES", default=30, least=1))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
CSRF_FAILURE_VIEW = "gongkai.web.workspace.doors.csrf_failed"
LOGIN_URL = "workspace:sign_in"
LOGIN_REDIRECT_URL = "workspace:tasks"

# --- language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- what a page may load -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF, *env.words("GONGKAI_EMBED_HOSTS", "")],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gongkai": {"level": env.text("GONGKAI_LOG_LEVEL", "INFO")}},
}
