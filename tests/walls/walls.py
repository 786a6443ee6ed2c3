#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that a compiler cannot keep, each a test.

walls.py WALL [ROOT]: prints every line of the source tree that breaks this wall, and fails when there is one.
walls.py --list: the names of the walls.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

OUR_FOLDERS = ("app", "engine", "ui", "resources", "packaging", "tests", ".ci", "translations")
CODE = {".h", ".cpp", ".cmake", ".py", ".mjs", ".css", ".html", ".sql", ".sh"}
MAX_LINES = 600

Breach = tuple[Path, int, str]


def files(root: Path, *folders: str) -> Iterator[Path]:
    """Every file of these folders (all of ours without any), the ones at the top too."""
    if not folders:
        yield from (path for path in sorted(root.iterdir()) if path.is_file())
    for folder in folders or OUR_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def cpp(root: Path, *folders: str) -> Iterator[Path]:
    return (path for path in files(root, *folders) if path.suffix in {".h", ".cpp"})


def is_code(path: Path) -> bool:
    """Judged by its name, or by a first line that names an interpreter."""
    if path.suffix in CODE or path.name == "CMakeLists.txt":
        return True
    if path.suffix:
        return False
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def without_comment(line: str) -> str:
    """A line of C++ without what follows //, unless that stands behind a quote (a URL)."""
    return re.sub(r"^([^\"']*?)//.*", r"\1", line)


def matches(paths: Iterator[Path], pattern: str, sentence: str, keep_comments: bool = False) -> Iterator[Breach]:
    wanted = re.compile(pattern)
    for path in paths:
        for number, line in enumerate(lines(path), 1):
            if wanted.search(line if keep_comments else without_comment(line)):
                yield path, number, f"{sentence}: {line.strip()}"


def time(root: Path) -> Iterator[Breach]:
    """Instants come from the injected Clock; only the clock and the timers ask the machine."""
    asks = (r"QDateTime::current\w+|QDate::currentDate|QTime::currentTime"
            r"|\b(system|steady|high_resolution|utc)_clock::now|QTimer::singleShot|QDeadlineTimer"
            r"|\b(gettimeofday|clock_gettime|timespec_get)\b|\bstd::time\(|\btime\((nullptr|NULL|0)\)")
    own = re.compile(r"engine/(model/clock|runtime/(clock|timers?))\w*\.(h|cpp)$")
    asking = (path for path in cpp(root, "engine", "app", "ui") if not own.search(path.as_posix()))
    yield from matches(asking, asks, "ask the injected Clock or the timers")


def sleep(root: Path) -> Iterator[Breach]:
    """Nothing sleeps: programs await, tests wait for a condition. (A handler's ctx.sleep() awaits.)"""
    paths = (path for path in files(root, "engine", "app", "ui", "tests")
             if path.suffix in {".h", ".cpp", ".py", ".mjs"} and path.parent.name != "walls")
    yield from matches(paths, r"QTest::q(Sleep|Wait)\((?!0\))|QThread::[mu]?sleep\(|sleep_(for|until)\(|\btime\.sleep\(|(?<![.>])\bu?sleep\(\d",
                       "wait for a condition instead")


def colours(root: Path) -> Iterator[Breach]:
    """Colours have a meaning, and palette.json names it: no colour of one's own but a glaze of white.

    ui/theme/palette reads the colours; ui/theme/icons inks masks, where the colour does not matter.
    """
    ui = (path for path in cpp(root, "ui") if not re.search(r"ui/theme/(palette|icons)\w*\.(h|cpp)$", path.as_posix()))
    yield from matches(ui, r'"#[0-9A-Fa-f]{3,8}"|\bqRgba?\(\s*\d|\bQColor(\s+\w+)?[({]\s*(0x|(?!255, 255, 255, )\d)|\bQColorConstants::'
                       r"|\bQt::(black|white|(dark)?([Rr]ed|[Gg]reen|[Bb]lue|[Cc]yan|[Mm]agenta|[Yy]ellow|[Gg]r[ae]y)|lightGr[ae]y)\b",
                       "name the colour in palette.json")
    page = (path for path in files(root, "resources/web") if path.suffix in {".css", ".html", ".mjs"})
    yield from matches(page, r"(?<![&\w])#([0-9A-Fa-f]{8}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b(?=[\s;,\"')])|\b(rgba?|hsla?)\(\s*\d",
                       "use a variable of the palette", keep_comments=True)


def icons(root: Path) -> Iterator[Breach]:
    """An icon is drawn in colours of the palette; the emblem, which looks the same everywhere, in its own."""
    palette = root / "resources/palette.json"
    if not palette.exists():
        return
    known = {colour.upper() for theme in json.loads(palette.read_text()).values() for colour in theme.values()}
    for path in files(root, "resources/icons"):
        if path.suffix != ".svg" or path.name == "kintsugi.svg":
            continue
        for number, line in enumerate(lines(path), 1):
            for colour in re.findall(r"#[0-9A-Fa-f]{3,8}\b", line):
                if colour.upper() not in known:
                    yield path, number, f"{colour} is not in palette.json"


def licence(root: Path) -> Iterator[Breach]:
    """Every source names its holder and its licence in its head, and the licence is there."""
    for path in files(root):
        if not is_code(path):
            continue
        head = "\n".join(lines(path)[:4])
        if ("SPDX-" + "FileCopyrightText: 2026 The Kintsugi Authors" not in head
                or "SPDX-" + "License-Identifier: GPL-3.0-or-later" not in head):
            yield path, 1, "wants the two SPDX lines in its first four"
    text = root / "LICENSE"
    if not text.exists() or "GNU GENERAL PUBLIC LICENSE" not in text.read_text():
        yield text, 1, "must hold the GNU General Public License"


def length(root: Path) -> Iterator[Breach]:
    """A file that has grown this long is two."""
    for path in files(root):
        if is_code(path) and (count := len(lines(path))) > MAX_LINES:
            yield path, count, f"{count} lines; split it by noun, at most {MAX_LINES} are allowed"


def unfinished(root: Path) -> Iterator[Breach]:
    """What is here is finished; what is to come stands in the tracker."""
    paths = (path for path in files(root) if is_code(path) and path.parent.name != "walls")
    yield from matches(paths, r"\b(TODO|FIXME|XXX|HACK)\b", "finish it or take it out", keep_comments=True)


def sql(root: Path) -> Iterator[Breach]:
    """SQL is spoken in engine/store alone, and in the warehouse, which is a database."""
    paths = (path for path in cpp(root, "engine", "app", "ui")
             if not re.match(r"(engine/store|app/warehouse)/", path.relative_to(root).as_posix()))
    yield from matches(paths, r"QSqlQuery|sqlite3_|\b(SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b",
                       "SQL belongs to engine/store")


def calls(root: Path) -> Iterator[Breach]:
    """Connections by member pointer, logging by category, output by app/cli."""
    yield from matches(cpp(root, "engine", "app", "ui"), r"\b(SIGNAL|SLOT)\(|\bq(Debug|Info|Warning|Critical)\(\)",
                       "connect by member pointer, log into a category")
    silent = (path for path in cpp(root, "engine", "app", "ui")
              if not path.relative_to(root).as_posix().startswith(("app/cli/", "app/desktop/main.cpp")))
    yield from matches(silent, r"\bstd::c(out|err)\b|\b(f?printf|puts)\(", "only the command lines print")


def machine(root: Path) -> Iterator[Breach]:
    """No path of somebody's own machine."""
    paths = (path for path in files(root) if is_code(path) or path.suffix in {".md", ".json"})
    yield from matches(paths, r"(^|[^\w.{}<>/])/(home|root|Users|work)/\w", "an absolute path of one machine", keep_comments=True)


WALLS = (time, sleep, colours, icons, licence, length, unfinished, sql, calls, machine)


def main(arguments: list[str]) -> int:
    names = {wall.__name__: wall for wall in WALLS}
    if arguments == ["--list"]:
        print("\n".join(names))
        return 0
    if not arguments or arguments[0] not in names:
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[1] if len(arguments) > 1 else Path(__file__).parents[2]).resolve()
    breaches = list(names[arguments[0]](root))
    for path, number, sentence in breaches:
        print(f"{path.relative_to(root)}:{number}: {sentence}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
