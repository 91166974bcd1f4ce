"""Web addresses: how they are spoken of, and which lie inside this machine or its network."""

from __future__ import annotations

import hashlib
import ipaddress
from urllib.parse import SplitResult, urlsplit

from contest.text import shown


def place_of(url: str) -> str:
    """An address as a lasting name: no login, no fragment, a digest in place of its query.

    A query may hold a reader's secret token, and names end up in exports.

    >>> place_of("https://ada:pw@news.example/feed.xml")
    'https://news.example/feed.xml'
    >>> place_of("https://news.example/feed?user=ada&token=secret")
    'https://news.example/feed?~22a81047'
    """
    parts = _split(url)
    digest = f"?~{hashlib.sha256(parts.query.encode()).hexdigest()[:8]}" if parts.query else ""
    return f"{parts.scheme}://{host_of(url)}{parts.path}{digest}"


def spoken(url: str) -> str:
    """An address as it is named in a message: no login, no query, not endless.

    >>> spoken("https://news.example/feed?token=secret")
    'https://news.example/feed?…'
    """
    parts = _split(url)
    query = "?…" if parts.query else ""
    return shown(f"{parts.scheme}://{host_of(url)}{parts.path}", 160) + query


def host_of(url: str) -> str:
    """host[:port] of an address, lower case, without a login.

    >>> host_of("http://ada:pw@News.Example:8080/x")
    'news.example:8080'
    """
    return _split(url).netloc.rpartition("@")[2].lower()


def host_name(url: str) -> str:
    """The host of an address without its port ("" where there is none)."""
    return _split(url).hostname or ""


def is_inside(address: str) -> bool:
    """Whether an IP address is loopback, private, link-local or otherwise not of the open net.

    >>> [is_inside(ip) for ip in ("127.0.0.1", "169.254.1.1", "::1", "::ffff:10.0.0.1", "9.9.9.9")]
    [True, True, True, True, False]
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return not (mapped or ip).is_global


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own.

    >>> [is_loopback(ip) for ip in ("127.0.0.1", "::1", "10.0.0.1", "fe80::1%eth0", "here")]
    [True, True, False, False, False]
    """
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", shown(url, 80), "", "")
