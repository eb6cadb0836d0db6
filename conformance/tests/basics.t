#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""When much has failed, the report names the basic scenarios among it: what to look at first."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import MCREF, Points, mctap

points = Points()
BASIC = "classic/storage/set-stores-the-value-and-the-flags"
FOLLOWS = "classic/storage/add-refuses-a-key-that-exists"
FIRST = f"# look first at these, for other failures may follow from them:\n#   {BASIC}\n#"


def told(*arguments, bug="--bug set-forgets-flags"):
    only = [word for id in arguments for word in ("--only", id)]
    run = mctap("run", "--spawn", f"{MCREF} {bug} -l 127.0.0.1 -p {{port}}", *only)
    return run.out.decode()


points.ok(FIRST in told(BASIC, FOLLOWS), "a basic scenario that failed is named before the counts")
points.ok("look first" not in told(BASIC), "not if nothing else failed: there is nothing to explain")
points.ok("look first" not in told(FOLLOWS), "not if no basic scenario failed")
points.ok("look first" not in told(BASIC, FOLLOWS, bug=""), "not if all pass")
points.finish()
