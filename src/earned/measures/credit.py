"""The credited floor: counting, no model."""

from __future__ import annotations

import numpy as np

from earned.attribution.attribution import Attribution
from earned.attribution.frame import LINKED, OTHER


def credited_posts(attribution: Attribution, person: int) -> int:
    """Posts by others that link to a post of this person, or name the person after their first post.

    Args:
        attribution: Of one conversation.
        person: Code of the person.

    Returns:
        A number of posts, each counted once. Posts of the person and of colleagues do not count.

    Raises:
        Nothing: nobody's floor is 0.

    Source:
        Definition; method 1.
    """
    frame, rows = attribution.frame, attribution.posts_of(person)
    if not len(rows):
        return 0
    credited = set(attribution.crediting_of(person).tolist()) - set(rows.tolist())
    organizations = set(frame.organization[rows].tolist()) - {-1}
    return sum(organization not in organizations for organization in frame.organization[list(credited)].tolist())


def credited_in_all(attribution: Attribution) -> int:
    """Posts that link to an earlier post of somebody outside their organization: the credited floor of everybody.

    Args:
        attribution: Of one conversation.

    Returns:
        A number of posts, each counted once.

    Raises:
        Nothing.

    Source:
        Definition; method 1.
    """
    edges = attribution.edges
    return len(np.unique(edges.child()[(edges.trace == LINKED) & (edges.type == OTHER)]))
