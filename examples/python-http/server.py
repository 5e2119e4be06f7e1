"""A service on Python's standard library alone: it counts its own answers and drains when it is told to end."""

import os
import random
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "3000"))
FAIL_PERCENT = float(os.environ.get("FAIL_PERCENT", "0"))
DELAY_SECONDS = float(os.environ.get("DELAY_SECONDS", "0.005"))
# After SIGTERM: how long proxies may still send requests.
DRAIN_SECONDS = 2.5

BUCKETS_MS = [10, 50, 100, 300, 1000, 3000]
lock = threading.Lock()
answers = {"ok": 0, "error": 0}
durations = {"counts": [0] * len(BUCKETS_MS), "sum": 0.0, "count": 0}
draining = threading.Event()


def observe(result, milliseconds):
    with lock:
        answers[result] += 1
        durations["sum"] += milliseconds
        durations["count"] += 1
        for index, bound in enumerate(BUCKETS_MS):
            if milliseconds <= bound:
                durations["counts"][index] += 1


def exposition():
    with lock:
        lines = ["# TYPE greetings_total counter"]
        lines += [f'greetings_total{{result="{result}"}} {count}' for result, count in answers.items()]
        lines.append("# TYPE greeting_duration_milliseconds histogram")
        name = "greeting_duration_milliseconds"
        for bound, count in zip(BUCKETS_MS, durations["counts"]):
            lines.append(f'{name}_bucket{{le="{bound}"}} {count}')
        lines.append(f'{name}_bucket{{le="+Inf"}} {durations["count"]}')
        lines.append(f'{name}_sum {durations["sum"]}')
        lines.append(f'{name}_count {durations["count"]}')
        return "\n".join(lines) + "\n"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/greeting":
            self.greet()
        elif path == "/ready":
            self.answer(503 if draining.is_set() else 200, "")
        elif path == "/metrics":
            self.answer(200, exposition())
        else:
            self.answer(404, "")

    def greet(self):
        start = time.perf_counter()
        time.sleep(DELAY_SECONDS)
        failed = random.random() * 100 < FAIL_PERCENT
        observe("error" if failed else "ok", (time.perf_counter() - start) * 1000)
        self.answer(500 if failed else 200, "sorry\n" if failed else "hello\n")

    def answer(self, status, body):
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    # The end waits for the answers that are under way.
    daemon_threads = False
    request_queue_size = 128


server = Server(("127.0.0.1", PORT), Handler)


def drain(*_):
    draining.set()
    # shutdown() waits for the loop that this signal interrupts: only another thread can call it.
    threading.Timer(DRAIN_SECONDS, server.shutdown).start()


signal.signal(signal.SIGTERM, drain)
print(f"listens on port {PORT}", flush=True)
server.serve_forever(poll_interval=0.1)
server.server_close()
