"""A real Dovecot, started once for a run of tests, with a folder of list mail."""

import atexit
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import servers
from data.made import NOW
from earned.channels.mailserver import Imap


def message(number, *, listed=True, parent=None, sender="Ada Q. <ada@a.example>"):
    lines = [
        f"From: {sender}", "To: talk@lists.example", f"Subject: Inventories {number}", f"Message-ID: <m{number}@a.example>",
        f"Date: Fri, 01 Mar 2024 10:{number:02}:00 +0000", "Received: from a by b; Fri, 01 Mar 2024 10:59:00 +0000",
    ]  # fmt: skip
    lines += ["List-Id: Talk <talk.lists.example>"] if listed else []
    lines += [f"In-Reply-To: <m{parent}@a.example>"] if parent else []
    return ("\r\n".join(lines) + f"\r\n\r\nWords number {number} on inventories.\r\n").encode()


def put(folder, number, **more):
    (folder / "new" / f"{number:010}.M1P1.host").write_bytes(message(number, **more))


@cache
def mailbox():
    """The one server of this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mail")))
    return stack.enter_context(servers.dovecot(place))


def open_recorded(folder):
    box = mailbox()
    if not list(box.folder.glob("*/0000000001*")):
        for number in range(1, 6):
            put(box.folder, number, parent=number - 1, listed=number != 4)
    known = Imap(now=lambda: NOW, key=b"of a test", password=lambda _: "secret-of-ada")
    return known, box.address(), None
