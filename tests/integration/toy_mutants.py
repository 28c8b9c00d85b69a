"""Servers that break one rule each, and the case of the conformance runner that must notice."""

import struct

from toy_server import JSON_FORM, Connection, Protocol, Refused, Subscription, ToyServer, dump

# (server class, part of the case's sentence)
MUTANTS = []


def mutant(case, part=None):
    """`part` names the attribute of ToyServer that the decorated class is put into."""
    def add(broken):
        server = broken if part is None else type(broken.__name__, (ToyServer,), {part: broken})
        MUTANTS.append((server, case))
        return broken
    return add


def connection(case):
    return mutant(case, "connection_class")


def subscription(case):
    def add(broken):
        part = {"subscription_class": broken}
        connection(case)(type(broken.__name__, (Connection,), part))
        return broken
    return add


@connection("hello is the first message")
class SendsNoHello(Connection):
    def greet(self):
        pass


@connection("hello is the first message")
class HelloHasNoCameras(Connection):
    def say(self, message):
        super().say({name: value for name, value in message.items() if name != "cameras"})


@connection("hello tells the size")
class ForgetsTheSize(Connection):
    def say(self, message):
        if message["type"] == "hello":
            cameras = [{**camera, "width": None, "height": None} for camera in message["cameras"]]
            message = {**message, "cameras": cameras}
        super().say(message)


@mutant("offered freshframe.v1.binary then freshframe.v1.json", "protocol_class")
class PicksItsOwnFirst(Protocol):
    def select_subprotocol(self, offered, ours):
        return next((name for name in ours if name in offered), None)


@mutant("offered no subprotocol", "connection_class")
class SpeaksBinaryUnasked(Connection):
    def __init__(self, server, socket):
        super().__init__(server, socket)
        self.form = "freshframe.v1.binary"


@mutant("a query that cannot be meant")
class GuessesWhatIsMeant(ToyServer):
    def is_meant(self, path):
        return True


@mutant("refused with 404")
class ShowsAnyCamera(ToyServer):
    def wanted(self, path):
        return super().wanted(path) or [self.cameras[0]]


@mutant("?subscribe=none sends nothing")
class SubscribesUnasked(ToyServer):
    def wanted(self, path):
        wanted = super().wanted(path)
        return [self.cameras[0]] if wanted == [] else wanted


@connection("status of a camera comes before")
class ForgetsTheStatus(Connection):
    def status(self, camera):
        pass


@connection("sequence rises from frame to frame")
class NumbersFall(Connection):
    def frame(self, camera, sequence, captured_us, dropped):
        return super().frame(camera, 10**9 - sequence, captured_us, dropped)


@subscription("max_fps holds, and dropped tells")
class DropsUntold(Subscription):
    def sent(self, sequence, now):
        super().sent(sequence, now)
        return 0


@connection("never lies in the server's future")
class FramesFromTheFuture(Connection):
    def frame(self, camera, sequence, captured_us, dropped):
        return super().frame(camera, sequence, captured_us + 3_600_000_000, dropped)


@connection("data is a whole JPEG file")
class CutsTheFileShort(Connection):
    def encode_frame(self, head, image):
        return super().encode_frame(head, image[:-1])


@connection("data is a whole JPEG file")
class SwapsTheSides(Connection):
    def encode_frame(self, head, image):
        return super().encode_frame({**head, "width": 8, "height": 16}, image)


@connection("the binary form carries the same")
class WritesLengthsLittleEndian(Connection):
    def encode_frame(self, head, image):
        if self.form == JSON_FORM:
            return super().encode_frame(head, image)
        text = dump(head).encode()
        return struct.pack("<I", len(text)) + text + image


@connection("the binary form carries the same")
class OtherTimesInBinary(Connection):
    def encode_frame(self, head, image):
        if self.form != JSON_FORM:
            head = {**head, "captured_us": head["captured_us"] // 1000 * 1000 + 1}
        return super().encode_frame(head, image)


@connection("after unsubscribe no more frames")
class GoesOnAfterUnsubscribe(Connection):
    def unsubscribe(self, message, an_id):
        pass


@connection("unsubscribe and subscribe again begins anew")
class RemembersOldSubscriptions(Connection):
    def unsubscribe(self, message, an_id):
        self.server.old = self.subscriptions.get(message.get("camera"))
        super().unsubscribe(message, an_id)

    def subscribe(self, message, an_id):
        super().subscribe(message, an_id)
        old = getattr(self.server, "old", None)
        if old is not None:
            self.subscriptions[message["camera"]].last_sequence = old.last_sequence - 1


@connection("max_fps holds")
class IgnoresMaxFps(Connection):
    def subscribe(self, message, an_id):
        super().subscribe({name: value for name, value in message.items() if name != "max_fps"}, an_id)


@subscription("max_fps holds")
class DoesNotCountTheFirst(Subscription):
    def sent(self, sequence, now):
        is_first = self.last_sequence is None
        dropped = super().sent(sequence, now)
        if is_first:
            self.next_at = 0.0
        return dropped


@connection("max_fps can change")
class KeepsTheFirstMaxFps(Connection):
    def subscribe(self, message, an_id):
        super().subscribe(message, an_id)
        if "max_fps" not in message and hasattr(self, "max_fps"):
            self.subscriptions[message["camera"]].max_fps = self.max_fps
        self.max_fps = message.get("max_fps", 1000)


@connection("max_fps 0 pauses")
class NeverPauses(Connection):
    def subscribe(self, message, an_id):
        super().subscribe({**message, "max_fps": message.get("max_fps") or 1000}, an_id)


@connection("several cameras, each with its own")
class NumbersOfAllCamerasTogether(Connection):
    def take_frame(self):
        head = super().take_frame()
        if head is not None:
            self.count = getattr(self, "count", 0) + 1
            head["sequence"] = self.count
        return head


@connection("to unsubscribe from one camera leaves the other")
class UnsubscribesFromAll(Connection):
    def unsubscribe(self, message, an_id):
        super().unsubscribe(message, an_id)
        self.subscriptions.clear()


@connection("answered with its own time")
class PongsInMilliseconds(Connection):
    def say(self, message):
        if message["type"] == "pong":
            message = {**message, "received_us": message["received_us"] // 1000}
        super().say(message)


@connection("an id comes back as it was")
class MakesIdsText(Connection):
    def say(self, message):
        super().say({**message, "id": str(message["id"])} if "id" in message else message)


@connection("subscribe-with-unknown-member.json is taken")
class RefusesUnknownMembers(Connection):
    def parse(self, raw):
        message = super().parse(raw)
        if isinstance(message, dict) and "quality" in message:
            return {}
        return message


@connection("a message of 4096 bytes is taken")
class TakesShortMessagesOnly(Connection):
    max_bytes = 4000


@connection("too-large--4097-bytes.json")
class TakesLongMessages(Connection):
    max_bytes = 5000


@mutant("a message of 65536 bytes is answered with too-large")
class EndsAtOnceForALongMessage(ToyServer):
    max_size = 4096


@connection("messages that are too large are wrong messages")
class ForgivesLongMessages(Connection):
    def refuse(self, refused, request, an_id):
        self.errors -= refused.code == "too-large"
        super().refuse(refused, request, an_id)


@mutant("a message of more than 65536 bytes ends")
class NeverEndsForALongMessage(ToyServer):
    max_size = None


@subscription("when acknowledgements stop")
class NeverWaits(Subscription):
    def may_send(self, now):
        return self.max_fps != 0 and now >= self.next_at


class Queues(Connection):
    """Has one queue for all that it sends: what comes after a frame waits with it."""

    def say(self, message):
        if message["type"] in self.queued and self.frames:
            self.behind_frames.append(message)
        else:
            super().say(message)

    def __init__(self, server, socket):
        super().__init__(server, socket)
        self.behind_frames = []

    def take_frame(self):
        head = super().take_frame()
        if head is not None:
            self.replies, self.behind_frames = self.replies + self.behind_frames, []
        return head


@connection("a pong overtakes frames")
class QueuesPongs(Queues):
    queued = ("pong",)


@connection("a status overtakes frames")
class QueuesStatuses(Queues):
    queued = ("status",)


@subscription("were never sent bring no frames")
class BelievesAnyNumber(Subscription):
    def acknowledge(self, sequence):
        if self.unacknowledged and sequence >= self.unacknowledged[-1]:
            super().acknowledge(self.unacknowledged[-1])


@subscription("after a lost acknowledgement")
class FreezesForever(Subscription):
    window = 1
    patience_s = 1e6


@subscription("counts for all frames before it")
class WantsEveryAcknowledgement(Subscription):
    patience_s = 1e6

    def acknowledge(self, sequence):
        if self.unacknowledged and self.unacknowledged[0] == sequence:
            super().acknowledge(sequence)


@connection("late, early or of nothing")
class ComplainsOfLateAcknowledgements(Connection):
    def ack(self, message, an_id):
        held = self.subscriptions.get(message.get("camera"))
        if held is not None and message.get("sequence", 0) not in held.unacknowledged:
            self.subscribe({}, an_id)
        super().ack(message, an_id)


@connection("unknown-type--weather.json")
class OtherCodes(Connection):
    def refuse(self, refused, request, an_id):
        refused.code = "bad-shape"
        super().refuse(refused, request, an_id)


@connection("bad-shape--subscribe-max-fps-above-1000.json")
class TakesAnyMaxFps(Connection):
    def subscribe(self, message, an_id):
        super().subscribe({**message, "max_fps": min(message.get("max_fps", 1000), 1000)}, an_id)


@connection("bad-shape--subscribe-camera-is-a-list.json")
class NamesNoRequest(Connection):
    def refuse(self, refused, request, an_id):
        super().refuse(refused, None, an_id)


@connection("a binary message is answered with not-text")
class ReadsBinary(Connection):
    def parse(self, raw):
        return super().parse(raw.decode() if isinstance(raw, bytes) else raw)


@connection("soon after the close is 4001")
class ForgivesAll(Connection):
    def refuse(self, refused, request, an_id):
        self.errors = 0
        super().refuse(refused, request, an_id)


@mutant("too-many-subscriptions")
class SubscribesToSeventeen(ToyServer):
    cameras = tuple(f"cam{number}" for number in range(17))

    class connection_class(Connection):
        def subscribe(self, message, an_id):
            spare = dict(list(self.subscriptions.items())[:8])
            for camera in spare:
                del self.subscriptions[camera]
            super().subscribe(message, an_id)
            self.subscriptions.update(spare)


@connection("get-controls is answered with each camera's controls")
class NamesAFrameUnasked(Connection):
    def tell_controls(self, camera, **more):
        super().tell_controls(camera, **{"sequence": 1, **more})


@connection("set-controls is answered with what is set")
class SetsNothing(Connection):
    def set_controls(self, message, an_id):
        super().set_controls({**message, "values": {}}, an_id)


@connection("a frame that is named comes")
class NamesAFrameThatNeverComes(Connection):
    def tell_controls(self, camera, **more):
        if "sequence" in more:
            more["sequence"] += 1_000_000
        super().tell_controls(camera, **more)


@connection("null sets a control to its default")
class TakesNullForNothing(Connection):
    def set_controls(self, message, an_id):
        values = {name: value for name, value in message["values"].items() if value is not None}
        super().set_controls({**message, "values": values}, an_id)


@connection("set-controls with something wrong sets nothing")
class SetsWhatIsRight(Connection):
    def check_values(self, values):
        self.server.light.update(dict.fromkeys(self.server.cameras, values.get("Light", 5)))
        super().check_values(values)


@connection("who has asked for a watched camera's controls is told")
class TellsNobody(Connection):
    def hear_of_controls(self, camera):
        pass


@connection("who has not asked for a camera's controls")
class TellsAll(Connection):
    def hear_of_controls(self, camera):
        self.tell_controls(camera)


@connection("golden/client/valid/set-controls.json")
class KnowsNoOtherControls(Connection):
    def check_values(self, values):
        if "Brightness" in values:
            raise Refused("not-subscribed", "there is no such control")
        super().check_values(values)
