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
    linking = frame.link_child[np.isin(frame.link_parent, rows)]
    naming = attribution.named_in[attribution.named == person]
    credited = np.unique(np.concatenate([linking, naming[naming > rows.min()]]))
    organizations = set(frame.organization[rows].tolist()) - {-1}
    outside = [row for row in credited.tolist() if frame.organization[row] not in organizations]
    return len(set(outside) - set(rows.tolist()))


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
