"""The ZIP file: a package can be written in one way only, so what lies around its files is written anew and compared."""

import re
import struct
import zlib
from dataclasses import dataclass

LAST = ("manifest.json", "manifest.sig")
NAME = re.compile(r"[a-z][a-z0-9.-]{0,63}")
MOST_ENTRIES = 64
MOST_OF_THE_LAST = 1 << 20
MANY = 0xFFFFFFFF
STORED, DEFLATED = 0, 8
# Of 1980-01-01: the time is 0, and this is the date.
DATE = 0x0021

END = struct.Struct("<4s4H2IH")
ZIP64_END = struct.Struct("<4sQ2H2I4Q")
LOCATOR = struct.Struct("<4sIQI")
DIRECTORY = struct.Struct("<4s6H3I5H2I")
LOCAL = struct.Struct("<4s5H3I2H")


class Unreadable(Exception):
    """There is no package to look into."""


@dataclass
class Entry:
    name: str
    method: int
    check: int
    size: int
    packed: bytes
    packed_size: int
    offset: int

    def apart(self):
        return self.size >= MANY or self.packed_size >= MANY

    def sizes(self):
        """The packed size and the size as headers tell them, and the extra field."""
        if not self.apart():
            return (self.packed_size, self.size), b""
        return (MANY, MANY), struct.pack("<2Q", self.size, self.packed_size)

    def local(self):
        sizes, apart = self.sizes()
        extra, name = field(apart), self.name.encode()
        version = 45 if extra else 20
        head = (b"PK\3\4", version, 0, self.method, 0, DATE, self.check, *sizes, len(name), len(extra))
        return LOCAL.pack(*head) + name + extra

    def directory(self):
        sizes, apart = self.sizes()
        if self.offset >= MANY:
            apart += struct.pack("<Q", self.offset)
        extra, name = field(apart), self.name.encode()
        version = 45 if extra else 20
        head = (b"PK\1\2", version, version, 0, self.method, 0, DATE, self.check, *sizes, len(name), len(extra))
        return DIRECTORY.pack(*head, 0, 0, 0, 0, min(self.offset, MANY)) + name + extra

    def unpacked(self, size):
        """Its bytes, where there are as many as this and no more."""
        if self.method == STORED:
            if len(self.packed) != size:
                raise Unreadable(f"{self.name}: has {len(self.packed)} bytes and should have {size}")
            data = self.packed
        else:
            data = inflated(self.name, self.packed, size)
        if zlib.crc32(data) != self.check:
            raise Unreadable(f"{self.name}: the check sum is not that of its bytes")
        return data


def inflated(name, packed, size):
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # A limit of 0 means none, so that one byte more than there should be is asked for.
        data = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise Unreadable(f"{name}: cannot be unpacked: {error}") from error
    if len(data) != size or not stream.eof:
        raise Unreadable(f"{name}: is not unpacked to {size} bytes, but to {'more' if len(data) > size else len(data)}")
    if stream.unused_data or stream.unconsumed_tail:
        raise Unreadable(f"{name}: something is behind what was packed")
    return data


def field(apart):
    return struct.pack("<2H", 1, len(apart)) + apart if apart else b""


def end(count, size, offset):
    """What comes behind the directory."""
    told = b""
    if size >= MANY or offset >= MANY:
        told = ZIP64_END.pack(b"PK\6\6", ZIP64_END.size - 12, 45, 45, 0, 0, count, count, size, offset)
        told += LOCATOR.pack(b"PK\6\7", 0, offset + size, 1)
    return told + END.pack(b"PK\5\6", 0, 0, count, count, min(size, MANY), min(offset, MANY), 0)


def read(data):
    """The entries of a package in their order, and how many bytes were compared with the ones they have to be."""
    entries, behind = listed(data)
    names = [entry.name for entry in entries]
    for name in names:
        if not NAME.fullmatch(name) or ".." in name:
            raise Unreadable(f"{name!r}: no file of a package is called that")
    if len(names) > MOST_ENTRIES or tuple(names[-2:]) != LAST:
        raise Unreadable(f"there are {len(names)} files, and the last two are not the manifest and its signature")
    if names[:-2] != sorted(set(names[:-2]) - set(LAST)):
        raise Unreadable("the files are not in their order, or one is there twice")

    position, compared = 0, 0
    for entry in entries:
        method = STORED if entry.name in LAST else DEFLATED
        if entry.method != method:
            raise Unreadable(f"{entry.name}: is packed by method {entry.method} and should be by {method}")
        if entry.name in LAST and not entry.packed_size == entry.size <= MOST_OF_THE_LAST:
            raise Unreadable(f"{entry.name}: has {entry.size} bytes, {entry.packed_size} of them packed")
        if entry.offset != position:
            raise Unreadable(f"{entry.name}: begins at {entry.offset} and should at {position}")
        local = entry.local()
        if data[position : position + len(local)] != local:
            raise Unreadable(f"{entry.name}: its local header is not what it has to be")
        begin = position + len(local)
        position, compared = begin + entry.packed_size, compared + len(local)
        entry.packed = data[begin:position]

    directory = b"".join(entry.directory() for entry in entries)
    last = directory + end(len(entries), len(directory), position)
    if data[position:] != last or behind != len(last):
        raise Unreadable("the directory and the end are not what they have to be of these files")
    return entries, compared + len(last)


def listed(data):
    """What the directory says that there is, and how many bytes there are from its first to the last of the file."""
    if len(data) < END.size or data[-END.size :][:4] != b"PK\5\6":
        raise Unreadable("the file does not end as a package does")
    *_, count, size, offset, _ = END.unpack(data[-END.size :])
    if MANY in (size, offset):
        begin = len(data) - END.size - LOCATOR.size - ZIP64_END.size
        if begin < 0 or data[begin : begin + 4] != b"PK\6\6":
            raise Unreadable("the end tells sizes apart, and no other end has them")
        *_, count, size, offset = ZIP64_END.unpack(data[begin : begin + ZIP64_END.size])
    if offset + size > len(data) or count > MOST_ENTRIES:
        raise Unreadable(f"the directory does not lie in the file, or has more than {MOST_ENTRIES} entries")
    entries, position = [], offset
    for _ in range(count):
        entry, position = one(data, position, offset + size)
        entries.append(entry)
    if position != offset + size:
        raise Unreadable("the directory has something behind its entries")
    return entries, len(data) - offset


def one(data, position, limit):
    """An entry of the directory, and where the next begins."""
    if position + DIRECTORY.size > limit:
        raise Unreadable("the directory is cut off")
    head = DIRECTORY.unpack_from(data, position)
    sign, method, check, packed, size = head[0], head[4], *head[7:10]
    name_length, extra_length, comment_length, offset = *head[10:13], head[16]
    begin = position + DIRECTORY.size
    after = begin + name_length + extra_length + comment_length
    if sign != b"PK\1\2" or after > limit:
        raise Unreadable("the directory has something that is no entry")
    name = data[begin : begin + name_length].decode("ascii", "backslashreplace")
    extra = data[begin + name_length : after - comment_length]
    if extra:
        packed, size, offset = told_apart(name, extra, packed, size, offset)
    return Entry(name, method, check, size, b"", packed, offset), after


def told_apart(name, extra, packed, size, offset):
    """The sizes and the offset, with those from the extra field that the header has no room for."""
    wanted = 2 * (size == MANY or packed == MANY) + (offset == MANY)
    if not wanted or len(extra) != 4 + 8 * wanted:
        raise Unreadable(f"{name}: has an extra field that no package has")
    values = struct.unpack_from(f"<{wanted}Q", extra, 4)
    if wanted >= 2:
        size, packed = values[:2]
    if offset == MANY:
        offset = values[-1]
    return packed, size, offset
