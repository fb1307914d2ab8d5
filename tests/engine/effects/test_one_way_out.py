"""Nothing but the effects opens a connection: not with a socket, not with a library."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
CLIENTS = {
    "socket",
    "ssl",
    "httpx",
    "httpcore",
    "httptools",
    "urllib.request",
    "http.client",
    "requests",
    "aiohttp",
    "urllib3",
    "smtplib",
    "ftplib",
}
OPENERS = {"open_connection", "create_connection", "open_unix_connection", "sock_connect"}
# Servers and database launchers listen and look for free ports; they call nobody.
EXCEPTED = ("engine/effects/", "app/practice/", "app/serving.py", "db/")


def sources():
    for folder in ("app", "components", "engine", "db"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.relative_to(ROOT).as_posix().startswith(EXCEPTED):
                yield path


def imported(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(source: str):
    tree = ast.parse(source)
    for name in imported(tree):
        parts = name.split(".")
        if CLIENTS & {".".join(parts[:length]) for length in (1, 2)}:
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in OPENERS:
            yield node.attr


def test_only_effects_open_connections():
    found = {
        f"{path.relative_to(ROOT)}: {offence}"
        for path in sources()
        for offence in offences(path.read_text())
    }
    assert found == set()


def test_the_lint_sees_what_it_is_looking_for():
    for source in (
        "import socket",
        "from urllib import request",
        "import urllib.request as r",
        "from http.client import HTTPConnection",
        "def f():\n    import httpx",
        "async def f():\n    await asyncio.open_connection('a', 1)",
    ):
        assert list(offences(source)), source
    assert not list(offences("from urllib.parse import quote\nimport http"))
