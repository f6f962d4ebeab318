"""What holds for every test.

Property tests have no deadline for one example: a busy machine is no bug. In CI they try the same
examples each time, so that a change fails for what it did; everywhere else they go on exploring.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
