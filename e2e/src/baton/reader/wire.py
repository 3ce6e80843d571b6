"""Protobuf's wire format, and what a deterministic writer never does in it.

Nothing is taken from a protobuf library: a second opinion that shares code with the first is none.
"""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class Malformed(Exception):
    """The bytes are no protobuf."""


def varint(data, at):
    """The number that begins at an offset, where the next thing begins, and whether it is as short as it can be."""
    value, shift = 0, 0
    while True:
        if at >= len(data):
            raise Malformed("a number is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at, byte != 0 or shift == 0
        shift += 7
        if shift > 63:
            raise Malformed("a number is longer than ten bytes")


def signed(value):
    """A 64-bit number as `int32` and `int64` mean it."""
    return value - 2**64 if value >= 2**63 else value


def fields(data, report):
    """Field number, wire type and value of everything in a message, in the order in which it was written."""
    at = 0
    while at < len(data):
        tag, at, is_short = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("field number 0")
        if kind == VARINT:
            value, at, is_value_short = varint(data, at)
            is_short = is_short and is_value_short
        elif kind == BYTES:
            length, at, is_length_short = varint(data, at)
            is_short = is_short and is_length_short
            value, at = taken(data, at, length)
        elif kind == FIXED64:
            value, at = taken(data, at, 8)
        elif kind == FIXED32:
            value, at = taken(data, at, 4)
        else:
            raise Malformed(f"wire type {kind}")
        if not is_short:
            report(f"field {number} has a number with superfluous bytes")
        yield number, kind, value


def taken(data, at, length):
    if at + length > len(data):
        raise Malformed("a field is cut off")
    return data[at : at + length], at + length
