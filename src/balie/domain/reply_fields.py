"""The fields of a saved reply: `{naam}` and a few more, put in by plain replacement.

No template engine ever sees what employees save (guide: safety, A22).
"""

import re
from collections.abc import Mapping

FIELDS = ("naam", "vraagnummer", "belofte", "medewerker")
_FIELD = re.compile(r"\{\s*(\w{1,40})\s*\}")


def unknown_fields(text: str) -> list[str]:
    """Return what stands in braces in a text and is no field, as it was written."""
    found = dict.fromkeys(match[0] for match in _FIELD.finditer(text) if match[1] not in FIELDS)
    return list(found)


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields replaced, once: a value is never read for fields again."""
    return _FIELD.sub(lambda match: values.get(match[1], match[0]), text)
