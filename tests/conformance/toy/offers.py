"""What the toy agrees to in a handshake."""

import re

KNOWN = ("freshframe.v1.json", "freshframe.v1.binary")
NAME = "permessage-deflate"
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
PARAMETER = rf'\s*;\s*{TOKEN}\s*(?:=\s*(?:{TOKEN}|"{TOKEN}")\s*)?'
EXTENSION = re.compile(rf"\s*({TOKEN})\s*((?:{PARAMETER})*)\s*(?:,|$)")
BITS = re.compile("8|9|1[0-5]")


class Malformed(Exception):
    """It is no list of extensions."""


def choose_subprotocol(head, rules):
    offered = head.one_list("sec-websocket-protocol")
    if not rules.keep("names a known subprotocol only") and offered != [""]:
        return offered[0]
    ours = [name for name in offered if name in KNOWN]
    if not ours:
        return None if rules.keep("answers nothing that was not offered") else KNOWN[0]
    return ours[0] if rules.keep("chooses the client's first subprotocol") else max(ours)


def accept(parameters, rules):
    """The answer's parameters, None to decline."""
    answer, seen = [], set()
    for name, value in parameters:
        if rules.keep("declines wrong parameters"):
            is_right = ((name.endswith("_no_context_takeover") and value is None)
                        or (name == "client_max_window_bits" and (value is None or BITS.fullmatch(value)))
                        or (name == "server_max_window_bits" and value is not None and BITS.fullmatch(value)))
            if not is_right or name in seen or not re.match("(client|server)_", name):
                return None
        seen.add(name)
        if name.startswith("server_") and rules.keep("answers parameters"):
            answer.append(name if value is None else f"{name}={value}")
    return answer


def agree_on_deflate(head, rules):
    rest = ", ".join(head.values("sec-websocket-extensions"))
    if not rest and rules.keep("answers nothing that was not offered"):
        return None
    agreed = None
    while rest.strip():
        found = EXTENSION.match(rest)
        if not found:
            if rules.keep("refuses malformed extensions"):
                raise Malformed
            break
        rest = rest[found.end():]
        parameters = [(name, value.strip('"') or None) for name,
                      value in re.findall(rf";\s*({TOKEN})\s*=?\s*([^;\s]*)", found[2])]
        if found[1] == NAME and agreed is None:
            agreed = accept(parameters, rules)
    if not rules.keep("answers nothing that was not offered"):
        agreed = agreed or []
    if agreed is None or not rules.keep("agrees to compression"):
        return None
    return "; ".join([NAME, "client_no_context_takeover", *agreed])
