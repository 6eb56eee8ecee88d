"""A tiny application: `application.py MODE PORT`. What it is told, it tells.

serves      answers /health after a moment, /database with its DATABASE_URL, /child with the id of a process it started
unhealthy   listens, and answers /health with 503 for good
silent      never listens
dies        says why and ends with code 1
stubborn    serves, and does not end when asked to
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def main(mode: str, port: int) -> None:
    if mode == "dies":
        sys.exit("no configuration\nthe table orders is missing")
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    if mode == "silent":
        signal.pause()
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    began = time.monotonic()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            healthy = mode != "unhealthy" and time.monotonic() - began > 0.2
            status = 200 if self.path != "/health" or healthy else 503
            texts = {
                "/database": os.environ["DATABASE_URL"],
                "/child": f"{child.pid} {os.getpid()}",
                "/extra": os.environ.get("EXTRA", ""),
            }
            body = texts.get(self.path, "").encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
