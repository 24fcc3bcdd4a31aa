"""The head that every page of ours begins with: nothing may act but our own style, whatever a quoted post tries."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from earned.report.style import CSS
from earned.report.words import esc


def head(title: str) -> str:
    """Everything before <body> of a document that needs nothing else."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{_policy()}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{esc(title)}</title><style>{CSS}</style></head>\n"
    )


def _policy() -> str:
    """Only our own style may act."""
    digest = b64encode(sha256(CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
