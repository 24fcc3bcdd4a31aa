"""Where conversation happens: one table, one file a channel, imported on first use."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from earned.channels.addresses import host_of
from earned.channels.archives.channel import Archive
from earned.channels.base import Channel, Net, Source
from earned.errors import InputError

#: name -> dotted path of the class. The order is the order in which `recognise` is asked.
CHANNELS = {
    "proposals": "earned.channels.proposals:Proposals",
    "x": "earned.channels.archives.x:X",
    "linkedin": "earned.channels.archives.linkedin:LinkedIn",
    "mastodon-archive": "earned.channels.archives.mastodon:MastodonArchive",
    "bluesky-car": "earned.channels.archives.bluesky_car:BlueskyCar",
    "substack": "earned.channels.archives.substack:Substack",
    "medium": "earned.channels.archives.medium:Medium",
    "reddit": "earned.channels.archives.reddit:Reddit",
    "youtube": "earned.channels.archives.youtube:YouTube",
    "wxr": "earned.channels.archives.wxr:Wxr",
    "ghost": "earned.channels.archives.ghost:Ghost",
    "answers": "earned.channels.archives.answers:PastedAnswers",
    "mail": "earned.channels.archives.mail:Mail",
    "hackernews": "earned.channels.hackernews:HackerNews",
    "mastodon": "earned.channels.mastodon:Mastodon",
    "bluesky": "earned.channels.bluesky:Bluesky",
    "bluesky-stream": "earned.channels.bluesky_stream:BlueskyStream",
    "imap": "earned.channels.mailserver:Imap",
    "list-archive": "earned.channels.mailserver:ListArchive",
    "wordpress": "earned.channels.wordpress:WordPress",
    "feed": "earned.channels.feed:Feed",
    "calendar": "earned.channels.calendar:Calendar",
    "records": "earned.channels.records:Records",
}

_WANTED = (
    "Earned reads posts in JSON Lines, CSV or Parquet (plain or gzip), RSS, Atom and JSON feeds, OPML lists,"
    " git clones of PEPs, EIPs or numbered proposals, and what services export to their members (X, LinkedIn,"
    " Mastodon, Bluesky, Substack, Medium, Reddit, YouTube, WordPress, Ghost),"
    " mbox files and Maildir folders, answers copied by hand, and calendars as news; docs/channels.md says how each looks."
)
_ARCHIVES = {
    b"PK\x03\x04": "a zip file", b"PK\x05\x06": "an empty zip file", b"7z\xbc\xaf": "a 7z file", b"Rar!": "a rar file",
    b"%PDF": "a PDF", b"SQLite format 3\0": "an SQLite database", b"\x28\xb5\x2f\xfd": "a zstd file",
    b"BZh": "a bzip2 file", b"\xfd7zXZ": "an xz file",
}  # fmt: skip


def channel(name: str) -> Channel:
    """The channel called `name`.

    Raises:
        KeyError: no such channel.
    """
    module, _, attribute = CHANNELS[name].partition(":")
    made: Channel = getattr(import_module(module), attribute)()
    return made


def recognise(given: str, *, net: Net, make: Callable[[str], Channel] = channel) -> Source:
    """What a person gave and which channel reads it, by content; a folder of readable files counts as one source.

    Args:
        given: A URL, a file, a folder, or "-" for standard input.
        net: The client for URLs.
        make: Gives the channel of a name, with what it needs to sign in.

    Raises:
        InputError: nobody reads it; says what was looked for.
        ChannelError: a channel claims it and it cannot be read.
    """
    if not given.strip():
        raise InputError("nothing", "no address, file or folder was given.", _WANTED)
    _refuse_closed(given)
    found: list[Source] = []
    for name in CHANNELS:
        reader = make(name)
        if found and not isinstance(reader, Archive):
            break
        if source := reader.recognise(given, net=net):
            found.append(source)
            if not isinstance(reader, Archive):
                break
    if len(found) > 1:
        names = " and ".join(f"{one.what} ({one.channel})" for one in found)
        raise InputError(given, f"looks like {names} at once.", "Give the two parts one by one.")
    if found:
        return found[0]
    if given == "-":
        raise InputError("standard input", "neither JSON Lines, CSV nor Parquet.", _WANTED)
    if "://" in given:
        raise _no_page(given)
    path = Path(given).expanduser()
    raise _no_folder(path) if path.is_dir() else _unreadable(given, path)


#: Sites that do not let programs read them -> what to do instead.
_CLOSED = {
    "linkedin.com": (
        "LinkedIn is not read from the web",
        "Ask it for your own posts (Settings, Data privacy, Get a copy of your data) and give the zip; answers by others are"
        " copied by hand (docs/channels.md, answers).",
    ),
    **dict.fromkeys(
        ("x.com", "twitter.com"),
        (
            "X is not read from the web",
            "Ask it for your own posts (Settings, Your account, Download an archive of your data) and give the zip; answers by"
            " others are copied by hand (docs/channels.md, answers).",
        ),
    ),
    **dict.fromkeys(
        ("facebook.com", "instagram.com", "threads.net", "threads.com", "tiktok.com"),
        (
            "this site is not read from the web",
            "Answers that you copy from it can be given (docs/channels.md, answers).",
        ),
    ),
}


#: Where forges keep repositories: there a clone is read, not the page.
_FORGES = ("github.com", "gitlab.com", "codeberg.org")


def _refuse_closed(given: str) -> None:
    """Say at once what to do about a site that Earned leaves alone, and about addresses that stand for another one."""
    whole = given if "://" in given else f"https://{given}"
    if not whole.lower().startswith(("http://", "https://")) or Path(given).expanduser().exists():
        return
    host, path = host_of(whole), whole.split("://", 1)[1].partition("/")[2]
    for name, (reason, way_out) in _CLOSED.items():
        if host == name or host.endswith(f".{name}"):
            raise InputError(given, f"{reason}.", way_out)
    if host in ("medium.com", "www.medium.com") and path.startswith("@"):
        raise InputError(
            given, "a profile on Medium.", f"Give its feed: https://medium.com/feed/{path.partition('/')[0]}"
        )
    if host.removeprefix("www.") == "youtube.com":
        raise InputError(
            given, "YouTube is not read from the web.", "Your own comments come with Google Takeout: give its zip."
        )


def _no_page(given: str) -> InputError:
    """Why an address is nobody's."""
    scheme, host = given.partition("://")[0], host_of(given)
    if scheme.lower() not in ("http", "https"):
        return InputError(
            given, f"addresses that begin with {scheme}:// are not read.", "Fetch it yourself and give the file."
        )
    if host in _FORGES:
        return InputError(given, "a page of a forge.", f"Clone the repository (git clone {given}) and give its folder.")
    return InputError(given, "not a feed, and the page names none.", _WANTED)


def _no_folder(path: Path) -> InputError:
    if (path / ".git").exists():
        return InputError(str(path), "a git repository, but without PEPs, EIPs or numbered proposals.", _WANTED)
    count = sum(1 for one in path.iterdir() if one.is_file())
    return InputError(str(path), f"a folder without git and with no file of posts ({count} files seen).", _WANTED)


def _unreadable(given: str, path: Path) -> InputError:
    """Why a file is nobody's."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        return InputError(given, "no such file or folder.", _meant(given))
    except (OSError, ValueError) as fault:
        return InputError(given, f"cannot be opened ({fault}).")
    if not head:
        return InputError(given, "the file is empty.", _WANTED)
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            if what == "a zip file":
                return _foreign_zip(given, path)
            return InputError(given, f"{what}, which Earned does not open.", "Unpack or export it. " + _WANTED)
    if b"\0" in head and not head.startswith(b"\x1f\x8b"):
        return InputError(given, "a binary file of an unknown kind.", _WANTED)
    if head.lstrip().startswith(b"["):
        return InputError(given, "one JSON list.", "Write one object a line, for example with: jq -c '.[]'")
    return InputError(given, "a text in which no posts were found.", _WANTED)


def _meant(given: str) -> str:
    """What somebody may have meant who wrote no file's name."""
    web = given.partition("/")[0]
    if given.startswith("@"):
        return "An account on Mastodon is given as @NAME@HOST, or as the address of its profile."
    if given.startswith("#"):
        return f"A hashtag is given with its server: https://HOST/tags/{given[1:]}"
    if web.endswith(".bsky.social") and web == given:
        return f"If it is an account on Bluesky: https://bsky.app/profile/{given}"
    return f"If it is a web address, write https://{given}" if "." in web and " " not in web else ""


def _foreign_zip(given: str, path: Path) -> InputError:
    """A zip in which no post was found; often the export is one zip deeper."""
    try:
        with zipfile.ZipFile(path) as packed:
            inner = [name for name in packed.namelist() if name.lower().endswith(_PACKED)]
    except (zipfile.BadZipFile, OSError, ValueError):
        inner = []
    if inner:
        more = f" and {len(inner) - 1} more" if len(inner) > 1 else ""
        reason = f"a zip file that holds another archive ({inner[0][:80]}{more}), which is not opened."
        return InputError(given, reason, "Unpack it and give the archive inside.")
    return InputError(given, "a zip file, in which nothing that Earned reads was found.", _WANTED)


_PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".gz")
