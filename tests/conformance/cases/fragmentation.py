"""Messages in fragments."""

from ..case import Area, Cut
from ..expectations import PongFrame, closes, error, pong_message
from ..wire import BINARY, CONTINUATION, PING, TEXT, fragments, frame, ping_message, text

AREA = Area("fragmentation", "RFC 6455")
PROTOCOL_ERROR = closes(1002)
MESSAGE = ping_message()


def pieces(message, size):
    return [message[i:i + size] for i in range(0, len(message), size)]


def text_fragments(*parts):
    return fragments(TEXT, parts)


for name, sent in {
    "a continuation of nothing": frame(CONTINUATION, b"a"),
    "a first fragment that is a continuation": frame(CONTINUATION, b"a", fin=False),
    "an empty continuation of nothing": frame(CONTINUATION),
    "an empty continuation of nothing that goes on": frame(CONTINUATION, fin=False),
    "a text within a text": text("a", fin=False) + text("b"), "a fragment of text within a text": text("a", fin=False)
    + text("b", fin=False),
    "a binary message within a text": text("a", fin=False) + frame(BINARY, b"b"),
    "a text within a binary message": frame(BINARY, b"a", fin=False) + text("b"),
    "an empty text within a text": text("a", fin=False) + text(""),
    "a text within an empty text": text("", fin=False) + text("a"),
    "a continuation of nothing, byte by byte": Cut(frame(CONTINUATION, b"a")),
}.items():
    AREA.frames(name, "5.4", sent, PROTOCOL_ERROR)
AREA.frames("a continuation behind a message", "5.4", text(MESSAGE) + frame(CONTINUATION, b"a"), pong_message(),
            PROTOCOL_ERROR)
AREA.frames("a continuation behind a message of two fragments", "5.4", text_fragments(MESSAGE[:5], MESSAGE[5:])
            + frame(CONTINUATION, b"a"),
            pong_message(), PROTOCOL_ERROR)

for at in (0, 1, 10, len(MESSAGE) - 1, len(MESSAGE)):
    AREA.frames(f"two fragments, cut at {at}", "5.4", text_fragments(MESSAGE[:at], MESSAGE[at:]), pong_message())
AREA.frames("three fragments", "5.4", text_fragments(MESSAGE[:5], MESSAGE[5:20], MESSAGE[20:]), pong_message())
AREA.frames("an empty fragment in the middle", "5.4", text_fragments(MESSAGE[:5], b"", MESSAGE[5:]), pong_message())
AREA.frames("empty fragments around a message", "5.4", text_fragments(b"", b"", MESSAGE, b"", b""), pong_message())
AREA.frames("three empty fragments", "5.4", text_fragments(b"", b"", b""), error("not-json"))
AREA.frames("three empty fragments of a binary message", "5.4", fragments(BINARY, [b"", b"", b""]), error("not-text"))
AREA.frames("a binary message in fragments", "5.4", fragments(BINARY, [b"a", b"b", b"c"]), error("not-text"))
for size in (1, 2, 7):
    AREA.frames(f"fragments of {size} bytes", "5.4", text_fragments(*pieces(MESSAGE, size)), pong_message())
    AREA.frames(f"fragments of {size} bytes, byte by byte", "5.4", Cut(text_fragments(*pieces(MESSAGE, size))),
                pong_message())
AREA.frames("fragments in a piece each", "5.4", [frame(TEXT, MESSAGE[:9], fin=False),
                                                 frame(CONTINUATION, MESSAGE[9:30], fin=False),
                                                 frame(CONTINUATION, MESSAGE[30:])], pong_message())
AREA.frames("400 fragments of a byte", "5.4", text_fragments(*pieces(ping_message(size=400), 1)), pong_message())
AREA.frames("4,096 fragments of a byte", "5.4", text_fragments(*pieces(ping_message(size=4096), 1)), pong_message())
AREA.frames("4,097 fragments of a byte", "proto/README.md", text_fragments(*pieces(ping_message(size=4097), 1)),
            error("too-large"))
AREA.frames("1,000 empty fragments", "5.4", text_fragments(MESSAGE, *[b""] * 1000), pong_message())
AREA.frames("fragments with lengths in 7 and 16 bits", "5.4", text_fragments(b" " * 125, b" " * 126, MESSAGE),
            pong_message())
AREA.frames("fragments that are too large together", "proto/README.md",
            text_fragments(MESSAGE, b" " * 4000, b" " * 4000), error("too-large"))
AREA.frames("fragments of far too many bytes together", "7.4.1", text_fragments(*[b" " * 1000] * 66), closes(1009))
AREA.frames("a last fragment of a length of 2^40", "7.4.1", text("a", fin=False) + frame(CONTINUATION, length=1 << 40),
            closes(1009))
AREA.frames("a fragment that makes it far too large", "7.4.1", text("a", fin=False)
            + frame(CONTINUATION, b" " * 65536, fin=False), closes(1009))
AREA.frames("pings between all fragments", "5.4", frame(PING, b"0").join(
    frame(TEXT if i == 0 else CONTINUATION, part, fin=i == 5) for i,
    part in enumerate([MESSAGE[:5], b"", MESSAGE[5:9], MESSAGE[9:30], b"", MESSAGE[30:]])),
    *[PongFrame(b"0")] * 5, pong_message())
AREA.frames("two messages in fragments", "5.4", text_fragments(MESSAGE[:5], MESSAGE[5:]) * 2, *[pong_message()] * 2)
AREA.frames("fragments, then a whole message", "5.4", text_fragments(MESSAGE[:5], MESSAGE[5:]) + text(MESSAGE),
            *[pong_message()] * 2)
