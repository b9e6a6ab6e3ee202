"""Ends the children of an operator's command that was itself killed (SIGKILL, out of memory).

The command starts one reaper and tells it through a pipe which process groups live and how each is to be
ended, one JSON object a line: `{"group": 123, "plan": [[15, 10.0], [9, 5.0]]}`, and `"plan": null` once the group
has ended. A pipe closes whatever way its writer dies, on every system, so the end of input is the order to work:
the groups still listed are ended, latest first. A command that stops in order leaves an empty list behind.

The reaper also keeps the lock file of the data folder open, so that a new `theodoi up` waits until it is done.
"""

import json
import signal
import sys
from functools import partial
from pathlib import Path

from services.operator_cli.process_groups import StopPlan, StopStep, end_group, signal_group


def is_gone(group: int) -> bool:
    """True when no process of the group is left, or its leader only waits to be collected by a slow init."""
    if not signal_group(group, 0):
        return True
    try:
        status = Path(f"/proc/{group}/stat").read_text()
    except OSError:  # no /proc on this system, or the leader left it this moment
        return False
    return status.rpartition(")")[2].split()[0] == "Z"


def main() -> None:
    """Listen until the pipe closes, then end what is left. Terminal signals are for the command, not for us."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, StopPlan] = {}
    for line in sys.stdin:
        entry = json.loads(line)
        if entry["plan"] is None:
            groups.pop(entry["group"], None)
        else:
            groups[entry["group"]] = tuple(StopStep(*step) for step in entry["plan"])
    for group, plan in reversed(groups.items()):
        end_group(group, plan, ended=partial(is_gone, group))


if __name__ == "__main__":
    main()
