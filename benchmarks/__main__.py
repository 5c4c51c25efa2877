"""Entry of `python -m benchmarks`; `benchmarks.suite` says what it does."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelkeeper.site.settings")
    django.setup()
    from benchmarks import suite  # it reaches models, which want Django set up

    sys.exit(suite.main())
