"""Says where the figures come from, and how busy the machine is otherwise."""

import os
import pathlib
import platform
import re

import report

BUSY_LOAD_PER_CPU = 0.3


def _found(pattern, path, otherwise="unknown"):
    match = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    return match[1] if match else otherwise


def describe(build):
    cpus = os.cpu_count()
    load = os.getloadavg()[0]
    memory_gib = int(_found(r"^MemTotal:\s+(\d+)", "/proc/meminfo", "0")) / 2**20
    report.say("machine:  " + _found(r"^model name\s*:\s*(.*)$", "/proc/cpuinfo", platform.machine())
               + f", {cpus} CPUs, {memory_gib:.0f} GiB"
               + (", a virtual machine" if " hypervisor" in _found(r"^flags\s*:(.*)$", "/proc/cpuinfo", "") else ""))
    report.say(f"system:   {_found(r'^PRETTY_NAME=.(.*).$', '/etc/os-release')}, Linux {platform.release()}")
    report.say("compiler: " + (build / "tests/bench/compiler.txt").read_text().strip())
    report.say(f"load:     {load:.1f} as it begins"
               + (": busy, so take these figures with care" if load > BUSY_LOAD_PER_CPU * cpus else ""))
    report.say("method:   each candidate in turn, round after round; medians; ratios are taken within a round")
