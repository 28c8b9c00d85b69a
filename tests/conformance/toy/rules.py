"""What the toy can be told not to keep. Each must then be noticed by some case, and each case must notice one."""


class Rules:
    def __init__(self, broken=None):
        """`broken` is a part of the name of one of ALL, or None."""
        assert broken is None or broken in ALL, broken
        self.broken = broken

    def keep(self, name):
        assert name in ALL, name
        return name != self.broken


ALL = (
    # Of everything.
    "answers at all", "keeps serving", "says Connection: close only where it ends", "ends connections",
    # HTTP.
    "lets in who asks rightly", "refuses who asks wrongly", "answers plain requests",
    "answers one request after the other",
    "knows methods", "knows versions", "looks at targets", "takes absolute targets", "looks at paths",
    "parses header lines strictly", "bounds heads", "wants one Host", "knows strangers' hosts", "knows its own hosts",
    "knows strangers' origins",
    "wants Upgrade", "reads Upgrade as a list", "wants Connection", "reads Connection as a list", "wants a key",
    "wants version 13",
    "names its version", "computes Sec-WebSocket-Accept", "refuses bodies", "wants one length", "wants plain chunks",
    "reads chunks strictly",
    "bounds bodies", "reads bodies to their end", "refuses bytes behind a handshake", "leaves the body of HEAD out",
    "names allowed methods",
    # Negotiation.
    "chooses the client's first subprotocol", "names a known subprotocol only", "agrees to compression",
    "answers parameters",
    "declines wrong parameters", "refuses malformed extensions", "answers nothing that was not offered",
    # Frames.
    "wants masks", "unmasks", "knows RSV bits", "knows opcodes", "wants shortest lengths", "reads long lengths",
    "bounds messages", "keeps control frames short",
    "keeps control frames whole", "echoes ping payloads", "answers pings", "ignores pongs", "wants a first fragment",
    "wants no new message within one",
    "joins fragments", "reads control frames between fragments", "wants UTF-8", "wants UTF-8 behind empty fragments",
    "takes all UTF-8",
    "wants a code of two bytes", "knows codes", "takes good codes", "echoes codes", "wants UTF-8 in reasons",
    "says nothing behind a close",
    "closes politely", "masks nothing itself", "sends whole UTF-8",
    # Compression.
    "inflates", "inflates each message alone", "wants DEFLATE", "bounds what it inflates", "wants RSV1 first only",
    "wants an agreement for RSV1",
    "wants UTF-8 inside",
    # Messages.
    "bounds viewers' messages", "wants text", "wants JSON", "looks at shapes", "knows types", "bounds depth",
    "forgives ten errors", "counts errors",
    "answers messages", "stays when a message is wrong", "takes publishers' messages", "bounds publishers' messages",
    "bounds images",
)
