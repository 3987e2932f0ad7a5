"""Which host names the page may be asked for under, and which pages may ask it.

A browser lets any site send requests to this machine. Two things tell such a request: a Host that is no name of ours
(a site that points its own name at this machine, "DNS rebinding"), and an Origin that is not the page itself. An IP
address as Host cannot come from rebinding, which needs a name.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.settings import Settings

_EVERY_ADDRESS = {"0.0.0.0", "::"}
# A Host header is a name or an address, and a port: nothing that reads as a path or a user in an address.
_HOST = re.compile(r"(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that the page answers to, in lower case; with `addresses`, every IP address as well."""

    names: frozenset[str]
    addresses: bool = False

    def answer_to(self, host: str) -> bool:
        """Whether a Host header, with or without a port, names this page."""
        name = host_name(host) if _HOST.fullmatch(host) else ""
        return name in self.names or (self.addresses and _is_address(name))

    def trust(self, origin: str, host: str) -> bool:
        """Whether a page of this Origin may ask: the page itself, or one of an allowed name."""
        _, scheme_end, place = origin.lower().partition("://")
        return bool(scheme_end) and (place == host.lower() or host_name(place) in self.names)


def hosts_of(settings: Settings) -> Hosts:
    """The names of this machine at the address that is listened on, and those that the operator allows."""
    allowed = {name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip()}
    if is_loopback(settings.host):
        return Hosts(frozenset(_LOOPBACK_NAMES | allowed))
    own = {socket.gethostname().lower(), socket.getfqdn().lower(), settings.host.lower()} - _EVERY_ADDRESS
    return Hosts(frozenset(_LOOPBACK_NAMES | own | allowed), addresses=True)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address that is listened on."""
    return host.lower() == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def host_name(host: str) -> str:
    """The name in a Host header or network location, in lower case, without port, brackets or credentials."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:  # a bracket that never closes
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
