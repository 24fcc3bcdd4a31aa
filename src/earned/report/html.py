"""One page that needs nothing else: no script, no font, no picture from anywhere; it prints, and a phone shows it."""

from __future__ import annotations

from earned.model import Story
from earned.report import sections
from earned.report.head import head


def render(story: Story) -> str:
    """The whole report as one HTML document."""
    found = story.leadership
    main = "".join(
        (
            sections.leaders(found),
            sections.conversation(story.weeks),
            sections.receipts(story.receipts),
            sections.planted(story.found_and_planted),
            sections.cannot_tell(found.cannot_tell),
            sections.how_to_read(found),
        )
    )
    return (
        f'{head(story.title)}<body><a class="skip" href="#leaders">Skip to the leaders</a>\n{sections.opening(story)}\n'
        f"<main>{main}</main>\n{sections.provenance(found)}</body></html>\n"
    ).replace("</section>", "</section>\n")
