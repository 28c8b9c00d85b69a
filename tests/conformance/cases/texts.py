"""UTF-8. A text that is none may be refused as soon as that is known, and must be by its end."""

from ..case import Area, Cut
from ..expectations import closes, pong_message
from ..wire import CONTINUATION, TEXT, fragments, frame, ping_message, text

AREA = Area("UTF-8", "RFC 6455")
NOT_UTF8 = closes(1007)

VALID = {
    "one byte": "~", "the first of two bytes": "\u0080", "the last of two bytes": "\u07ff",
    "the first of three bytes": "\u0800",
    "the last before the surrogates": "\ud7ff", "the first behind the surrogates": "\ue000",
    "the replacement character": "\ufffd",
    "the last of three bytes": "\uffff", "the first of four bytes": "\U00010000", "the last of all": "\U0010ffff",
    "a noncharacter": "\ufdd0", "a byte order mark": "\ufeff", "Greek": "κόσμε", "Han and an emoji": "漢字🎥",
    "DEL": "\x7f",
    "a noncharacter of four bytes": "\U0001fffe", "combining marks": "e\u0301\u0300",
}
INVALID = {
    "a lone continuation byte": b"\x80", "the last continuation byte alone": b"\xbf",
    "two continuation bytes": b"\x80\xbf",
    "the byte FE": b"\xfe", "the byte FF": b"\xff", "the byte F5": b"\xf5\x80\x80\x80", "the byte C0": b"\xc0\x80",
    "the byte C1": b"\xc1\xbf",
    "an overlong slash of two bytes": b"\xc0\xaf", "an overlong slash of three bytes": b"\xe0\x80\xaf",
    "an overlong slash of four bytes": b"\xf0\x80\x80\xaf",
    "the largest overlong of three bytes": b"\xe0\x9f\xbf", "the largest overlong of four bytes": b"\xf0\x8f\xbf\xbf",
    "five bytes": b"\xf8\x88\x80\x80\x80", "six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "the first surrogate": b"\xed\xa0\x80",
    "the last surrogate": b"\xed\xbf\xbf", "a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "above the last of all": b"\xf4\x90\x80\x80",
    "two bytes cut off": b"\xc3", "three bytes cut off behind one": b"\xe2",
    "three bytes cut off behind two": b"\xe2\x82",
    "four bytes cut off behind one": b"\xf0", "four bytes cut off behind two": b"\xf0\x9f",
    "four bytes cut off behind three": b"\xf0\x9f\x8e",
    "a letter inside a sequence": b"\xe2\x41\xac", "a start inside a sequence": b"\xe2\x82\xe2\x82\xac",
    "Latin-1": "café".encode("latin-1") + b" ",
    "UTF-16": "\ufeffa".encode("utf-16-le"), "good text and then a surrogate": "κόσμε".encode() + b"\xed\xa0\x80edited",
}

for name, letters in VALID.items():
    message = ping_message(letters)
    AREA.frames(f"{name}", "8.1", text(message), pong_message(letters))
    start = message.index(letters.encode())
    size = len(letters.encode())
    for at in range(1, min(size, 4)):
        AREA.frames(f"{name}, in fragments cut behind byte {at}", "5.6",
                    fragments(TEXT, [message[:start + at], message[start + at:]]), pong_message(letters))
    if size > 1:
        AREA.frames(f"{name}, in fragments of a byte", "5.6", fragments(TEXT, [bytes([byte]) for byte in message]),
                    pong_message(letters))

for name, letters in INVALID.items():
    around = b'{"type":"ping","client_time_us":1,"id":"' + letters + b'"}'
    AREA.frames(f"not valid: {name}", "8.1", text(around), NOT_UTF8)
    AREA.frames(f"not valid: {name}, at the end", "8.1", text(b"a" + letters), NOT_UTF8)
    AREA.frames(f"not valid: {name}, in fragments of a byte", "8.1",
                fragments(TEXT, [bytes([byte]) for byte in around]), NOT_UTF8)
    for at in range(1, min(len(letters), 4)):
        AREA.frames(f"not valid: {name}, in fragments cut behind byte {at}", "8.1",
                    fragments(TEXT, [letters[:at], letters[at:]]), NOT_UTF8)
AREA.frames("not valid, byte by byte", "8.1", Cut(text(b"a\xed\xa0\x80b")), NOT_UTF8)
AREA.frames("not valid, with an empty fragment inside", "8.1", fragments(TEXT, [b"\xe2\x82", b"", b"\x41"]), NOT_UTF8)
AREA.frames("valid, with an empty fragment inside", "5.6", fragments(TEXT, [*(lambda m, i: (m[:i], b"", m[i:]))(
    ping_message("€"), ping_message("€").index("€".encode()) + 1)]), pong_message("€"))
AREA.frames("not valid, far behind what may be sent", "8.1", text(b"a" * 5000 + b"\xff"), closes(1007))
AREA.frames("a first fragment cut off, and the end of the message", "8.1", text(b"\xf0\x9f\x8e", fin=False)
            + frame(CONTINUATION), NOT_UTF8)
AREA.frames("not valid behind a good message", "8.1", text(ping_message()) + text(b"\xff"), pong_message(), NOT_UTF8)
