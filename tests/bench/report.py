"""What the benchmarks print, and the closing list of the figures that have an aim."""

_said = []


def say(line=""):
    print(line, flush=True)
    _said.append(line)


def against_aim(value, aim, unit=""):
    return f"aim <= {aim:g}{unit}: {'met' if value <= aim else 'missed'}"


def summary(smoke, seconds):
    aims = [line for line in _said if "; aim <=" in line]
    say(f"\n== in short, after {seconds:.0f} s")
    for line in aims:
        say(line)
    if smoke:
        say("This was --smoke: everything ran, and the figures mean nothing.")
