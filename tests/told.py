"""The sample world worked out, once for all tests of a process: nobody changes what it is made of."""

from functools import cache

from earned import study


@cache
def sample_told():
    """(found, story) of `earned try`."""
    return study.sample_story(seed=1)


@cache
def sample_ideas():
    return study.ideas(sample_told()[0])
