#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""C is laid out by clang-format, shell scripts please shellcheck, Python compiles, and
scripts can be run."""
import os
import re
import subprocess

import house


def complain(command, source=None):
    """The words of a checker that was not pleased, else nothing."""
    run = subprocess.run(command, input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, cwd=house.ROOT, check=False)
    return run.stdout.splitlines()[:40] or ["failed silently"] if run.returncode else []


def shebang(interpreters):
    return [str(path) for path in house.code_files()
            if re.search(rf"^#!\S*/({interpreters})\b", house.text(path))]


CLANG_FORMAT = ["clang-format", "--dry-run", "-Werror"]
SHELLCHECK = ["shellcheck", "--severity=style"]
PYTHON = ["/usr/bin/python3", "-c", "import ast, sys\n"
          "for name in sys.argv[1:]: ast.parse(open(name).read(), name)"]

points = house.Points()
sources = [str(path) for path in house.files(".c", ".h")]
points.clean(f"clang-format has nothing to change ({len(sources)} files)",
             complain(CLANG_FORMAT + sources))
scripts = shebang("sh|bash")
points.clean(f"shellcheck is pleased ({len(scripts)} scripts)", complain(SHELLCHECK + scripts))
python = [*map(str, house.files(".py")), *shebang("python3")]
points.clean(f"Python parses ({len(python)} files)", complain(PYTHON + python))

points.clean("what names its interpreter can be run",
             [path for path in shebang(".*") if not os.access(house.ROOT / path, os.X_OK)])

points.bites("a crooked line of C", complain(CLANG_FORMAT, "int  x=1 ;\n"))
points.bites("an unquoted variable", complain([*SHELLCHECK, "-"], "#!/bin/sh\nrm $1\n"))
points.finish()
