"""JSON, moments and digests, each only as it is written."""

import datetime
import json
import re

HEX = {16: re.compile("[0-9a-f]{16}"), 64: re.compile("[0-9a-f]{64}"), 128: re.compile("[0-9a-f]{128}")}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


class Wrong(Exception):
    """Something is not as it is documented, and what follows from it cannot be looked at."""


def document(data):
    """A JSON document without a member that is there twice, and without a number that is none."""

    def unique(pairs):
        members = dict(pairs)
        if len(members) != len(pairs):
            raise Wrong("a member is there twice")
        return members

    def refused(word):
        raise Wrong(f"{word} is no number")

    try:
        text = data.decode() if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=unique, parse_constant=refused)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"is no JSON: {error}") from error


def is_hex(value, digits):
    return isinstance(value, str) and HEX[digits].fullmatch(value) is not None


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def moment(text):
    """A moment that is written as moments are, in seconds since 1970; nothing otherwise."""
    if not isinstance(text, str) or not MOMENT.fullmatch(text):
        return None
    try:
        return int(datetime.datetime.fromisoformat(text).timestamp())
    except ValueError:
        return None


def lines(data):
    """The lines of a text in UTF-8, each of which ends with a line feed."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Wrong(f"is no UTF-8: {error}") from error
    if not text.endswith("\n"):
        raise Wrong("does not end with a line feed")
    return text[:-1].split("\n")


def is_object(value, members, optional=()):
    """Whether it is an object with these members, and no others but optional ones."""
    return isinstance(value, dict) and set(members) <= set(value) <= {*members, *optional}


def canonical(value):
    """JSON with sorted keys and without white space."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
