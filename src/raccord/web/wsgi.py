"""What the web server runs."""

import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "raccord.settings")
django.setup()

from raccord.web import static_files  # noqa: E402 - needs the settings

# Before the application, which looks once, as it starts, at which files there are.
static_files.collect()
application = get_wsgi_application()
