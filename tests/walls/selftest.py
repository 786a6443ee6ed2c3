#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each wall must fall for a planted breach, and stand without one.

selftest.py: plants each breach alone in a small tree of its own. CMAKE in the environment names the cmake to use.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
SPDX = "SPDX-" + "FileCopyrightText: 2026 The Kintsugi Authors\n{0}SPDX-" + "License-Identifier: GPL-3.0-or-later\n"
CPP = "// " + SPDX.format("// ")
HASH = "# " + SPDX.format("# ")

# A tree in order, with the look-alikes that must not be taken for a breach.
CLEAN = {
    "LICENSE": "GNU GENERAL PUBLIC LICENSE\n",
    "engine/model/task.h": CPP + "#pragma once\n#include <QStringView>\n// was UPDATE, then time(nullptr)\n",
    "engine/model/clock.cpp": CPP + "auto t = std::chrono::steady_clock::now();\n",
    "engine/model/CMakeLists.txt": HASH + "kintsugi_add_library(model FILES task.h PUBLIC Qt6::Core) # not Qt6::Sql\n",
    "engine/store/store.cpp": CPP + '#include "engine/model/task.h"\n#include <sqlite3.h>\n'
    'auto s = "SELECT a FROM b";\n',
    "engine/store/CMakeLists.txt": HASH + "kintsugi_add_library(store PUBLIC Kintsugi::Model SQLite::SQLite3)\n",
    "engine/runtime/runner.cpp": CPP + '#include "engine/store/store.h"\nauto t = m_clock.now();\n',
    "engine/runtime/CMakeLists.txt": HASH + "kintsugi_add_library(runtime PUBLIC Kintsugi::Store)\n",
    "app/http/server.cpp": CPP + '#include "engine/sse/frame.h"\n#include <QHttpServerRequest>\nauto u = "http://a"_L1;\n',
    "app/http/CMakeLists.txt": HASH + "kintsugi_add_library(http PUBLIC Kintsugi::Runtime Qt6::HttpServer)\n",
    "app/cli/output.cpp": CPP + 'void p() { std::cout << "x"; }\n',
    "app/cli/CMakeLists.txt": HASH + "target_link_libraries(kintsugi-cli PRIVATE Kintsugi::Http)\n",
    "ui/theme/palette.cpp": CPP + 'QColor c("#C9A227");\n',
    "ui/window.cpp": CPP + '#include "engine/runtime/engine.h"\n#include <QWidget>\nauto c = Qt::transparent;\nQColor g(255, 255, 255, 56);\n',
    "ui/CMakeLists.txt": HASH + "kintsugi_add_library(ui GUI PUBLIC Kintsugi::Runtime Qt6::Widgets)\n",
    "resources/palette.json": '{"dark": {"seam": "#C9A227"}, "light": {"seam": "#c9a227"}}\n',
    "resources/icons/dark/a.svg": '<svg><path fill="#c9a227"/></svg>\n',
    "resources/web/page.css": "/* " + SPDX.format(" * ") + " */\na { color: var(--seam); }\n",
    "tests/tst_b.cpp": CPP + "QTest::qWait(0);\n",
    "tests/run": "#!/usr/bin/env bash\n" + HASH + "true\n",
}

# wall, file, what is added to it
BREACHES = [
    ("time", "engine/runtime/runner.cpp", "auto a = QDateTime::currentDateTimeUtc();"),
    ("time", "ui/window.cpp", "QTimer::singleShot(1s, this, f);"),
    ("time", "app/http/server.cpp", "auto a = std::chrono::system_clock::now();"),
    ("time", "engine/model/task.h", "auto a = time(nullptr);"),
    ("sleep", "tests/tst_a.cpp", CPP + "QTest::qSleep(5);"),
    ("sleep", "tests/a.py", HASH + "time.sleep(1)"),
    ("colours", "ui/window.cpp", 'QColor c("#ff0000");'),
    ("colours", "ui/window.cpp", "QColor c(255, 0, 0);"),
    ("colours", "ui/window.cpp", "p.setPen(Qt::darkGray);"),
    ("colours", "resources/web/page.css", "a { color: #fff; }"),
    ("colours", "resources/web/page.css", "a { color: rgb(1, 2, 3); }"),
    ("icons", "resources/icons/dark/a.svg", '<path stroke="#123456"/>'),
    ("licence", "engine/model/new.h", "#pragma once"),
    ("licence", "tests/new", "#!/bin/sh"),
    ("licence", "ui/sub/CMakeLists.txt", "add_library(x)"),
    ("length", "engine/model/task.h", "\n" * 600),
    ("unfinished", "engine/model/task.h", "// TODO later"),
    ("sql", "app/http/server.cpp", 'auto s = "SELECT * FROM tasks";'),
    ("sql", "engine/runtime/runner.cpp", "sqlite3_step(s);"),
    ("calls", "ui/window.cpp", "connect(a, SIGNAL(b()), c, SLOT(d()));"),
    ("calls", "engine/runtime/runner.cpp", "qDebug() << 1;"),
    ("calls", "engine/runtime/runner.cpp", "std::cerr << 1;"),
    ("machine", "tests/run", "cd /home" + "/me/kintsugi"),
    ("layers", "engine/model/task.h", '#include "engine/store/store.h"'),
    ("layers", "engine/store/store.cpp", '#include "engine/runtime/engine.h"'),
    ("layers", "engine/runtime/runner.cpp", "#include <sqlite3.h>"),
    ("layers", "engine/runtime/runner.cpp", "#include <QtWidgets/QLabel>"),
    ("layers", "ui/window.cpp", '#include "app/http/server.h"'),
    ("layers", "ui/window.cpp", "#include <QHttpServer>"),
    ("layers", "app/cli/output.cpp", '#include "ui/window.h"'),
    ("layers", "engine/model/CMakeLists.txt", "target_link_libraries(kintsugi_model PUBLIC Kintsugi::Store)"),
    ("layers", "engine/runtime/CMakeLists.txt", "target_link_libraries(kintsugi_runtime PRIVATE Qt6::Widgets)"),
    ("layers", "ui/CMakeLists.txt", "target_link_libraries(kintsugi_ui PRIVATE Qt6::HttpServer)"),
    ("layers", "app/http/CMakeLists.txt", "target_link_libraries(kintsugi_http PRIVATE Kintsugi::Ui)"),
    ("layers", "engine/sse/frame.h", CPP + "#pragma once"),
    ("layers", "engine/cellar/barrel.h", CPP + "#pragma once"),
]


def stands(wall: str, root: Path) -> subprocess.CompletedProcess:
    if wall == "layers":
        command = [os.environ.get("CMAKE", "cmake"), f"-DROOT={root}", "-P", HERE.parent / "layers.cmake"]
    else:
        command = [sys.executable, HERE / "walls.py", wall, root]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Walls(unittest.TestCase):
    def tree(self, *planted: tuple[str, str]) -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        for name, text in CLEAN.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        for name, text in planted:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            with (root / name).open("a") as file:
                file.write(text + "\n")
        return root

    def test_every_wall_stands_on_a_tree_in_order(self):
        root = self.tree()
        names = subprocess.check_output([sys.executable, HERE / "walls.py", "--list"], text=True).split()
        for wall in [*names, "layers"]:
            with self.subTest(wall):
                result = stands(wall, root)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(set(names) | {"layers"}, {wall for wall, _, _ in BREACHES}, "a wall without a planted breach")

    def test_every_planted_breach_is_named(self):
        for wall, name, text in BREACHES:
            with self.subTest(f"{wall}: {name}: {text.splitlines()[-1][:60] if text.strip() else 'long'}"):
                result = stands(wall, self.tree((name, text)))
                self.assertEqual(result.returncode, 1, "the wall did not see it\n" + result.stdout + result.stderr)
                self.assertIn(name if wall != "layers" else name.rsplit("/", 1)[0], result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
