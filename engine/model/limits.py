"""How large the parts of a definition may be. Published with its JSON Schema."""

from typing import Final

MB: Final = 1024 * 1024

STEPS: Final = 200
NESTING: Final = 4
TIMEOUT_MS: Final = 600_000
RETRIES: Final = 20
WAIT_MS: Final = 3_600_000  # the longest pause before a retry, whoever asks for it
WAIT_STEP_MS: Final = 2_592_000_000  # 30 days
POLL_MS: Final = 86_400_000
PAGES: Final = 1_000
PERFORMED: Final = 100_000  # steps of one run, those inside a loop counted for each item
ITEMS: Final = 10_000
AT_ONCE: Final = 20
CALLS_PER_SECOND: Final = 10_000
HELD_S: Final = 604_800  # how long a run waits for a quota or a login before it fails: 7 days
CACHE_S: Final = 31_536_000
MAPPINGS: Final = 200
NAMED: Final = 200  # rules, extracted names, set values, members of a query, headers
EXPRESSIONS: Final = 3_000  # in one connector, its mappings included
CONNECTOR_BYTES: Final = MB  # its config, input schema and mappings
TEXT: Final = 65_536
PATH: Final = 512  # characters of a path into an answer
SCHEMA_PARTS: Final = 500  # objects in an input schema
FOUND: Final = 10_000  # values one path may find
ANSWER_BYTES: Final = 8 * MB  # as it comes over the wire
DECODED_BYTES: Final = 16 * MB  # unpacked
VALUE_BYTES: Final = 32 * MB  # all that one step keeps, or puts into one body
BODY_BYTES: Final = 4 * MB  # a body sent to our API
IMPORT_BYTES: Final = 64 * MB
DEPTH: Final = 64  # levels of a JSON value

PUBLISHED: Final = {
    "steps": STEPS,
    "nesting": NESTING,
    "steps_performed": PERFORMED,
    "answer_bytes": ANSWER_BYTES,
    "answer_decoded_bytes": DECODED_BYTES,
    "value_bytes": VALUE_BYTES,
    "api_body_bytes": BODY_BYTES,
    "import_bytes": IMPORT_BYTES,
    "text_characters": TEXT,
    "path_characters": PATH,
    "values_per_path": FOUND,
    "input_schema_parts": SCHEMA_PARTS,
    "expressions": EXPRESSIONS,
    "connector_bytes": CONNECTOR_BYTES,
    "json_depth": DEPTH,
    "redirects": 3,
    "longest_retry_after_s": 3_600,
    "longest_hold_s": HELD_S,
}
