"""What lies around the database: the first bytes, one compressed frame, and SQLite's own header (§1.1)."""

import contextlib
import pathlib
import sqlite3
import tempfile

import zstandard

MAGIC = b"C1ZF\0"
LARGEST_WINDOW = 128 << 20
LARGEST_DATABASE = 3 << 30
PAGE = 4096


class Unreadable(Exception):
    """There is no database to look into."""


def unpacked(data, options, report):
    """The bytes of the database."""
    if not data.startswith(MAGIC):
        raise Unreadable(f"the first bytes are {data[:5].hex()}, not those of a v1 file")
    frame = data[len(MAGIC) :]
    try:
        parameters = zstandard.get_frame_parameters(frame)
        stream = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()
        database = stream.decompress(frame)
    except zstandard.ZstdError as error:
        raise Unreadable(f"no zstd frame that readers take: {error}") from error
    if not stream.eof:
        raise Unreadable("the zstd frame is cut off")
    if stream.unused_data:
        report("1.1", "container", f"{len(stream.unused_data)} bytes after the frame")
    if parameters.content_size != len(database):
        is_left_out = parameters.content_size == zstandard.CONTENTSIZE_UNKNOWN
        if not (is_left_out and options.foreign):
            report("1.1", "container", f"the frame does not say that it holds {len(database)} bytes")
    if len(database) > LARGEST_DATABASE:
        report("1.1", "container", f"{len(database)} bytes are more than readers take")
    return database


@contextlib.contextmanager
def opened(data, report):
    """The database, opened so that nothing is changed in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "c1z.db")
        path.write_bytes(data)
        database = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
        # An odd byte in a text is one problem among others, no reason to stop.
        database.text_factory = lambda text: text.decode(errors="replace")
        try:
            check(database, report)
            yield database
        except sqlite3.DatabaseError as error:
            raise Unreadable(f"SQLite cannot read it: {error}") from error
        finally:
            database.close()


def check(database, report):
    wanted = {"page_size": PAGE, "encoding": "UTF-8", "user_version": 0, "integrity_check": "ok"}
    for pragma, value in wanted.items():
        found = [row[0] for row in database.execute(f"pragma {pragma}")]
        if found != [value]:
            report("1.1", "database", f"{pragma} is {found[0] if len(found) == 1 else found}, not {value}")
