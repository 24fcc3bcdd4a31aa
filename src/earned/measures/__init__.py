"""One quantity a file; each returns an Estimate. `MEASURES` holds what can be asked of one person."""

from __future__ import annotations

#: name -> dotted path of a function `(attribution, person, *, level, rng) -> Estimate`.
MEASURES = {
    "induced_posts": "earned.measures.induced:induced_posts",
    "realized_posts": "earned.measures.realized:realized_posts",
    "internal_posts": "earned.measures.realized:internal_posts",
}
