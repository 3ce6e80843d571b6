"""Reads a `.c1z` file of the first format and prints as one JSON document what is in it and what is wrong with it.

    python reader FILE [--sync ID] [--no-indexes] [--no-expand] [--plain] [--foreign]
    python reader --selftest

It is written from `baton.md`, the reference, and shares no code with the program that it is a second opinion on; `§` in
a problem is a section there. `--foreign` is for files of other writers, with older tables and without our own habits.

| question | file |
|---|---|
| what is around the database? | `container.py` |
| which tables, columns and indexes are there? | `schema.py` |
| what do the messages mean? | `messages.py`, `wire.py` |
| do rows and messages keep to the rules? | `content.py` |
| do expanded grants follow from the others? | `expansion.py` |
| does this reader notice what is wrong? | `selftest.py` |
"""

import argparse
import json
import pathlib
import sys

import container
import content
import expansion
import schema


def arguments():
    parser = argparse.ArgumentParser(prog="reader", description="A second opinion on .c1z files.")
    parser.add_argument("file", nargs="?", type=pathlib.Path)
    parser.add_argument("--sync", help="only what is of this sync")
    parser.add_argument("--no-indexes", dest="indexes", action="store_false", help="indexes may be missing")
    parser.add_argument("--no-expand", dest="expanded", action="store_false", help="nothing was expanded")
    parser.add_argument("--plain", action="store_true", help="no other tables")
    parser.add_argument("--foreign", action="store_true", help="another writer's file")
    parser.add_argument("--selftest", action="store_true", help="try this reader on files with mistakes")
    options = parser.parse_args()
    if not options.selftest and options.file is None:
        parser.error("which file?")
    return options


def read(data, options):
    """What is in a file, and what is wrong with it."""
    problems, notes, syncs = [], [], []

    def report(section, where, what):
        problems.append(f"§{section} {where}: {what}")

    try:
        database = container.unpacked(data, options, report)
        with container.opened(database, report) as opened:
            tables = schema.check(opened, options, report)
            syncs = content.read(opened, tables, options, report)
    except container.Unreadable as error:
        report("1.1", "container", str(error))
    chosen = [sync for sync in syncs if options.sync in (None, sync.id)]
    if options.sync is not None and not chosen:
        report("1.4", "v1_sync_runs", f"there is no sync {options.sync}")
    for sync in chosen:
        content.check(sync, options, report)
        expansion.check(sync, options, report, notes.append)
    return document(chosen, problems, notes)


def document(syncs, problems, notes):
    return {
        "syncs": [sync.run for sync in syncs],
        "resourceTypes": [told(sync, item) for sync in syncs for item in sync.types.values()],
        "resources": [told(sync, item) for sync in syncs for item in sync.resources.values()],
        "entitlements": [told(sync, item) for sync in syncs for item in sync.entitlements.values()],
        "grants": [grant(sync, item) for sync in syncs for item in sync.grants.values()],
        "problems": problems,
        "notes": notes,
    }


def told(sync, item):
    return {**item.message, "syncId": sync.id}


def grant(sync, item):
    expandable = {} if item.expandable is None else {"expandable": item.expandable}
    return {**told(sync, item), **expandable, "isDirect": expansion.is_direct(item)}


def main():
    options = arguments()
    if options.selftest:
        import selftest

        sys.exit(selftest.run(read))
    json.dump(read(options.file.read_bytes(), options), sys.stdout)


if __name__ == "__main__":
    main()
