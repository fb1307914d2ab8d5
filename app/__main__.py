"""The command line: `python -m app COMMAND`, or `connector-console COMMAND`."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import commands
from app import settings as all_settings
from app.commands import say
from app.settings import BadSetting, Settings

ROLES = ("viewer", "editor", "admin", "owner")
SAAS_ROLES = ("developer", "admin", "owner")
ROTATION = """\
Makes a new master key and locks the data key of every workspace with it; then gives every
workspace a new data key and seals its credentials, tokens and webhook secrets anew.

Consoles and workers go on meanwhile. Cut off at any point, the same command goes on from there.
The master key before stays beside the new one as master.key.old, since backups made until now
open only with it; `keys forget-old` deletes it. Replaced data keys go a day later by themselves.

Consoles on other machines read the same key file, or a copy of it: for copies, run
`keys rotate --prepare`, copy master.key.next beside each master.key, then run `keys rotate`,
and at last rename the copies to master.key.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(asked.do(_settings(asked), asked) or 0)
    except BadSetting as problem:
        return say(str(problem))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads has enough, as `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as problem:
        from app.troubles import in_words

        sentence = in_words(problem)
        if sentence is None:
            raise
        return say(sentence)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="connector-console",
        description="Build, test, run and share connectors.",
        epilog=all_settings.explained(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--data-dir", type=Path, help="instead of CONSOLE_DATA_DIR")
    words = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_running, _add_tables, _add_bootstrap, _add_files, _add_keys, _add_answers):
        add(words, folder)
    return parser


def _add_running(words: Any, folder: argparse.ArgumentParser) -> None:
    serve = words.add_parser("serve", parents=[folder], help="the console")
    serve.add_argument("--host", help="instead of CONSOLE_HOST")
    serve.add_argument("--port", help="instead of CONSOLE_PORT")
    serve.add_argument("--no-worker", action="store_true", help="serve only; workers run elsewhere")
    serve.add_argument(
        "--no-demo", action="store_true", help="no demo workspace, no practice service"
    )
    serve.set_defaults(do=commands.serve)
    worker = words.add_parser(
        "worker", parents=[folder], help="one more worker on the same database"
    )
    worker.add_argument("--concurrency", help="instead of CONSOLE_CONCURRENCY")
    worker.set_defaults(do=commands.work)


def _add_tables(words: Any, folder: argparse.ArgumentParser) -> None:
    migrate = words.add_parser("migrate", parents=[folder], help="bring the database up to date")
    migrate.set_defaults(do=commands.migrate)
    rollback = words.add_parser(
        "rollback", parents=[folder], help="drop everything the console keeps"
    )
    rollback.add_argument("--yes", action="store_true", help="yes, all of it")
    rollback.set_defaults(do=commands.rollback)


def _add_bootstrap(words: Any, folder: argparse.ArgumentParser) -> None:
    bootstrap = words.add_parser(
        "bootstrap", parents=[folder], help="a user, a workspace and an API key"
    )
    bootstrap.add_argument("--email", required=True)
    bootstrap.add_argument("--password", required=True)
    bootstrap.add_argument("--workspace", required=True, metavar="NAME")
    bootstrap.add_argument("--workspace-id", metavar="ID")
    bootstrap.add_argument("--role", choices=ROLES)
    bootstrap.add_argument("--saas-role", choices=SAAS_ROLES)
    bootstrap.set_defaults(do=commands.bootstrap)


def _add_files(words: Any, folder: argparse.ArgumentParser) -> None:
    export = words.add_parser(
        "export", parents=[folder], help="connectors and templates as files, without secrets"
    )
    export.add_argument("--workspace", metavar="ID")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.set_defaults(do=commands.export)
    imports = words.add_parser(
        "import", parents=[folder], help="connectors and templates from such files"
    )
    imports.add_argument("folder", type=Path, metavar="DIR")
    imports.set_defaults(do=commands.import_)


def _add_keys(words: Any, folder: argparse.ArgumentParser) -> None:
    keys = words.add_parser("keys", help="change the keys that lock stored secrets")
    acts = keys.add_subparsers(required=True, metavar="ACTION")
    rotate = acts.add_parser(
        "rotate",
        parents=[folder],
        help="a new master key and new data keys, while everything runs",
        description=ROTATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rotate.add_argument("--only", choices=("master", "data"), help="one kind of key instead of all")
    rotate.add_argument(
        "--prepare", action="store_true", help="make the next master key's file and stop"
    )
    rotate.set_defaults(do=commands.rotate_keys)
    forget = acts.add_parser(
        "forget-old",
        parents=[folder],
        help="delete the master key before the last change, once nothing is locked with it",
    )
    forget.set_defaults(do=commands.forget_old_key)


def _add_answers(words: Any, folder: argparse.ArgumentParser) -> None:
    openapi = words.add_parser("openapi", help="print the OpenAPI document")
    openapi.set_defaults(do=commands.openapi)
    address = words.add_parser(
        "database-url", parents=[folder], help="print the address of the database in use"
    )
    address.add_argument(
        "--owner", action="store_true", help="the owner's login, not the console's"
    )
    address.set_defaults(do=commands.database_url)


def _settings(asked: argparse.Namespace) -> Settings:
    """The environment's, changed by what was said on the command line."""
    said = {
        name: str(getattr(asked, name))
        for name in ("host", "port", "data_dir", "concurrency")
        if getattr(asked, name, None) is not None
    }
    return all_settings.read(os.environ, **said)


if __name__ == "__main__":
    sys.exit(main())
