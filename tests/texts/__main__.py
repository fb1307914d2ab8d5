"""Brings the catalogues up to date: `python -m tests.texts`."""

from components.texts import ENGLISH, languages
from tests.texts.said import renewed, strings_of, write

for code in languages():
    if code != ENGLISH:
        renew = renewed(code)
        write(code, renew)
        missing = sum(1 for message in renew if message.id and not all(strings_of(message)))
        print(f"{code}: {len(renew)} texts, {missing} of them not translated yet.")
