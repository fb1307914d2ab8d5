"""What each command does; a command imports what it needs, so that `--help` comes at once."""

import argparse
import json
import sys

from app.settings import Settings


def serve(settings: Settings, asked: argparse.Namespace) -> int:
    from app import serving

    return serving.serve(settings, with_worker=not asked.no_worker, with_demo=not asked.no_demo)


def work(settings: Settings, asked: argparse.Namespace) -> int:
    from app import serving

    return serving.work(settings)


def migrate(settings: Settings, asked: argparse.Namespace) -> int:
    from app.serving import database_of
    from db.migrate import migrate

    with database_of(settings) as logins:
        migrate(logins.owner_url)
    return 0


def rollback(settings: Settings, asked: argparse.Namespace) -> int:
    if not asked.yes:
        return say("This drops every table of the console, with all data. Say so with --yes.")
    from app.serving import database_of
    from db.migrate import rollback

    with database_of(settings) as logins:
        rollback(logins.owner_url)
    return 0


def bootstrap(settings: Settings, asked: argparse.Namespace) -> int:
    from app.serving import bootstrap

    made = bootstrap(
        settings,
        email=asked.email,
        password=asked.password,
        workspace=asked.workspace,
        workspace_id=asked.workspace_id,
        role=asked.role,
        saas_role=asked.saas_role,
    )
    print(json.dumps(made))
    return 0


def export(settings: Settings, asked: argparse.Namespace) -> int:
    from app.files import export_to

    count = export_to(settings, asked.folder, asked.workspace)
    print(f"{count} were written to {asked.folder}.", file=sys.stderr)
    return 0


def import_(settings: Settings, asked: argparse.Namespace) -> int:
    from app.files import import_from

    count, left_out, told = import_from(settings, asked.folder)
    print(f"{count} were read from {asked.folder}.", file=sys.stderr)
    for one in left_out:
        print(f"Left out: there is no workspace {one} here.", file=sys.stderr)
    for one in told:
        print(one, file=sys.stderr)
    return 1 if left_out else 0


def rotate_keys(settings: Settings, asked: argparse.Namespace) -> int:
    from app import key_commands

    return (
        key_commands.prepare(settings)
        if asked.prepare
        else key_commands.rotate(settings, asked.only)
    )


def forget_old_key(settings: Settings, asked: argparse.Namespace) -> int:
    from app import key_commands

    return key_commands.forget_old(settings)


def openapi(settings: Settings, asked: argparse.Namespace) -> int:
    from app.main import described

    json.dump(described(), sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


def database_url(settings: Settings, asked: argparse.Namespace) -> int:
    from app.serving import database_of

    with database_of(settings) as logins:
        print(logins.owner_url if asked.owner else logins.console_url)
    return 0


def say(problem: str) -> int:
    print(problem, file=sys.stderr)
    return 2
