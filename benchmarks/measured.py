"""Runs a command and writes what it took as the last line of standard error: seconds, user seconds, peak memory in
the unit of the system, exit status.

Strategy: a process of its own, started with as few modules as can be, for a child's peak memory is never less than
what its parent takes when it is started.

    python -I -S benchmarks/measured.py COMMAND ARGUMENT...
"""

import os
import sys
import time

before = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
taken = time.perf_counter() - before
os.write(2, f"\n{taken} {used.ru_utime} {used.ru_maxrss} {os.waitstatus_to_exitcode(status)}".encode())
