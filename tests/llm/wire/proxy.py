"""A proxy between a client and a server that cuts, delays and garbles what the server says, as a bad line does."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Harm(StrEnum):
    """What a bad line does to what comes back."""

    NONE = "none"
    CUT = "cut"
    RESET = "reset"
    DELAY = "delay"
    GARBLE = "garble"
    SWALLOW = "swallow"  # it stays open and says nothing more
    REFUSE = "refuse"


@dataclass(frozen=True)
class Fault:
    """One harm, at so many bytes into the reply."""

    harm: Harm = Harm.NONE
    at: int = 0

    @classmethod
    def drawn(cls, chance: random.Random) -> Fault:
        """A fault by chance."""
        return cls(chance.choice(list(Harm)), chance.choice((0, 20, 200, chance.randrange(4000))))


@contextmanager
def proxied(address: str, next_fault: Callable[[], Fault]) -> Iterator[str]:
    """The address of a proxy before this server; each connection meets the next fault."""
    target = urlsplit(address)
    listener = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def accept() -> None:
        while not ending.is_set():
            with suppress(OSError):
                client, _ = listener.accept()
                server = (str(target.hostname), int(target.port or 80))
                threading.Thread(target=_serve, args=(client, server, next_fault(), ending), daemon=True).start()

    listener.settimeout(0.1)
    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{target.path}"
    finally:
        ending.set()
        accepting.join()
        listener.close()


def _serve(client: socket.socket, server: tuple[str, int], fault: Fault, ending: threading.Event) -> None:
    with client:
        if fault.harm is Harm.REFUSE:
            return
        with suppress(OSError), socket.create_connection(server) as upstream:
            threading.Thread(target=_carry_up, args=(client, upstream), daemon=True).start()
            _carry_down(upstream, client, fault, ending)


def _carry_up(client: socket.socket, upstream: socket.socket) -> None:
    with suppress(OSError):
        while data := client.recv(65536):
            upstream.sendall(data)
        upstream.shutdown(socket.SHUT_RDWR)


def _carry_down(upstream: socket.socket, client: socket.socket, fault: Fault, ending: threading.Event) -> None:
    passed = 0
    while data := upstream.recv(256):
        if passed <= fault.at < passed + len(data) or (fault.at < passed and fault.harm is Harm.GARBLE):
            before = data[: max(0, fault.at - passed)]
            client.sendall(before)
            if (rest := _harmed(data[len(before) :], client, fault.harm, ending)) is None:
                return
            data = rest
            passed += len(before)
        client.sendall(data)
        passed += len(data)


def _harmed(data: bytes, client: socket.socket, harm: Harm, ending: threading.Event) -> bytes | None:
    """What still goes on to the client, or None if nothing more does."""
    if harm is Harm.CUT:
        return None
    if harm is Harm.RESET:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        return None
    if harm is Harm.SWALLOW:
        ending.wait(30)
        return None
    if harm is Harm.DELAY:
        time.sleep(0.3)
    if harm is Harm.GARBLE:
        return bytes(byte ^ 0x15 for byte in data)
    return data
