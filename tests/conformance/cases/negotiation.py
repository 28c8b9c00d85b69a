"""Which subprotocol and which compression are agreed on."""

from ..case import Area
from ..expectations import accepted, either, status
from ..request import handshake

AREA = Area("negotiation", "RFC 6455")
JSON, BINARY = "freshframe.v1.json", "freshframe.v1.binary"


def offer(name, chosen, *values, section="4.2.2", choices=()):
    lines = [f"Sec-WebSocket-Protocol: {value}" for value in values]
    AREA.http(f"subprotocol: {name}", section, handshake(*lines), either(accepted(chosen), *choices))


offer("JSON", JSON, JSON)
offer("binary", BINARY, BINARY)
offer("JSON first", JSON, f"{JSON}, {BINARY}")
offer("binary first", BINARY, f"{BINARY}, {JSON}")
offer("without spaces", BINARY, f"{BINARY},{JSON}")
offer("in two headers", BINARY, BINARY, JSON, section="11.3.4")
offer("behind unknown ones", JSON, f"chat, soap, {JSON}")
offer("behind an unknown one's header", JSON, "chat", JSON, section="11.3.4")
offer("only unknown ones", None, "chat, soap")
offer("in capitals", None, JSON.upper(), section="11.5")
offer("a part of a name", None, "freshframe.v1")
offer("a longer name", None, JSON + "x")
offer("100 unknown ones", None, ", ".join(f"p{i}" for i in range(100)))
offer("empty places in the list", JSON, f", ,{JSON},", choices=[status(400)])
offer("an empty list", None, "", choices=[status(400)])
offer("the same one twice", JSON, f"{JSON}, {JSON}", section="4.1", choices=[status(400)])
offer("a name with a space", None, "fresh frame", choices=[status(400)])
offer("a name with a quote", None, f'"{JSON}"', choices=[status(400)])
offer("high bytes", None, "\xe9\xff", choices=[status(400)])


def deflate(name, answer, *values, section="RFC 7692, 7.1", choices=()):
    lines = [f"Sec-WebSocket-Extensions: {value}" for value in values]
    AREA.http(f"extension: {name}", section, handshake(*lines), either(accepted(deflate=answer), *choices))


NAME = "permessage-deflate"
SERVER_ALONE, SERVER_BITS = "server_no_context_takeover", "server_max_window_bits"
CLIENT_ALONE, CLIENT_BITS = "client_no_context_takeover", "client_max_window_bits"
DECLINED = [accepted()]

deflate("compression", [], NAME)
deflate("what browsers offer", [], f"{NAME}; {CLIENT_BITS}")
deflate("without spaces", [], f"{NAME};{CLIENT_BITS};{CLIENT_ALONE}")
deflate("the server's context", [SERVER_ALONE], f"{NAME}; {SERVER_ALONE}", section="RFC 7692, 7.1.1.1")
deflate("the client's context", [], f"{NAME}; {CLIENT_ALONE}", section="RFC 7692, 7.1.1.2")
for bits in range(8, 16):
    deflate(f"the server's window of {bits} bits", [f"{SERVER_BITS}={bits}"], f"{NAME}; {SERVER_BITS}={bits}",
            section="RFC 7692, 7.1.2.1", choices=DECLINED if bits == 8 else ())
    deflate(f"the client's window of {bits} bits", [], f"{NAME}; {CLIENT_BITS}={bits}", section="RFC 7692, 7.1.2.2",
            choices=[accepted(deflate=[f"{CLIENT_BITS}={bits}"])])
deflate("a quoted window", [f"{SERVER_BITS}=10"], f'{NAME}; {SERVER_BITS}="10"', section="9.1")
deflate("all parameters", [SERVER_ALONE, f"{SERVER_BITS}=12"],
        f"{NAME}; {SERVER_ALONE}; {CLIENT_ALONE}; {SERVER_BITS}=12; {CLIENT_BITS}=11")
for value in ("7", "16", "0", "-1", "08", "015", "1e1", "ten", "99999999999999999999"):
    deflate(f"a window of {value}", None, f"{NAME}; {SERVER_BITS}={value}", section="RFC 7692, 7.1.2.1")
    deflate(f"a client's window of {value}", None, f"{NAME}; {CLIENT_BITS}={value}", section="RFC 7692, 7.1.2.2")
deflate("the server's window without a value", None, f"{NAME}; {SERVER_BITS}", section="RFC 7692, 7.1.2.1")
deflate("a context with a value", None, f"{NAME}; {SERVER_ALONE}=1", section="RFC 7692, 7.1.1.1")
deflate("a parameter twice", None, f"{NAME}; {SERVER_ALONE}; {SERVER_ALONE}")
deflate("an unknown parameter", None, f"{NAME}; level=9")
deflate("a second offer", [], f"{NAME}; level=9, {NAME}")
deflate("a second offer in another header", [], f"{NAME}; {SERVER_BITS}=99", f"{NAME}; {CLIENT_BITS}")
deflate("the first of two", [SERVER_ALONE], f"{NAME}; {SERVER_ALONE}, {NAME}")
deflate("behind an unknown extension", [], f"x-thing; a=b, {NAME}")
deflate("only an unknown extension", None, "x-webkit-deflate-frame")
deflate("a longer name", None, NAME + "s")

for what, value in {"only a semicolon": ";", "a semicolon at the end": f"{NAME};",
                    "no value": f"{NAME}; {SERVER_BITS}=",
                    "an unclosed quote": f'{NAME}; {SERVER_BITS}="10', "a quoted space": f'{NAME}; {SERVER_BITS}="1 0"',
                    "two words": f"{NAME} {NAME}", "no name": f"=1, {NAME}", "a bracket": f"{NAME}; (a)",
                    "high bytes": "\xe9\xff", "quotes about a name": f'"{NAME}"'}.items():
    AREA.http(f"extension: {what}", "9.1", handshake(f"Sec-WebSocket-Extensions: {value}"), status(400))
AREA.http("extension: an empty list", "9.1", handshake("Sec-WebSocket-Extensions:"), either(accepted(), status(400)))
AREA.http("extension: 500 offers", "9.1", handshake("Sec-WebSocket-Extensions: " + ", ".join(["x-thing"] * 500)),
          either(accepted(), status(400, 431)))
