"""Is the port free that the server is to listen on? Asked before anything is installed, so with the standard library.

`make run` asks it first, `server.py serve` again. HOST and PORT as for the server; what only the server understands is
left to it.
"""

import errno
import os
import socket
import sys

host, port = os.environ.get("HOST", "").strip() or "127.0.0.1", os.environ.get("PORT", "").strip() or "8000"


def taken(host: str, port: int) -> OSError | None:
    """Why the server could not listen there; None if it could, or if the server is to explain it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        return None
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen()
        except OSError as error:
            return error if error.errno in (errno.EADDRINUSE, errno.EACCES) else None
    return None


if port.isdecimal() and 0 < int(port) < 65536 and (error := taken(host, int(port))):
    reason = "is in use" if error.errno == errno.EADDRINUSE else "is not for this user"
    example = 8001 if port != "8001" else 8002
    sys.exit(f"retour: Port {port} of {host} {reason}. Name another one: make run PORT={example}")
