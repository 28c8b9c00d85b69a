"""What the benchmarks print; at the end the figures that have an aim, and all of them as the rows of README.md's table."""

# As a benchmark says it, for its own end and for the end of all.
_aims = []
_unsaid_aims = []
_figures = []
_not_tested = []
_missed_limits = []

# A line of a compiled benchmark that is a figure: what, value and aim follow.
FIGURE = "figure: "


def say(line=""):
    print(line, flush=True)


def against_aim(value, aim, unit=""):
    return f"aim <= {aim:g}{unit}: {'met' if value <= aim else 'missed'}"


def at_least(value, aim, unit=""):
    return f"aim >= {aim:g}{unit}: {'met' if value >= aim else 'missed'}"


def aim(line):
    """A line that holds a figure and whether it meets its aim; say_aims() says it."""
    _unsaid_aims.append(line)


def limit(what, value, most, unit=""):
    """A figure that must not be above `most`: run fails when it is, which an aim does not."""
    is_kept = value <= most
    aim(f"{what}; limit <= {most:g}{unit}: {'kept' if is_kept else 'BROKEN'}")
    if not is_kept:
        _missed_limits.append(what)


def has_missed_limits():
    return bool(_missed_limits)


def say_aims():
    if _unsaid_aims:
        say()
    for line in _unsaid_aims:
        say(line)
    _aims.extend(_unsaid_aims)
    _unsaid_aims.clear()


def figure(what, value, aim_text=""):
    """A row of README.md's table."""
    _figures.append((what, value, aim_text))


def from_compiled(line):
    """What a compiled benchmark printed."""
    if line.startswith(FIGURE):
        figure(*(part.strip() for part in line.removeprefix(FIGURE).split("|")))
        return
    say(line)
    if "; aim " in line:
        _aims.append(line)


def not_tested(reason):
    line = f"NOT TESTED: {reason}"
    say(line)
    _not_tested.append(line)


def summary(smoke, seconds):
    """Says all of it once more. Whether everything was tested."""
    say(f"\n== in short, after {seconds:.0f} s")
    for line in _aims + _not_tested:
        say(line)
    if smoke:
        say("This was --smoke: the figures mean nothing.")
        return not _not_tested
    say("\n== for README.md\n")
    say("| | figure | aim |\n| --- | --- | --- |")
    for what, value, aim_text in _figures:
        say(f"| {what} | {value} | {aim_text} |".replace("|  |", "| |"))
    return not _not_tested
