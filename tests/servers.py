"""Real servers from Debian packages, on loopback, each in a folder and a process group of its own, stopped by number.

One that does not start is a failure with the tail of its log, never a skip.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Seconds until a server must answer: the first start of a day is slow.
DEADLINE = 60.0
WORDPRESS = Path("/usr/share/wordpress")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def found(name: str, package: str) -> str:
    """The program, or a failure that says how it comes here."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    assert path, f"{name} is not installed: .ci/packages installs it (Debian package {package})"
    return path


@contextmanager
def running(
    words: list[str], log: Path, ready: Callable[[], bool], **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The process while it runs; its whole group is killed at the end."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True, cwd=log.parent,
            env={**os.environ, **environment},
        )  # fmt: skip
    try:
        until = time.monotonic() + DEADLINE
        while not ready():
            tail = log.read_text(errors="replace")[-3000:]
            assert process.poll() is None, f"{words[0]} ended at its start:\n{tail}"
            assert time.monotonic() < until, f"{words[0]} did not answer in {DEADLINE:.0f} s:\n{tail}"
            time.sleep(0.05)
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None or number == signal.SIGKILL:
                try:
                    os.killpg(process.pid, number)
                    process.wait(10)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue


def listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Mailbox:
    """A Dovecot with one user, ada, whose mail lies in a Maildir."""

    port: int
    folder: Path
    #: The authority that made its certificate; None: it speaks in the clear.
    authority: Path | None = None

    def address(self, name: str = "INBOX", host: str = "localhost") -> str:
        if self.authority:
            return f"imap://ada@{host}:{self.port}/{name}"
        return f"imap+plain://ada@127.0.0.1:{self.port}/{name}"


def certificate(folder: Path, host: str) -> tuple[Path, Path, Path]:
    """A certificate for `host` by an authority made for it: the authority's file, the certificate's, its key's."""
    program = found("openssl", "openssl")
    folder.mkdir(parents=True, exist_ok=True)
    authority, issuer, made, key = (folder / name for name in ("ca.pem", "ca.key", "server.pem", "server.key"))
    more = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    for words in (
        ["-subj", "/CN=Authority of a test", "-addext", "keyUsage=critical,keyCertSign", "-keyout", issuer, "-out", authority],
        ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-addext", "basicConstraints=critical,CA:FALSE",
         "-CA", authority, "-CAkey", issuer, "-keyout", key, "-out", made],
    ):  # fmt: skip
        done = subprocess.run(
            [program, "req", "-x509", *more, *map(str, words)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return authority, made, key


@contextmanager
def dovecot(folder: Path, *, host: str = "") -> Iterator[Mailbox]:
    """Dovecot as the user who runs the tests (its login processes as nobody), static password, one Maildir.

    With a `host` it speaks TLS only, with a certificate for that name.
    """
    program, port, mail = found("dovecot", "dovecot-imapd"), free_port(), folder / "mail"
    for name in ("base", "state", "mail/cur", "mail/new", "mail/tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    root = os.geteuid() == 0
    owner, group = (65534, 65534) if root else (os.getuid(), os.getgid())
    if root:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, group)
        for parent in (folder, *folder.parents[:-1]):  # the mail's owner must reach it
            if parent != Path("/tmp"):
                parent.chmod(parent.stat().st_mode | 0o111)
    users = (
        "default_login_user = nobody\ndefault_internal_user = nobody\ndefault_internal_group = nogroup\n"
        if root
        else ""
    )
    authority, speaks, clear, closed = None, "ssl = no\ndisable_plaintext_auth = no", port, 0
    if host:
        authority, made, key = certificate(folder / "tls", host)
        speaks, clear, closed = f"ssl = required\nssl_cert = <{made}\nssl_key = <{key}", 0, port
    config = folder / "dovecot.conf"
    config.write_text(
        f"""{users}base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/mail.log
protocols = imap
listen = 127.0.0.1
{speaks}
mail_location = maildir:{mail}
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password=secret-of-ada
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {clear}
  }}
  inet_listener imaps {{
    port = {closed}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""",
        encoding="utf-8",
    )
    with running([program, "-F", "-c", str(config)], folder / "dovecot.log", lambda: _greets(port, authority)):
        yield Mailbox(port, mail, authority)


def _greets(port: int, authority: Path | None) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as one:
            if authority:
                context = ssl.create_default_context(cafile=authority)
                with context.wrap_socket(one, server_hostname="localhost") as spoken:
                    return spoken.recv(64).startswith(b"* OK")
            return one.recv(64).startswith(b"* OK")
    except OSError:
        return False


@dataclass(frozen=True)
class Site:
    """A WordPress with its database."""

    address: str
    folder: Path
    socket: Path

    def php(self, code: str) -> str:
        """Run code inside WordPress; what it prints."""
        script = self.folder / "run.php"
        script.write_text(f"<?php require __DIR__ . '/wp-load.php'; {code}", encoding="utf-8")
        done = subprocess.run(
            ["php", str(script)], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@contextmanager
def wordpress(folder: Path) -> Iterator[Site]:
    """Debian's WordPress on a MariaDB of its own, served by PHP."""
    php = found("php", "php-cli")
    assert (WORDPRESS / "wp-load.php").exists(), "WordPress is not installed: .ci/packages installs it"
    port, site = free_port(), folder / "site"
    shutil.copytree(WORDPRESS, site, symlinks=False, ignore_dangling_symlinks=True)
    with ExitStack() as stack:
        place = stack.enter_context(mariadb(folder / "database"))
        (site / "wp-config.php").write_text(
            f"""<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{place}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', 'http://127.0.0.1:{port}');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('DISABLE_WP_CRON', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT',
          'NONCE_SALT'] as $name) {{ define($name, 'of a test'); }}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
""",
            encoding="utf-8",
        )
        (site / "install.php").write_text(
            "<?php define('WP_INSTALLING', true); require __DIR__ . '/wp-load.php';"
            "require_once ABSPATH . 'wp-admin/includes/upgrade.php';"
            "wp_install('Inventories', 'ada', 'ada@a.example', true, '', 'a password of a test'); echo 'installed';",
            encoding="utf-8",
        )
        done = subprocess.run([php, str(site / "install.php")], capture_output=True, text=True, check=False)
        assert "installed" in done.stdout, done.stdout + done.stderr
        words = [php, "-S", f"127.0.0.1:{port}", "-t", str(site)]
        stack.enter_context(running(words, folder / "php.log", lambda: listens(port), PHP_CLI_SERVER_WORKERS="3"))
        yield Site(f"http://127.0.0.1:{port}", site, place)


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """A MariaDB that only listens on a socket; where that is."""
    server, make = found("mariadbd", "mariadb-server"), found("mariadb-install-db", "mariadb-server")
    folder.mkdir(parents=True)
    user = ["--user=root"] if os.geteuid() == 0 else []
    words = [make, "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal", *user]
    done = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    place = folder / "s"
    words = [
        server, "--no-defaults", f"--datadir={folder}/data", f"--socket={place}", "--skip-networking", *user,
        f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
    ]  # fmt: skip
    client = found("mariadb", "mariadb-client")
    ask = [client, "--no-defaults", "-uroot", f"--socket={place}", "-e", "CREATE DATABASE IF NOT EXISTS wordpress"]

    def ready() -> bool:
        return place.exists() and subprocess.run(ask, capture_output=True, check=False).returncode == 0

    with running(words, folder / "log", ready):
        yield place


class Letters:
    """A mail server's memory."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[str, Letters]]:
    """An aiosmtpd that takes letters, but none for nobody@...; what EARNED_SMTP is set to, and what it took."""
    kept, port = Letters(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}?from=desk@earned.example", kept
    finally:
        controller.stop()
