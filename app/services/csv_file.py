"""Reads a CSV file of whatever making: its encoding, its delimiter, its column titles."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from app.services.csv_rows import Broken, rows
from app.services.problems import BadInput, Wrong
from db.contacts import FIELDS

SAMPLE: Final = 64 * 1024
DELIMITERS: Final = (",", ";", "\t")
MOST_COLUMNS: Final = 500

# What other programs call our columns; compared without case, blanks and punctuation.
SYNONYMS: Final = {
    "email": "email emailaddress mail mailaddress primaryemail workemail businessemail",
    "phone": "phone phonenumber telephone tel mobile mobilephone cell cellphone workphone",
    "first_name": "firstname givenname forename first vorname prenom",
    "last_name": "lastname surname familyname last nachname nom",
    "company": "company companyname organization organisation org account accountname employer "
    "firma",
    "job_title": "jobtitle title position role jobposition",
    "website": "website web url homepage site companywebsite domain",
    "linkedin_url": "linkedinurl linkedin linkedinprofile personlinkedinurl linkedinprofileurl",
    "street": "street streetaddress address address1 addressline1 mailingstreet",
    "city": "city town locality mailingcity ort",
    "state": "state region province stateprovince stateregion mailingstate",
    "postal_code": "postalcode zip zipcode postcode plz mailingzippostalcode",
    "country": "country countryregion nation mailingcountry land",
}
FIELD_OF: Final = {
    name: field for field, names in SYNONYMS.items() for name in (*names.split(), field)
}


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: what it is, its titles, and its rows as they are read."""

    encoding: str
    delimiter: str
    titles: list[str]
    rows: Iterator[list[str] | Broken]


def open_table(file: BinaryIO) -> Table:
    file.seek(0)
    sample = file.read(SAMPLE)
    file.seek(0)
    encoding = encoding_of(sample, file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    delimiter = delimiter_of(sample.decode(encoding, "replace"))
    table_rows = rows(text, delimiter)
    titles = next(table_rows, None)
    if not isinstance(titles, list) or not any(title.strip() for title in titles):
        raise BadInput([Wrong("file", "The first row must name the columns.")])
    if len(titles) > MOST_COLUMNS:
        raise BadInput([Wrong("file", f"A file may have at most {MOST_COLUMNS} columns.")])
    return Table(encoding, delimiter, [title.strip() for title in titles], table_rows)


def encoding_of(sample: bytes, file: BinaryIO) -> str:
    """UTF-8 if it can be; the two UTF-16 by their mark; else what Western spreadsheets write."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample[1:200:2].count(0) > len(sample[1:200:2]) // 2:
        return "utf-16-le"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(1 << 20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(text: str) -> str:
    """The one that cuts the first lines most often outside of quotes."""
    bare = re.sub(r'"[^"]*"', "", text)
    first = next((line for line in bare.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def fields_of(titles: list[str], mapping: dict[str, str | None] | None) -> list[str | None]:
    """Which field each column fills; `data.<title>` where it is none of the standard ones."""
    chosen: list[str | None] = []
    wrong: list[Wrong] = []
    mapping = mapping or {}
    for title in mapping:
        if title not in titles:
            wrong.append(Wrong(f"mapping.{title}", "The file has no column with this title."))
    for title in titles:
        field = mapping[title] if title in mapping else guess(title)
        if field is not None and field not in FIELDS and not _is_data(field):
            wrong.append(Wrong(f"mapping.{title}", f"There is no field called {field}."))
        if field is not None and field in chosen:
            if title in mapping:
                wrong.append(Wrong(f"mapping.{title}", f"Two columns would fill {field}."))
            field = f"data.{data_name(title)}" if f"data.{data_name(title)}" not in chosen else None
        chosen.append(field)
    if wrong:
        raise BadInput(wrong)
    return chosen


def guess(title: str) -> str | None:
    plain = re.sub(r"[\W_]+", "", title.lower())
    if not plain:
        return None
    if title.startswith("data.") and _is_data(title):
        return title
    return FIELD_OF.get(plain) or f"data.{data_name(title)}"


def data_name(title: str) -> str:
    return re.sub(r"\W+", "_", title.strip().lower()).strip("_")[:100] or "column"


def _is_data(field: str) -> bool:
    return field.startswith("data.") and 5 < len(field) <= 105
