#!/usr/bin/python3
"""Runs the files of tests beside this one, as many at once as there are cores, and prints what each said when it ends."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
# So that none of them is begun last.
LONGEST_FIRST = ("protocol_test.py", "conformance_toy_test.py", "conformance_test.py", "deflated_frames_test.py")


def files():
    found = sorted(path.name for path in HERE.glob("*_test.py"))
    return [*LONGEST_FIRST, *(name for name in found if name not in LONGEST_FIRST)]


def run(name):
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "unittest", "-v", name], cwd=HERE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    return name, done, time.monotonic() - began


def main():
    tests, failed = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done, seconds in (future.result() for future in
                                    concurrent.futures.as_completed([pool.submit(run, name) for name in files()])):
            print(f"== {name}, {seconds:.0f} s\n{done.stdout}", flush=True)
            ran = re.search(r"^Ran (\d+) tests?", done.stdout, re.MULTILINE)
            tests += int(ran[1]) if ran else 0
            if done.returncode != 0 or not ran:
                failed.append(name)
    print(f"{tests} tests in {len(files())} files" + (f"; FAILED: {', '.join(failed)}" if failed else ", all passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
