"""Stands between Jupyter and a kernel of this project: CONNECTION_FILE PROGRAM ARGUMENT...

The program gets a connection file of its own as its last argument. What is added:

- Cells queued behind a failed or stopped one are aborted, as Jupyter's protocol asks; Deno's kernel would run them.
- A cell that Deno's kernel refuses without a word, because it cannot be parsed, gets the parser's words.
- Deno's kernel says nothing about a name; Shift+Tab shows what the library's documentation says.
- A notebook outside the checkout finds the library: the kernel starts in the checkout and moves to the notebook's folder.
- A kernel that ends before its first word is started again: between the choice of its ports and its taking them another program
  may have taken one.
- The kernel ends with this process, and this process with the kernel.
"""

import collections
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import zmq
from jupyter_client.session import DELIM, Session

FOLDER = os.path.dirname(os.path.realpath(__file__))
sys.path.append(FOLDER)  # it runs isolated

from documentation import documentation_at  # noqa: E402

HOST = "127.0.0.1"
FRONT = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.ROUTER}
BACK = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB}
IDENTITY = b"relay"  # on every channel: the kernel asks for input at the identity that sent the cell
PROBE_MS = 100
STARTS = 3
IDLE_SECONDS = 2  # a reply waits so long for the cell's "idle"
LAST_WORDS_SECONDS = 0.2  # the last messages leave within
CHECKOUT = os.path.dirname(os.path.dirname(FOLDER))
END_WITH_PARENT = os.path.join(FOLDER, "end_with_parent.py")


class Message:
    """The frames of a message, of which only what is needed is read."""

    def __init__(self, frames):
        at = frames.index(DELIM)
        self.idents, self.frames, self.content_frame = frames[:at], frames[at:], frames[at + 5]
        self.header, self.parent = json.loads(frames[at + 2]), json.loads(frames[at + 3])
        self.type, self.id, self.parent_id = self.header["msg_type"], self.header["msg_id"], self.parent.get("msg_id")

    @property
    def content(self):
        return json.loads(self.content_frame)


class Cell:
    """A request to run code that the kernel has not answered yet. It is over once reply and "idle" are here."""

    def __init__(self, request):
        self.request = request
        self.reply = self.idle = self.deadline = None
        self.explained = False

    @property
    def over(self):
        return self.reply is not None and (self.idle is not None or time.monotonic() > self.deadline)


class Relay:
    def __init__(self, connection, documents):
        self.documents = documents  # whether names are looked up here
        self.session = Session(key=connection["key"].encode(), signature_scheme=connection["signature_scheme"])
        self.context = zmq.Context()
        separator = "-" if connection["transport"] == "ipc" else ":"
        address = f"{connection['transport']}://{connection['ip']}{separator}"
        self.front = {name: self.context.socket(kind) for name, kind in FRONT.items()}
        self.front["iopub"].sndhwm = 0  # no limit: what is above one is dropped without a word
        for name, front in self.front.items():
            front.bind(f"{address}{connection[f'{name}_port']}")
        self.back = {}
        self.queue = collections.deque()
        self.cell = None
        self.clients = {}  # who sent a request, by its id: Deno's kernel keeps one address of a message, not the whole way
        self.own = set()  # ids of this process's own requests: nobody else hears of them

    def ask(self, kind, content=None):
        self.own.add(self.session.send(self.back["shell"], kind, content or {})["header"]["msg_id"])

    def meet(self, kernel, ports):
        """Whether the kernel has been heard, before which outputs may be lost; false where it ends without a word."""
        self.back = {name: self.context.socket(kind) for name, kind in BACK.items()}
        self.back["iopub"].rcvhwm = 0
        for name, back in self.back.items():
            back.identity = IDENTITY
            back.connect(f"tcp://{HOST}:{ports[f'{name}_port']}")
        self.back["iopub"].subscribe(b"")
        while kernel.poll() is None:
            self.ask("kernel_info_request")
            if self.back["iopub"].poll(PROBE_MS):
                return True
        for back in self.back.values():
            back.close(linger=0)
        return False

    def run(self):
        routes = {
            self.back["iopub"]: self.from_iopub,
            self.back["shell"]: self.from_kernel,
            self.front["shell"]: lambda frames: self.take(Message(frames)),
            self.front["hb"]: self.front["hb"].send_multipart,
        }
        for name in ("control", "stdin"):
            routes[self.front[name]] = lambda frames, name=name: self.to_kernel(name, Message(frames))
            routes[self.back[name]] = lambda frames, name=name: self.to_client(name, Message(frames))
        while True:
            zmq.select(list(routes), [], [], timeout=PROBE_MS / 1000 if self.cell and self.cell.reply else None)
            for source, route in routes.items():
                while source.poll(0):
                    route(source.recv_multipart())
            self.go_on()

    def take(self, request):
        if self.documents and request.type == "inspect_request":
            self.document(request)
        else:
            self.queue.append(request)

    def document(self, request):
        """At once, also while a cell runs."""
        found = documentation_at(request.content["code"], request.content["cursor_pos"])
        with self.busy_with(request):
            content = {"status": "ok", "found": found is not None, "data": found or {}, "metadata": {}}
            self.answer("inspect_reply", content, request)

    def to_kernel(self, name, message):
        if message.type.endswith("_request"):
            self.clients[message.id] = message.idents
        self.back[name].send_multipart(message.frames)

    def to_client(self, name, message):
        """An answer ends its request; a question to the user does not."""
        way = self.clients.get(message.parent_id) if name == "stdin" else self.clients.pop(message.parent_id, None)
        if way is not None:
            self.front[name].send_multipart([*way, *message.frames])

    def from_iopub(self, frames):
        message = Message(frames)
        if message.parent_id in self.own:
            return
        if self.cell and message.parent_id == self.cell.request.id:
            self.cell.explained |= message.type == "error" or message.type == "stream" and b"stderr" in message.content_frame
            if message.type == "status" and message.content["execution_state"] == "idle":
                self.cell.idle = frames
                return
        self.front["iopub"].send_multipart(frames)

    def from_kernel(self, frames):
        message = Message(frames)
        if message.parent_id in self.own:
            return
        if self.cell and message.parent_id == self.cell.request.id:
            self.cell.reply, self.cell.deadline = message, time.monotonic() + IDLE_SECONDS
        else:
            self.to_client("shell", message)

    def go_on(self):
        """Ends the cell that is over, and hands the kernel what is next: one cell at a time."""
        if self.cell and self.cell.over:
            cell, self.cell = self.cell, None
            self.end(cell)
        while self.queue and not self.cell:
            request = self.queue.popleft()
            if request.type == "execute_request":
                self.cell = Cell(request)
            self.to_kernel("shell", request)

    def end(self, cell):
        request, reply = cell.request, cell.reply.content
        failed = reply["status"] != "ok"
        if failed and not cell.explained:
            error = words_for(request.content["code"])
            reply.update(error)
            self.publish("error", error, request)
        if cell.idle:
            self.front["iopub"].send_multipart(cell.idle)
        self.answer("execute_reply", reply, request)
        self.clients.pop(request.id, None)
        if failed and request.content.get("stop_on_error", True):
            self.abort_queued()

    def abort_queued(self):
        waiting, self.queue = self.queue, collections.deque()
        for request in waiting:
            if request.type != "execute_request":
                self.queue.append(request)
                continue
            with self.busy_with(request):
                self.answer("execute_reply", {"status": "aborted"}, request)

    @contextlib.contextmanager
    def busy_with(self, request):
        self.publish("status", {"execution_state": "busy"}, request)
        yield
        self.publish("status", {"execution_state": "idle"}, request)

    def publish(self, kind, content, request):
        self.session.send(self.front["iopub"], kind, content, parent=request.header, ident=kind.encode())

    def answer(self, kind, content, request):
        self.session.send(self.front["shell"], kind, content, parent=request.header, ident=request.idents)


def words_for(code):
    """The error of a cell that failed without a word: the parser's, where it finds fault."""
    said = parser_words(code)
    fault = re.search(r"SyntaxError: (.*)", said)
    place = re.search(r"_stdin\.ts:(\d+):(\d+)", said)
    if fault is None or place is None:
        value = "the kernel refused this cell without a word; nothing of it was run"
        return {"ename": "Error", "evalue": value, "traceback": [f"Error: {value}"]}
    line, column = place.groups()
    value = f"{fault[1]} in line {line}, column {column} of this cell; nothing of it was run"
    excerpt = [text for text in said.splitlines() if re.match(r"\s*\d* \|", text)]
    return {"ename": "SyntaxError", "evalue": value, "traceback": [f"SyntaxError: {value}", *excerpt]}


def parser_words(code):
    """What Deno's formatter says about the code; it parses as the kernel does."""
    deno = os.path.join(os.path.dirname(sys.executable), "deno")
    command = [deno, "fmt", "--no-config", "--ext", "ts", "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, env={"NO_COLOR": "1"}).stderr


def free_ports(names):
    """Ports of this machine that nobody listens at."""
    sockets = {name: socket.create_server((HOST, 0)) for name in names}
    ports = {f"{name}_port": each.getsockname()[1] for name, each in sockets.items()}
    for each in sockets.values():
        each.close()
    return ports


def start(command, folder, connection):
    """Starts the kernel in a group of its own: a stop comes to it once. Its connection is a file in memory."""
    file = os.memfd_create("connection")
    os.write(file, json.dumps(connection).encode())
    bound = [sys.executable, "-I", "-S", END_WITH_PARENT, str(os.getpid()), *command, f"/proc/self/fd/{file}"]
    kernel = subprocess.Popen(bound, cwd=folder, start_new_session=True, pass_fds=[file])
    os.close(file)
    return kernel


def end_with(kernel):
    status = kernel.wait()
    time.sleep(LAST_WORDS_SECONDS)
    os._exit(status if status >= 0 else 128 - status)


def main(connection_file, *command):
    with open(connection_file) as file:
        connection = json.load(file)
    folder = os.getcwd()
    at_home = os.path.commonpath([folder, CHECKOUT]) == CHECKOUT
    relay = Relay(connection, documents=os.path.basename(command[0]) == "deno")
    for left in reversed(range(STARTS)):
        ports = free_ports(FRONT)
        kernel = start(command, folder if at_home else CHECKOUT, {**connection, "transport": "tcp", "ip": HOST, **ports})
        signal.signal(signal.SIGINT, lambda *_, kernel=kernel: kernel.send_signal(signal.SIGINT))
        if relay.meet(kernel, ports):
            break
        if left == 0:
            end_with(kernel)
    threading.Thread(target=end_with, args=[kernel], daemon=True).start()
    if not at_home:
        relay.ask("execute_request", {"code": f"process.chdir({json.dumps(folder)})", "silent": True, "store_history": False})
    relay.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
