#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""No object but main.o holds data that can change: state is passed, never hidden.

objdump names the section of every symbol. Constant tables lie in .rodata, or in .data.rel.ro if
they hold pointers; .data, .bss and their thread-local twins can be written to.
"""
import pathlib
import re
import shutil
import subprocess
import tempfile

import house

SYMBOL = re.compile(r"^[0-9a-f]+ .{7} (\S+)\s+[0-9a-f]+\s+(?:\.hidden )?(\S+)$")
WRITABLE = re.compile(r"^(\.t?(data|bss)(\..*)?|\*COM\*)$")
CONSTANT = re.compile(r"^\.data\.rel\.ro")


def complaints(path):
    run = subprocess.run(["objdump", "-t", str(path)], capture_output=True, text=True,
                         check=True, cwd=house.ROOT)
    symbols = [match.groups() for match in map(SYMBOL.match, run.stdout.splitlines()) if match]
    return [f"{path}: {name} is a variable that can change (in {section})"
            for section, name in symbols
            if WRITABLE.match(section) and not CONSTANT.match(section) and name != section]


def objects():
    """Those that the Makefile's `objects` takes and that still have a source, but for each main."""
    sources = [path for path in house.files(".c")
               if len(path.parts) in (2, 3) and path.parts[1] not in ("tests", "bench", "fuzz")]
    return [pathlib.Path("build/obj", source).with_suffix(".o")
            for source in sources if source.name != "main.c"]


points = house.Points()
if not shutil.which("objdump") or house.built("build/mcref").read_bytes()[:4] != b"\x7fELF":
    print("1..0 # SKIP objdump and ELF objects are needed")
    raise SystemExit(0)
compiled_files = objects()
points.clean(f"no mutable globals outside main ({len(compiled_files)} objects)",
             [line for path in compiled_files for line in complaints(path)])
points.point(len(compiled_files) > 200, "and the objects are those of all folders")

with tempfile.TemporaryDirectory() as folder:
    def compiled(code):
        target = pathlib.Path(folder, "sample.o")
        subprocess.run(["cc", "-x", "c", "-c", "-o", target, "-"], input=code, text=True, check=True,
                       stdout=subprocess.DEVNULL)
        return complaints(target)

    points.bites("a counter", compiled("int counter; int next(void) { return ++counter; }\n"))
    points.bites("a static with a value",
                 compiled("int next(void) { static int last = 7; return ++last; }\n"))
    points.clean("a constant table of pointers is fine",
                 compiled("const char *const words[] = {\"get\", \"set\"};\n"))
points.finish()
