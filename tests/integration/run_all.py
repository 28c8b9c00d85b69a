#!/usr/bin/python3
"""Runs the files of tests beside this one, as many at once as there are cores, and prints what each said when it ends."""

import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
LIMIT_S = 480.0  # of a file; the longest takes a minute
# So that none of them is begun last.
LONGEST_FIRST = ("protocol_test.py", "conformance_toy_test.py", "conformance_test.py", "deflated_frames_test.py")


def files():
    found = sorted(path.name for path in HERE.glob("*_test.py"))
    return [*LONGEST_FIRST, *(name for name in found if name not in LONGEST_FIRST)]


def run(name):
    """The name, what it said, its exit code and the seconds. A file that does not end says where it stands."""
    began = time.monotonic()
    # Into a file, for a pipe ends only with the last process that holds it, which a test may have left behind.
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        test = subprocess.Popen([sys.executable, "-X", "faulthandler", "-m", "unittest", "-v", name], cwd=HERE,
                                stdout=said, stderr=said)
        try:
            test.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            test.send_signal(signal.SIGABRT)
        code = test.wait()
        said.seek(0)
        return name, said.read(), code, time.monotonic() - began


def main():
    tests, failed = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, said, code, seconds in (future.result() for future in
                                         concurrent.futures.as_completed([pool.submit(run, name) for name in files()])):
            print(f"== {name}, {seconds:.0f} s\n{said}", flush=True)
            ran = re.search(r"^Ran (\d+) tests?", said, re.MULTILINE)
            tests += int(ran[1]) if ran else 0
            if code != 0 or not ran:
                failed.append(name)
    print(f"{tests} tests in {len(files())} files" + (f"; FAILED: {', '.join(failed)}" if failed else ", all passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
