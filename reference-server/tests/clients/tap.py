# SPDX-License-Identifier: MIT
"""TAP points for the Python clients: same() for each claim, finish() at the end."""
import sys

_points = {"made": 0, "failed": 0}


def same(got, wanted, claim):
    """One point: got equals wanted, in value and in type."""
    passed = got == wanted and type(got) is type(wanted)
    _points["made"] += 1
    _points["failed"] += not passed
    print(f"{'' if passed else 'not '}ok {_points['made']} - {claim}")
    if not passed:
        print(f"# expected {wanted!r}\n# received {got!r}")
    sys.stdout.flush()


def finish():
    print(f"1..{_points['made']}")
    sys.exit(1 if _points["failed"] else 0)
