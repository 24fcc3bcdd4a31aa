"""For all tests: examples may take their time, speed is what benchmarks are for."""

from hypothesis import settings

settings.register_profile("earned", deadline=None)
settings.load_profile("earned")
