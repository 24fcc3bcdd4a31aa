"""One page that needs nothing else: no script, no font, no picture from anywhere; it prints, and a phone shows it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from earned.model import Story
from earned.report import sections
from earned.report.style import CSS
from earned.report.words import esc


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
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{_policy()}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{esc(story.title)}</title><style>{CSS}</style></head>\n"
        f'<body><a class="skip" href="#leaders">Skip to the leaders</a>\n{sections.opening(story)}\n'
        f"<main>{main}</main>\n{sections.provenance(found)}</body></html>\n"
    ).replace("</section>", "</section>\n")


def _policy() -> str:
    """Only our own style may act, whatever a quoted post tries."""
    digest = b64encode(sha256(CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
