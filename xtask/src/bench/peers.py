"""What SQLite, DuckDB or ladybug takes for the questions of `cargo xtask bench query`.

    python3 peers.py sqlite|duckdb|ladybug DIR

DIR has the CSV files that the example `query` of rolecall-engine generates. One engine is asked in one process, which
prints one line of JSON. Every engine keeps everything in memory, may use two threads, and has for each direction of
each question an index, a copy in that order, or both directions of a relationship, whichever serves it best.
"""

import csv
import json
import resource
import statistics
import sys
import time
from pathlib import Path

THREADS = 2
REPEATED = 3
CAN_WRITE = "read-write"


class Sqlite:
    """Integer keys, and tables that are their own index."""

    def __init__(self, directory):
        import sqlite3

        self.version = sqlite3.sqlite_version
        self.directory = directory
        self.database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=16)
        self.database.execute(f"PRAGMA threads = {THREADS}")

    def load(self):
        run = self.database.executescript
        run("""
            BEGIN;
            CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT NOT NULL, mfa INTEGER);
            CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE package (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE member (team INTEGER, user INTEGER, PRIMARY KEY (team, user)) WITHOUT ROWID;
            CREATE TABLE access (package INTEGER, can_write INTEGER, team INTEGER,
                                 PRIMARY KEY (package, can_write, team)) WITHOUT ROWID;
        """)
        flag = {"true": 1, "false": 0, "": None}
        users = self.numbered("users.csv")
        teams = self.numbered("teams.csv")
        packages = self.numbered("packages.csv")
        insert = self.database.executemany
        insert("INSERT INTO user VALUES (?, ?, ?)", ((number, name, flag[mfa]) for number, (name, mfa) in users))
        insert("INSERT INTO team VALUES (?, ?)", ((number, name) for number, (name,) in teams))
        insert("INSERT INTO package VALUES (?, ?)", ((number, name) for number, (name,) in packages))
        users, teams, packages = ({row[0]: number for number, row in table} for table in (users, teams, packages))
        insert(
            "INSERT INTO member VALUES (?, ?)",
            ((teams[team], users[user]) for team, user in rows(self.directory, "memberships.csv")),
        )
        insert(
            "INSERT INTO access VALUES (?, ?, ?)",
            (
                (packages[package], level == CAN_WRITE, teams[team])
                for team, package, level in rows(self.directory, "grants.csv")
            ),
        )
        run("""
            CREATE UNIQUE INDEX user_name ON user (username);
            CREATE UNIQUE INDEX package_name ON package (name);
            CREATE UNIQUE INDEX member_user ON member (user, team);
            CREATE UNIQUE INDEX access_team ON access (team, can_write, package);
            ANALYZE;
        """)

    def numbered(self, name):
        return list(enumerate(rows(self.directory, name)))

    def who(self, name):
        return self.database.execute(
            """SELECT username FROM user WHERE id IN (
                   SELECT member.user FROM package
                   JOIN access ON access.package = package.id AND access.can_write = 1
                   JOIN member ON member.team = access.team
                   WHERE package.name = ?)""",
            (name,),
        ).fetchall()

    def what(self, name):
        return self.database.execute(
            """SELECT name FROM package WHERE id IN (
                   SELECT access.package FROM user
                   JOIN member ON member.user = user.id
                   JOIN access ON access.team = member.team AND access.can_write = 1
                   WHERE user.username = ?)""",
            (name,),
        ).fetchall()

    # User by user, so that what is kept to tell pairs apart stays small.
    NUMBER = """(SELECT count(DISTINCT access.package) FROM member
                 JOIN access ON access.team = member.team AND access.can_write = 1
                 WHERE member.user = user.id)"""

    def pairs(self):
        return self.database.execute(f"SELECT sum({self.NUMBER}) FROM user").fetchall()

    def top(self):
        return self.database.execute(
            f"""SELECT username, {self.NUMBER} AS packages FROM user WHERE mfa IS NOT 1
                ORDER BY packages DESC, username LIMIT 10"""
        ).fetchall()


class DuckDb:
    """Integer keys; memberships and grants in both orders, so that a scan can skip what is out of range."""

    def __init__(self, directory):
        import duckdb

        self.version = duckdb.__version__
        self.directory = directory
        self.database = duckdb.connect(":memory:", config={"threads": THREADS})

    def load(self):
        run = self.database.execute
        for table, name in (("person", "users"), ("team", "teams"), ("package", "packages")):
            run(f"CREATE TABLE {table} AS SELECT row_number() OVER () AS id, * FROM {self.file(name)}")
        run("CREATE UNIQUE INDEX person_name ON person (username)")
        run("CREATE UNIQUE INDEX package_name ON package (name)")
        run(f"""CREATE TABLE member AS SELECT team.id AS team, person.id AS person
                FROM {self.file("memberships")} AS read JOIN team ON team.name = read.team
                JOIN person USING (username) ORDER BY team.id""")
        run("CREATE TABLE member_by_person AS SELECT * FROM member ORDER BY person")
        run(f"""CREATE TABLE access AS SELECT team.id AS team, package.id AS package
                FROM {self.file("grants")} AS read JOIN team ON team.name = read.team
                JOIN package ON package.name = read.package
                WHERE read.access = '{CAN_WRITE}' ORDER BY team.id""")
        run("CREATE TABLE access_by_package AS SELECT * FROM access ORDER BY package")
        run("ANALYZE")

    def file(self, name):
        return f"read_csv('{self.directory / name}.csv', header = true)"

    def who(self, name):
        return self.database.execute(
            """SELECT username FROM person WHERE id IN (
                   SELECT person FROM member WHERE team IN (
                       SELECT team FROM access_by_package WHERE package = (SELECT id FROM package WHERE name = ?)))""",
            [name],
        ).fetchall()

    def what(self, name):
        return self.database.execute(
            """SELECT name FROM package WHERE id IN (
                   SELECT package FROM access WHERE team IN (
                       SELECT team FROM member_by_person WHERE person = (SELECT id FROM person WHERE username = ?)))""",
            [name],
        ).fetchall()

    def pairs(self):
        # A pair as one number is quicker than DISTINCT over two columns; there are 40,000 packages at the most.
        return self.database.execute(
            "SELECT count(DISTINCT person * 65536 + package) FROM member JOIN access USING (team)"
        ).fetchall()

    def top(self):
        return self.database.execute(
            """SELECT username, packages FROM (
                   SELECT person, count(DISTINCT package) AS packages FROM member JOIN access USING (team)
                   JOIN person ON person.id = member.person WHERE mfaEnabled IS DISTINCT FROM true GROUP BY person)
               JOIN person ON person.id = person ORDER BY packages DESC, username LIMIT 10"""
        ).fetchall()


class Ladybug:
    """Names are primary keys, which have an index; relationships are kept in both directions."""

    def __init__(self, directory):
        import ladybug

        self.version = ladybug.__version__
        self.directory = directory
        self.database = ladybug.Connection(ladybug.Database(":memory:"), num_threads=THREADS)

    def load(self):
        run = self.database.execute
        run("CREATE NODE TABLE User (username STRING PRIMARY KEY, mfaEnabled BOOL)")
        run("CREATE NODE TABLE Team (name STRING PRIMARY KEY)")
        run("CREATE NODE TABLE Package (name STRING PRIMARY KEY)")
        run("CREATE REL TABLE Has (FROM Team TO User)")
        run("CREATE REL TABLE Writes (FROM Team TO Package)")
        run("CREATE REL TABLE Reads (FROM Team TO Package)")
        for table, name in (("User", "users"), ("Team", "teams"), ("Package", "packages"), ("Has", "memberships")):
            run(f"COPY {table} FROM '{self.directory / name}.csv' (header = true)")
        grants = f"LOAD FROM '{self.directory / 'grants.csv'}' (header = true)"
        run(f"COPY Writes FROM ({grants} WHERE access = '{CAN_WRITE}' RETURN team, package)")
        run(f"COPY Reads FROM ({grants} WHERE access <> '{CAN_WRITE}' RETURN team, package)")

    def who(self, name):
        return self.database.execute(
            "MATCH (p:Package {name: $name})<-[:Writes]-(:Team)-[:Has]->(u:User) RETURN DISTINCT u.username",
            {"name": name},
        ).get_all()

    def what(self, name):
        return self.database.execute(
            "MATCH (u:User {username: $name})<-[:Has]-(:Team)-[:Writes]->(p:Package) RETURN DISTINCT p.name",
            {"name": name},
        ).get_all()

    def pairs(self):
        return self.database.execute(
            "MATCH (u:User)<-[:Has]-(:Team)-[:Writes]->(p:Package) WITH DISTINCT u, p RETURN count(*)"
        ).get_all()

    def top(self):
        return self.database.execute(
            """MATCH (u:User)<-[:Has]-(:Team)-[:Writes]->(p:Package) WHERE coalesce(u.mfaEnabled, false) = false
               WITH DISTINCT u, p WITH u, count(*) AS packages RETURN u.username, packages
               ORDER BY packages DESC, u.username LIMIT 10"""
        ).get_all()


ENGINES = {"sqlite": ("SQLite", Sqlite), "duckdb": ("DuckDB", DuckDb), "ladybug": ("ladybug", Ladybug)}


def rows(directory, name):
    with open(directory / name, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines)
        yield from lines


def timed(question, *about):
    started = time.perf_counter()
    answer = question(*about)
    return time.perf_counter() - started, answer


def small(question, names):
    """Each name once, after the first one has been asked about before."""
    question(names[0])
    times, digest, found = [], Digest(), 0
    for name in names:
        took, answer = timed(question, name)
        times.append(took * 1000)
        answer = sorted(row[0] for row in answer)
        found += len(answer)
        digest.add(answer)
    times.sort()
    late = times[len(times) * 99 // 100]
    return {"median": times[len(times) // 2], "p99": late, "rows": found, "digest": f"{digest.value:016x}"}


def large(question):
    """The median of some times, in seconds, and the answer."""
    asked = [timed(question) for _ in range(REPEATED)]
    return statistics.median(took for took, _ in asked), asked[-1][1]


class Digest:
    """FNV-1a of answers one after the other, each as its names in order; `measure.rs` has the same."""

    def __init__(self):
        self.value = 0xCBF29CE484222325

    def add(self, names):
        value = self.value
        for byte in "".join(f"{name}\n" for name in [*names, ""]).encode():
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        self.value = value


def main(engine, directory):
    directory = Path(directory)
    title, make = ENGINES[engine]
    peer = make(directory)
    load, _ = timed(peer.load)
    who = small(peer.who, [name for (name,) in rows(directory, "asked-packages.csv")])
    what = small(peer.what, [name for (name,) in rows(directory, "asked-users.csv")])
    pairs, counted = large(peer.pairs)
    top, ranked = large(peer.top)
    told = {
        "engine": title,
        "version": peer.version,
        "load": load,
        "who": who,
        "what": what,
        "pairs": {"seconds": pairs, "count": int(counted[0][0])},
        "top": {"seconds": top, "rows": [[name, str(number)] for name, number in ranked]},
        "memoryKiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
