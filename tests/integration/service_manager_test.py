"""The program under a service manager, which the test plays: what it is told, and sockets that it passes."""

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from freshframe_server import PATIENCE_S, PROGRAM, FreshframeServer, wait_until

WATCHDOG_S = 0.4
SANITIZED = "FRESHFRAME_SANITIZED" in os.environ

# The encoder, as it is when whatever it calls does not return for as long as the file is there.
HANGING_ENCODER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int tjCompressFromYUVPlanes(void *a, const unsigned char **b, int c, const int *d, int e, int f, unsigned char **g,
                            unsigned long *h, int i, int j) {
  while (access(getenv("HANG_WHILE"), F_OK) == 0) usleep(1000);
  int (*real)(void *, const unsigned char **, int, const int *, int, int, unsigned char **, unsigned long *, int,
              int) = dlsym(RTLD_NEXT, "tjCompressFromYUVPlanes");
  return real(a, b, c, d, e, f, g, h, i, j);
}
"""


class Manager:
    """The end of NOTIFY_SOCKET that a service manager reads."""

    def __init__(self, folder):
        self.path = str(pathlib.Path(folder) / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(PATIENCE_S)

    def hears(self):
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())

    def hears_all_until(self, key):
        heard = []
        while not heard or key not in heard[-1]:
            heard.append(self.hears())
        return heard

    def unread(self):
        """What was told so far and not read."""
        datagrams = []
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                datagrams.append(self.hears())
        self.socket.settimeout(PATIENCE_S)
        return datagrams

    def close(self):
        self.socket.close()


def passing(sockets):
    """For FreshframeServer's run_by: a command that passes sockets on as systemd does."""
    inherited = [listening.fileno() for listening in sockets]
    # Above all targets first, so that none is overwritten before it was copied.
    script = ("import fcntl,os,sys; n=int(sys.argv[1]); "
              "high=[fcntl.fcntl(int(fd),fcntl.F_DUPFD,100) for fd in sys.argv[2:2+n]]; "
              "[os.dup2(fd,3+i) for i,fd in enumerate(high)]; "
              "os.environ.update(LISTEN_PID=str(os.getpid()),LISTEN_FDS=str(n)); "
              "os.execvp(sys.argv[2+n],sys.argv[2+n:])")
    return ["/usr/bin/python3", "-c", script, str(len(inherited)), *map(str, inherited)]


def listening_at(address, family=socket.AF_INET):
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind((address, 0))
    listening.listen()
    listening.set_inheritable(True)
    return listening


class ServiceManagerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.manager = Manager(folder.name)
        self.addCleanup(self.manager.close)

    def under_the_manager(self, *more):
        return ["env", f"NOTIFY_SOCKET={self.manager.path}", *more]


class NotifyTest(ServiceManagerTest):
    def test_it_is_told_when_we_serve_and_when_we_end(self):
        with FreshframeServer("--camera", "pattern", run_by=self.under_the_manager()) as server:
            ready = self.manager.hears()
            self.assertEqual(ready["READY"], "1")
            self.assertEqual(ready["STATUS"], f"Serving 1 cameras at port {server.port}")
            server.tell_to_end()
            self.assertEqual(self.manager.hears(), {"STOPPING": "1"})

    def test_a_start_that_fails_is_never_ready(self):
        with socket.create_server(("127.0.0.1", 0)) as busy:
            run = subprocess.run([PROGRAM, "--camera", "pattern", "--listen", f"127.0.0.1:{busy.getsockname()[1]}"],
                                 env=os.environ | {"NOTIFY_SOCKET": self.manager.path}, capture_output=True,
                                 timeout=PATIENCE_S)
        self.assertEqual(run.returncode, 71)
        self.assertEqual(self.manager.unread(), [])

    def test_a_manager_that_is_gone_does_not_disturb(self):
        self.manager.close()
        os.unlink(self.manager.path)
        with FreshframeServer("--camera", "pattern", "--log-level", "debug",
                              run_by=self.under_the_manager("WATCHDOG_USEC=20000")) as server:
            wait_until(lambda: server.log_text().count("cannot tell WATCHDOG=1") >= 1, "a feeding that fails")
            self.assertIn("cam0", server.cameras())


class WatchdogTest(ServiceManagerTest):
    def watched(self, *more):
        return self.under_the_manager(f"WATCHDOG_USEC={int(WATCHDOG_S * 1e6)}", *more)

    def test_it_is_fed_while_nobody_watches_and_while_somebody_does(self):
        with FreshframeServer("--camera", "pattern", "--camera", "vision=publish", run_by=self.watched()) as server:
            self.assertIn("READY", self.manager.hears())
            for _ in range(5):
                self.assertEqual(self.manager.hears(), {"WATCHDOG": "1"})
            with urllib.request.urlopen(server.url + "stream", timeout=PATIENCE_S) as stream:
                stream.read(100_000)
                self.manager.unread()
                for _ in range(5):
                    self.assertEqual(self.manager.hears(), {"WATCHDOG": "1"})

    def test_it_is_fed_until_we_stop_and_not_after(self):
        with FreshframeServer("--camera", "pattern", run_by=self.watched()) as server:
            self.manager.hears_all_until("WATCHDOG")
            server.stop()
            self.assertEqual(self.manager.hears_all_until("STOPPING")[-1], {"STOPPING": "1"})
            self.assertEqual(self.manager.unread(), [])

    @unittest.skipIf(SANITIZED, "a sanitizer wants to be the first library")
    def test_it_goes_hungry_while_the_encode_thread_of_one_camera_hangs(self):
        hanging, switch = self.folder / "hanging.so", self.folder / "hangs"
        subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", "-o", hanging, "-"], input=HANGING_ENCODER, text=True,
                       check=True, timeout=PATIENCE_S)
        with FreshframeServer("--camera", "good=pattern:320x240,mjpeg", "--camera", "bad=pattern:320x240",
                              run_by=self.watched(f"LD_PRELOAD={hanging}", f"HANG_WHILE={switch}")) as server:
            with urllib.request.urlopen(server.url + "cameras/bad/stream", timeout=PATIENCE_S) as stream:
                stream.read(100)
                switch.touch()
                wait_until(lambda: "bad: the camera has hung for" in server.log_text(), "the complaint")
                self.manager.unread()

                def captured():
                    return server.cameras()["bad"]["frames"]["captured"]

                enough = captured() + 30 * 2 * WATCHDOG_S  # at 30 a second, while the event loop answers
                wait_until(lambda: captured() > enough, "frames that nobody encodes")
                self.assertEqual(self.manager.unread(), [])
                switch.unlink()
                self.assertEqual(self.manager.hears(), {"WATCHDOG": "1"})


class SocketActivationTest(ServiceManagerTest):
    def test_each_passed_socket_is_served_and_the_listen_flag_has_no_say(self):
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(listening_at(*place)) for place in
                       [("127.0.0.1",), ("127.0.0.2",), ("::1", socket.AF_INET6)]]
            ports = [listening.getsockname()[1] for listening in sockets]
            with FreshframeServer("--camera", "pattern", listen="127.0.0.1:1", run_by=passing(sockets),
                              sockets=sockets) as server:
                self.assertEqual(server.url, f"http://127.0.0.1:{ports[0]}/")
                for host, port in zip(["127.0.0.1", "127.0.0.2", "[::1]"], ports):
                    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=PATIENCE_S) as page:
                        self.assertIn(b"<html", page.read().lower())
                self.assertIn("--listen has no say", server.log_text())

    def test_who_connected_before_we_ran_is_served(self):
        with listening_at("127.0.0.1") as listening:
            with socket.create_connection(listening.getsockname(), PATIENCE_S) as early:
                early.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                with FreshframeServer("--camera", "pattern", run_by=passing([listening]), sockets=[listening]):
                    self.assertTrue(early.recv(12).startswith(b"HTTP/1.1 200"))

    def test_passed_sockets_beyond_this_machine_need_a_token(self):
        with listening_at("127.0.0.1") as near, listening_at("0.0.0.0") as far:
            with FreshframeServer("--camera", "pattern", run_by=passing([near, far]), sockets=[near, far],
                                  environment={"STATE_DIRECTORY": str(self.folder / "state")}):
                for listening in [near, far]:
                    with self.assertRaises(urllib.error.HTTPError) as refused:
                        urllib.request.urlopen(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=PATIENCE_S)
                    self.assertEqual(refused.exception.code, 401)

    def test_what_is_no_listening_tcp_socket_is_said_so(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as local:
            local.bind(str(self.folder / "local"))
            local.listen()
            run = subprocess.run([*passing([local]), PROGRAM, "--camera", "pattern"], pass_fds=[local.fileno()],
                                 capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(run.returncode, 71, run.stderr)
        self.assertIn("freshframe: descriptor 3", run.stderr)
        self.assertIn("ListenStream=", run.stderr)

    def test_with_sockets_an_address_that_is_not_ours_keeps_nothing_from_starting(self):
        with listening_at("127.0.0.1") as near:
            run = subprocess.run([*passing([near]), PROGRAM, "--check-config", "--camera", "pattern", "--listen", "192.0.2.1:80"],
                                 pass_fds=[near.fileno()], capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_sockets_for_another_process_are_left_alone(self):
        with FreshframeServer("--camera", "pattern", run_by=["env", "LISTEN_PID=1", "LISTEN_FDS=1"]) as server:
            self.assertIn("cam0", server.cameras())
            self.assertNotIn("has no say", server.log_text())


if __name__ == "__main__":
    unittest.main()
