"""Messages of the protocol that are wrong, as proto/README.md has them; proto/conformance looks at these more closely."""

import json

from ..case import Area
from ..expectations import closes, either, error, pong_message
from ..wire import BINARY, fragments, frame, ping_message, text

AREA = Area("messages", "proto/README.md")


def case(name, message, *expects, **how):
    AREA.frames(name, "proto/README.md", message if isinstance(message, bytes) else text(message), *expects, **how)


for name, message in {
    "a word": "hello", "an open bracket": "{", "single quotes": "{'type':'ping'}",
    "a comma too many": '{"type":"ping",}',
    "two objects": '{"type":"ping"}{"type":"ping"}', "a comment": '{/**/"type":"ping"}',
    "NaN": '{"type":"ping","client_time_us":NaN}',
    "a NUL behind": '{"type":"ping","client_time_us":1}\0',
    "a raw line feed in a string": '{"type":"pi\nng"}', "half a surrogate pair": '{"type":"\\ud800"}', "spaces": "    ",
    "a number with a zero before it": '{"type":"ping","client_time_us":01}',
}.items():
    case(f"not JSON: {name}", message, error("not-json") if name != "half a surrogate pair"
         else either(error("not-json"), error("unknown-type")))
for name, message in {
    "an array": "[]", "a string": '"ping"', "a number": "1", "null": "null", "no type": "{}",
    "a type of a number": '{"type":1}',
    "no time": '{"type":"ping"}', "a time of text": '{"type":"ping","client_time_us":"1"}',
    "a time of 1e400": '{"type":"ping","client_time_us":1e400}',
    "a time of 2^64": '{"type":"ping","client_time_us":18446744073709551616}',
    "a time with a fraction": '{"type":"ping","client_time_us":1.5}',
    "an id of an object": '{"type":"ping","client_time_us":1,"id":{}}',
    "an id of 65 bytes": json.dumps({"type": "ping", "client_time_us": 1, "id": "a" * 65}),
}.items():
    case(f"wrong shape: {name}", message, error("bad-shape") if "1e400" not in name
         else either(error("bad-shape"), error("not-json")))
case("a byte order mark", '\ufeff{"type":"ping","client_time_us":1,"id":"a"}',
     either(error("not-json"), pong_message()))
case("an unknown type", '{"type":"dance"}', error("unknown-type"))
case("an empty type", '{"type":""}', error("unknown-type"))
case("an unknown camera", '{"type":"subscribe","camera":"attic"}', error("unknown-camera"))
case("a camera that is not subscribed", '{"type":"unsubscribe","camera":"attic"}', error("not-subscribed"))
case("an acknowledgement of nothing", text('{"type":"ack","camera":"attic","sequence":1}') + text(ping_message()),
     pong_message())
case("8 levels", '{"type":"ping","client_time_us":1,"id":"a","x":' + "[" * 7 + "]" * 7 + "}", pong_message())
case("9 levels", '{"type":"ping","client_time_us":1,"x":' + "[" * 8 + "]" * 8 + "}", error("too-deep"))
case("2,000 levels", "[" * 2000 + "]" * 2000, error("too-deep"))
case("2,000 levels that do not close", "[" * 2000, either(error("too-deep"), error("not-json")))
case("members that are not known", '{"type":"ping","client_time_us":1,"id":"a","x":1,"y":[{}],"é":null}',
     pong_message())
case("an escaped type", '{"\\u0074ype":"p\\u0069ng","client_time_us":1,"id":"a"}', pong_message())
case("space around", ' \t\r\n{"type":"ping","client_time_us":1,"id":"a"}\r\n ', pong_message())
case("an id of 64 bytes", ping_message("a" * 64).decode(), pong_message("a" * 64))
case("binary JSON", frame(BINARY, ping_message()), error("not-text"))
case("an image that nobody claimed a camera for", '{"type":"frame","data":""}', error("not-publishing"))
case("ten errors are forgiven", text("x") * 10, *[error("not-json")] * 10)
case("eleven errors are not", text("x") * 11, *[error("not-json")] * 10, closes(4001))
case("eleven errors, and a reserved opcode", text("x") * 11 + text("x") + frame(3), *[error("not-json")] * 10, closes(4001))
case("eleven errors of different kinds", (text("x") + frame(BINARY, b"x") + text(b" " * 5000)
                                          + fragments(1, [b"{", b"}"])) * 3,
     *([error("not-json"), error("not-text"), error("too-large"), error("bad-shape")] * 3)[:10], closes(4001))
