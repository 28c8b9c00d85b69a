"""Publishing and watching for asyncio programs; `freshframe.publish` and `watch` are these, in a thread."""

from ._publisher import Publisher, publish
from ._watch import Watch, watch

__all__ = ["Publisher", "Watch", "publish", "watch"]
