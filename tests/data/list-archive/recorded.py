"""Fixture, made by code in the form of Pipermail's pages: a table of months, mbox files with masked addresses, gzip."""

import gzip

from data.made import NOW
from earned.channels.base import Answer
from earned.channels.mailserver import ListArchive
from earned.errors import Missing

PAGE = "https://lists.example/pipermail/talk/"


def message(number, month, parent=None):
    reply = f"In-Reply-To: <m{parent}@a.example>\n" if parent else ""
    return (
        f"From ada at a.example  Fri {month} {number:2} 10:00:00 2024\nFrom: ada at a.example (Ada Q.)\n"
        f"Date: Fri, {number:02} {month} 2024 10:00:00 +0000\nSubject: [talk] Inventories {number}\n{reply}"
        f"Message-ID: <m{month}{number}@a.example>\n\nWords number {number} of {month}.\n\n"
    )  # fmt: skip


class Lists:
    """A page and its files, as bytes."""

    def __init__(self):
        march = "".join(message(n, "Mar") for n in range(1, 4))
        self.files = {
            "2024-February.txt.gz": gzip.compress("".join(message(n, "Feb") for n in range(1, 3)).encode(), mtime=0),
            "2024-March.txt": march.encode(),
        }
        self.asked = []

    def get(self, url, *, headers=None, most=0):
        self.asked.append(url)
        name = url.removeprefix(PAGE)
        if not name:
            links = "".join(f'<td><a href="{one}">Text</a></td>' for one in reversed(self.files))
            other = '<a href="https://other.example/2023-May.txt">x</a><a href="2024-March/thread.html">Thread</a>'
            return Answer(200, url, {}, f"<html><table>{links}</table>{other}".encode())
        if name not in self.files:
            raise Missing("web", url, "answered 404", permanent=False)
        return Answer(200, url, {}, self.files[name])


def open_recorded(folder):
    return ListArchive(now=lambda: NOW, key=b"of a test"), PAGE, Lists()
