"""Where a body ends (RFC 9112, section 6.3): nobody may read another request out of it."""

from ..case import Area
from ..expectations import accepted, either, status
from ..request import chunked, handshake, plain, upload

AREA = Area("bodies", "RFC 9112")
REFUSED = status(400, 411, 413, 501, ends=True)
SMUGGLED = b"GET /api/v1/cameras HTTP/1.1\r\nHost: @HOST@\r\n@MORE@\r\n"
CHUNKED = "Transfer-Encoding: chunked"

HEADERS = {
    "a length": ["Content-Length: 5"], "a body that is not sent": ["Content-Length: 9"],
    "a negative length": ["Content-Length: -1"], "a length with a plus": ["Content-Length: +5"],
    "a hexadecimal length": ["Content-Length: 0x5"], "a length in letters": ["Content-Length: five"],
    "a list of lengths": ["Content-Length: 5, 5"], "a list of different lengths": ["Content-Length: 0, 5"],
    "a length with a space inside": ["Content-Length: 5 5"], "an empty length": ["Content-Length:"],
    "a length with a fraction": ["Content-Length: 5.0"], "two lengths": ["Content-Length: 0", "Content-Length: 5"],
    "a length twice": ["Content-Length: 5", "Content-Length: 5"],
    "a length of 2^63": ["Content-Length: 9223372036854775808"],
    "a length of 2^64": ["Content-Length: 18446744073709551616"],
    "a length of 40 digits": ["Content-Length: " + "9" * 40],
    "chunks": [CHUNKED], "chunks and a length": [CHUNKED, "Content-Length: 5"],
    "a length and chunks": ["Content-Length: 0", CHUNKED],
    "chunks twice": [CHUNKED, CHUNKED], "identity": ["Transfer-Encoding: identity"],
    "gzip": ["Transfer-Encoding: gzip"],
    "gzip and chunks": ["Transfer-Encoding: gzip, chunked"],
    "chunks and then gzip": ["Transfer-Encoding: chunked, gzip"],
    "almost chunked": ["Transfer-Encoding: xchunked"], "quoted chunked": ['Transfer-Encoding: "chunked"'],
    "chunked with a VT": ["Transfer-Encoding: \x0bchunked"],
    "chunked in another list": ["Transfer-Encoding: identity, chunked"],
    "an empty encoding": ["Transfer-Encoding:"], "chunked with a parameter": ["Transfer-Encoding: chunked;q=1"],
    "a folded encoding": ["Transfer-Encoding:\r\n chunked"],
    "an encoding with a space before its colon": ["Transfer-Encoding : chunked"],
    "chunked in capitals": ["Transfer-Encoding: CHUNKED"],
    "an encoding behind LF alone": ["X-Thing: a\nTransfer-Encoding: chunked"],
}
for what, lines in HEADERS.items():
    AREA.http(f"{what}, on a handshake", "6.3", handshake(*lines, body=SMUGGLED), REFUSED)
    AREA.http(f"{what}, on a plain request", "6.3", plain(*lines, body=SMUGGLED), REFUSED)
AREA.http("a length of 0 on a handshake", "6.2", handshake("Content-Length: 0"), either(accepted(), status(400)))
AREA.http("a length of 0 on a plain request", "6.2", plain("Content-Length: 0"), status(200))
AREA.http("100-continue without a body", "RFC 9110, 10.1.1", plain("Expect: 100-continue"), status(200, 417))
AREA.http("trailers are offered without a body", "RFC 9110, 6.5.1", plain("TE: trailers", "Trailer: X-Thing"),
          status(200))
AREA.http("HTTP/1.0 with chunks", "6.1", plain(CHUNKED, line="GET /api/v1/cameras HTTP/1.0", body=SMUGGLED), REFUSED)

# Of an upload: no image, so that 422 is the answer to a body that was understood, and the connection goes on.
NO_IMAGE = b"not an image"
READ = status(422)


def uploads(name, section, lines, body, *expects, **how):
    AREA.http(name, section, upload(*lines, body=body, **how), *expects, publishes=True)


uploads("an upload with a length", "6.2", [f"Content-Length: {len(NO_IMAGE)}"], NO_IMAGE, READ)
uploads("an upload in one chunk", "7.1", [CHUNKED], chunked(NO_IMAGE), READ)
uploads("an upload in chunks of a byte", "7.1", [CHUNKED], chunked(*(bytes([byte]) for byte in NO_IMAGE)), READ)
uploads("an upload in chunks, the name in capitals", "7", ["TRANSFER-ENCODING: Chunked"], chunked(NO_IMAGE), READ)
uploads("a request behind a length", "6.3", [f"Content-Length: {len(NO_IMAGE)}"], NO_IMAGE + SMUGGLED, READ,
        status(200))
uploads("a request behind chunks", "7.1", [CHUNKED], chunked(NO_IMAGE) + SMUGGLED, READ, status(200))
uploads("chunk extensions", "7.1.1", [CHUNKED], b'c;a=b;c="d e"\r\n' + NO_IMAGE + b"\r\n0\r\n\r\n", status(400, 422))
uploads("trailers", "7.1.2", [CHUNKED], b"c\r\n" + NO_IMAGE + b"\r\n0\r\nX-Thing: a\r\n\r\n", status(400, 422))
uploads("a chunk's size with zeros before it", "7.1", [CHUNKED], b"000c\r\n" + NO_IMAGE + b"\r\n000\r\n\r\n",
        status(400, 422))
BAD_CHUNKS = {
    "a chunk of 2^64 and more": b"10000000000000000c\r\n" + NO_IMAGE, 
    "a chunk of minus one": b"-1\r\n" + NO_IMAGE, "a chunk with 0x": b"0xc\r\n" + NO_IMAGE,
    "a chunk without a size": b"\r\n" + NO_IMAGE,
    "a chunk of letters": b"zz\r\n" + NO_IMAGE, "a chunk with a sign": b"+c\r\n" + NO_IMAGE,
    "a chunk with a space before its size": b" c\r\n" + NO_IMAGE, "a chunk longer than it says": b"3\r\n" + NO_IMAGE,
    "a chunk with a NUL for its end": b"c\r\n" + NO_IMAGE + b"\0\0",
    "a size that ends in CR alone": b"c\r" + NO_IMAGE, "a size without an end": b"0" * 70000,
}
for what, body in BAD_CHUNKS.items():
    uploads(what, "7.1", [CHUNKED], body + b"\r\n0\r\n\r\n" + SMUGGLED, status(400, 413, ends=True))
uploads("a size that ends in LF alone", "7.1", [CHUNKED], b"c\n" + NO_IMAGE + b"\r\n0\r\n\r\n", status(400, 422))
uploads("a chunk that ends in LF alone", "7.1", [CHUNKED], b"c\r\n" + NO_IMAGE + b"\n0\r\n\r\n", status(400, 422))
for what, lines in HEADERS.items():
    if what in ("a length", "a body that is not sent", "chunks", "chunked in capitals", "a folded encoding",
                "an encoding behind LF alone"):
        continue
    expected = status(400, 411, 413, 422, 501, ends=True)
    if what == "a length twice":
        expected = either(expected, status(422))
    uploads(f"{what}, on an upload", "6.3", lines, b"5\r\nhello\r\n0\r\n\r\n" + SMUGGLED, expected)
uploads("neither length nor chunks", "6.3", [], SMUGGLED, status(400, 411, ends=True))
uploads("chunks in HTTP/1.0", "6.1", [CHUNKED], chunked(NO_IMAGE) + SMUGGLED, status(400, 501, ends=True),
        version="HTTP/1.0")
uploads("more than is taken", "RFC 9110, 15.5.14", ["Content-Length: 99999999"], b"x", status(413, ends=True))
for what, size in {"9 MiB": b"900000", "2^64 - 1 bytes": b"ffffffffffffffff"}.items():
    uploads(f"a chunk of {what}, of which more comes than is taken", "RFC 9110, 15.5.14", [CHUNKED], size + b"\r\n"
            + bytes(9 << 20),
            status(400, 413, ends=True))
