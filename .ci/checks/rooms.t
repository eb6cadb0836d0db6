#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Who may include whom: the server knows nothing of the judge, and neither does the reports room.

reference-server/ and reports/ include only their own headers, conformance/ its own and
"reports/...". Tests may also include "reports/check.h". scenarios/ holds data and no code.
Inside conformance/ the arrows point one way: commands/ -> run/ -> play/ -> language/, and
race/ -> history/, which knows no other room. Beside run/ stand client/ and proxy/, which check
with the servers of backends/, and record/. What clients send is read by requests/.
Inside reference-server/ everything stands on bytes/, then store/, then net/; above them the
dialects, admin/ and, on top, server/. From below server/ only its struct is seen, through which a
connection finds what the server owns; the other exceptions are single headers in the table. That is a
knot, and it is kept small: headers do not include the struct, and the calls that go up with it
stand in a table. bugs/ stands in front of them all, and only main.c knows it. Every folder has a
row; tests may see all of their room.
"""
import re

import house

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<(?:curl/|cjson/|cJSON)[^>]*>)', re.MULTILINE)
NEIGHBOURS = {"reference-server": (), "reports": (), "conformance": ("reports",)}
STRUCT = "server/server.h"
STRUCT_HEADERS = ("classic/retrieval.h", "bugs/bugs.h", "fuzz/fuzz_connection.h")
SERVER_CALL = re.compile(r"\bserver_\w+(?=\()")
SERVER_CALLS = {"net": ("server_update_clock", "server_client_gone"),
                "classic": ("server_flush",), "binary": ("server_flush",),
                "bugs": ("server_flush", "server_update_clock"),
                "admin": ("server_stop", "server_move_clock", "server_limit_memory")}
SERVER_BELOW = {
    "bytes": ("bytes",),
    "store": ("store", "bytes", "admin/stats.def"),  # what it counts has its rows there
    "start": ("start", "bytes", "auth/auth_file.h"),
    "net": ("net", "store", "bytes", "start", STRUCT,
            "auth/sasl.h", "admin/log.h"),  # how far a client has come; who watches it come and go
    "auth": ("auth", "classic", "net", "store", "bytes", STRUCT),
    "classic": ("classic", "net", "store", "bytes", STRUCT),
    "meta": ("meta", "classic", "net", "store", "bytes", STRUCT),
    "binary": ("binary", "classic/retrieval.h", "auth", "admin", "net", "store", "bytes", STRUCT),
    "admin": ("admin", "classic", "net", "store", "bytes", STRUCT, "server/negotiation.h"),
    "server": ("server", "admin", "binary", "classic", "auth", "net", "store", "bytes", "start"),
    "bugs": ("bugs", "meta", "binary", "classic", "auth", "net", "store", "bytes", STRUCT,
             "server/negotiation.h"),
    "bench": ("bench",),  # programs of their own, which know the server by its port
    "fuzz": ("fuzz", "binary", "classic", "net", "store", "bytes", "start", STRUCT)}
BELOW = {"placement": ("placement",), "language": ("language", "placement"),
         "play": ("play", "language", "placement"),
         "history": ("history",),
         "race": ("race", "history", "run", "play", "language"),
         "run": ("run", "play", "language", "placement"),
         "requests": ("requests",),
         "backends": ("backends", "requests", "play", "language"),
         "client": ("client", "backends", "requests", "run", "play", "language", "placement"),
         "proxy": ("proxy", "client", "backends", "requests", "run", "play", "language",
                   "placement"),
         "record": ("record", "requests", "play", "language"),
         "commands": ("commands", "race", "client", "proxy", "record", "backends", "run",
                      "play", "language", "placement"),
         "bench": ("bench", "history", "tests/simulation.h")}


def calls_up(inner, source):
    """What a file below server/ has to do with it beyond reading its struct."""
    if inner[0] in ("server", "tests", "fuzz", "main.c"):
        return []
    found = [f"calls {name}(), which is not in SERVER_CALLS"
             for name in sorted(set(SERVER_CALL.findall(source)))
             if name not in SERVER_CALLS.get(inner[0], ())]
    if inner[-1].endswith(".h") and f'"{STRUCT}"' in source and "/".join(inner) not in STRUCT_HEADERS:
        found.append(f'a header does not include "{STRUCT}"; its .c file may')
    return found


def complaints(path, source):
    room, *inner = path.parts
    if room not in NEIGHBOURS:
        return [f"{path}: C code lives in {', '.join(NEIGHBOURS)}"]
    found = []
    folders = SERVER_BELOW if room == "reference-server" else BELOW
    tested = "tests" in inner
    if len(inner) > 1 and room != "reports" and not tested and inner[0] not in folders:
        found.append(f"{path}: the folder {room}/{inner[0]}/ has no row in rooms.t")
    if room == "reference-server":
        found += [f"{path}: {trouble}" for trouble in calls_up(inner, source)]
    for match in INCLUDE.finditer(source):
        header = match.group(1)
        at = f"{path}:{source.count(chr(10), 0, match.start(0)) + 1}"
        if header is None:
            if room != "conformance":
                found.append(f"{at}: libcurl and cJSON belong to conformance/")
        elif ".." in header:
            found.append(f"{at}: \"{header}\" climbs; write \"x.h\" or \"room/x.h\"")
        elif header == "reports/check.h":
            if not tested:
                found.append(f"{at}: \"{header}\" is for tests")
        elif (house.ROOT / room / header).exists() and "/" in header:
            below = None if tested else folders.get(inner[0])
            if below is not None and header not in below and header.split("/")[0] not in below:
                found.append(f"{at}: {inner[0]}/ may not include \"{header}\"")
        elif "/" in header:
            if header.split("/")[0] not in NEIGHBOURS[room]:
                found.append(f"{at}: {room}/ may not include \"{header}\"")
        elif not any((house.ROOT / place / header).exists() for place in (path.parent, room)):
            found.append(f"{at}: there is no \"{header}\" in {room}/")
    return found


points = house.Points()
sources = house.files(".c", ".h", ".def")
points.clean(f"the rooms keep to themselves ({len(sources)} files)",
             [line for path in sources for line in complaints(path, house.text(path))])
points.clean("scenarios/ holds data only",
             [path for path in house.code_files()
              if path.parts[0] == "scenarios" and "tests" not in path.parts])

made = {(path.parts[1], name) for path in sources if path.parts[0] == "reference-server"
        for name in SERVER_CALL.findall(house.text(path))}
points.clean("the table of calls up to server/ holds none that nobody makes",
             [f"{folder}/ does not call {name}()" for folder, names in SERVER_CALLS.items()
              for name in names if (folder, name) not in made])

server, judge = house.pathlib.Path("reference-server/x.c"), house.pathlib.Path("conformance/x.c")
points.bites("the server includes a report", complaints(server, '#include "reports/verdict.h"\n'))
points.bites("the store includes a connection",
             complaints(server.parent / "store/x.c", '#include "net/connection.h"\n'))
points.bites("a connection includes a dialect",
             complaints(server.parent / "net/x.c", '#include "classic/classic.h"\n'))
points.bites("a dialect includes who accepts clients",
             complaints(server.parent / "meta/x.c", '#include "server/admission.h"\n'))
points.bites("a connection asks the server to flush",
             complaints(server.parent / "net/x.c", "server_flush(server, 0);\n"))
points.bites("a header of a dialect includes the struct of the server",
             complaints(server.parent / "meta/x.h", '#include "server/server.h"\n'))
points.bites("the server uses libcurl", complaints(server, "#include <curl/curl.h>\n"))
points.bites("the judge includes the server", complaints(judge, '#include "reference-server/s.h"\n'))
points.bites("the judge climbs", complaints(judge, '#include "../reports/verdict.h"\n'))
points.bites("the language includes the runner",
             complaints(judge.parent / "language/x.c", '#include "run/plan.h"\n'))
points.bites("the judge of histories includes a session",
             complaints(judge.parent / "history/x.c", '#include "play/session.h"\n'))
points.bites("a bug includes who accepts clients",
             complaints(server.parent / "bugs/x.c", '#include "server/admission.h"\n'))
points.bites("a benchmark of the server includes it",
             complaints(server.parent / "bench/x.c", '#include "store/store.h"\n'))
points.bites("a folder without a row", complaints(judge.parent / "shed/x.c", ""))
points.bites("a program includes check.h", complaints(judge, '#include "reports/check.h"\n'))
points.finish()
