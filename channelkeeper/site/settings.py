"""
Settings, read from the environment; every one has a default that is safe on one machine.

CHANNELKEEPER_HOME      folder for the database file, keys and passwords (default: var/ beside the package)
DATABASE_URL            sqlite:///… (default, in CHANNELKEEPER_HOME) or postgres://…
CHANNELKEEPER_SECRET    signing key (default: made once and kept in CHANNELKEEPER_HOME)
CHANNELKEEPER_HOSTS     host names served, comma separated (default: loopback)
CHANNELKEEPER_ORIGINS   https origins behind a proxy, comma separated
CHANNELKEEPER_PROXIES   how many of our own proxies a request passes (default 0): who guesses passwords is told by it
CHANNELKEEPER_SECURE    1 where pages come by https only: secure cookies, HSTS
CHANNELKEEPER_NOTICE_ZH, CHANNELKEEPER_NOTICE_EN
                        a line on top of every page: that data is real, a trial, to be moved …
CHANNELKEEPER_DEBUG     1 for tracebacks on pages; never in production
"""

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from channelkeeper.site import rooms

env = environ.Env()
ROOT = Path(__file__).resolve().parents[2]
HOME = Path(env.str("CHANNELKEEPER_HOME", default=str(ROOT / "var")))


def _secret() -> str:
    """Return the signing key kept in the home folder, made on first use."""
    kept = HOME / "secret_key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return kept.read_text(encoding="ascii")


SECRET_KEY = env.str("CHANNELKEEPER_SECRET", default="") or _secret()
DEBUG = env.bool("CHANNELKEEPER_DEBUG", default=False)
SECURE = env.bool("CHANNELKEEPER_SECURE", default=False)
ALLOWED_HOSTS = env.list("CHANNELKEEPER_HOSTS", default=["127.0.0.1", "localhost", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CHANNELKEEPER_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    *rooms.APPS,
    "channelkeeper.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "channelkeeper.access.middleware.ActorMiddleware",
    "channelkeeper.web.middleware.LanguageMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "channelkeeper.web.context.chrome",
            ],
        },
    }
]

ROOT_URLCONF = "channelkeeper.site.urls"
WSGI_APPLICATION = "channelkeeper.site.wsgi.application"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{HOME / 'channelkeeper.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,  # seconds a writer waits for the one before it (hazard 5)
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name", "email", "phone")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "access:sign_in"
LOGIN_REDIRECT_URL = "/"
# Slowed down by account *and* address together, so that a stranger's guesses never lock the owner out (hazard 21).
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "channelkeeper.access.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "channelkeeper.access.sessions.address_of"
PROXIES = env.int("CHANNELKEEPER_PROXIES", default=0)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "channelkeeper" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

CHANNELKEEPER_MENU = "channelkeeper.site.rooms.menu"
CHANNELKEEPER_DISTRIBUTOR = "desk:distributor"
CHANNELKEEPER_PLACE = "channelkeeper.site.rooms.place"
CHANNELKEEPER_MASTER_DATA = "channelkeeper.site.rooms.master_data"

CHANNELKEEPER_NOTICE = {
    "zh": env.str("CHANNELKEEPER_NOTICE_ZH", default=""),
    "en": env.str("CHANNELKEEPER_NOTICE_EN", default=""),
}

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a 10 MB workbook with its form around it
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a proposal of 2,000 lines with a reason each

CSRF_FAILURE_VIEW = "channelkeeper.web.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True  # the page itself holds the key
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
