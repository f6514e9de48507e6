"""OSC for tests: messages and bundles as bytes, and a socket that sends them and hears answers."""
import socket, struct, time


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return b + b"\0" * (4 - len(b) % 4)


def message(address, *args):
    tags, data = ",", b""
    for a in args:
        if isinstance(a, bool):
            tags += "T" if a else "F"
        elif isinstance(a, int):
            tags, data = tags + "i", data + struct.pack(">i", a)
        elif isinstance(a, float):
            tags, data = tags + "f", data + struct.pack(">f", a)
        else:
            tags, data = tags + "s", data + text(a)
    return text(address) + text(tags) + data


def bundle(when, *packets):
    """when: seconds since 1970, or None: at once"""
    tag = 1 if when is None else int((when + 2208988800) * 2**32)
    return text("#bundle") + struct.pack(">Q", tag) + b"".join(struct.pack(">i", len(p)) + p for p in packets)


def read(packet):
    def string(at):
        end = packet.index(b"\0", at)
        return packet[at:end].decode(), end + 4 - end % 4

    address, at = string(0)
    tags, at = string(at)
    out = [address]
    for t in tags[1:]:
        if t == "s":
            s, at = string(at)
            out.append(s)
        else:
            out.append(struct.unpack(">" + t, packet[at : at + 4])[0])
            at += 4
    return out


class Client:
    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.to = (host, port)

    def send(self, *args):
        self.send_bytes(message(*args))

    def send_bytes(self, packet):
        self.socket.sendto(packet, self.to)

    def hear(self):
        return read(self.socket.recv(65536))

    def ask(self, *args):
        self.send(*args)
        return self.hear()
