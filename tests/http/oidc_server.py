"""An OIDC provider as a process of its own: `python -m tests.http.oidc_server` prints the port it listens on.

The first part of a path names a realm: an issuer with keys of its own, which also does what tests tell it. Its public
half is discovery and keys; under `/<realm>/test/` it rotates, misbehaves, tells how often it was asked, and signs.
"""

import base64
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Lock
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

DISCOVERY = ".well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Key:
    kid: str
    algorithm: str
    private: Any

    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        if self.algorithm == "ES256":
            shape = {"kty": "EC", "crv": "P-256", "x": encode(numbers.x), "y": encode(numbers.y)}
        else:
            shape = {"kty": "RSA", "n": encode(numbers.n), "e": encode(numbers.e)}
        return shape | {"kid": self.kid, "use": "sig"}


def encode(number: int) -> str:
    width = 32 if number.bit_length() <= 256 and number > 1 << 32 else (number.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(number.to_bytes(width, "big")).rstrip(b"=").decode()


def make_key(algorithm: str) -> Key:
    if algorithm == "ES256":
        return Key(uuid4().hex, algorithm, ec.generate_private_key(ec.SECP256R1()))
    return Key(uuid4().hex, algorithm, rsa.generate_private_key(public_exponent=65537, key_size=2048))


@dataclass
class Realm:
    """`behaviour` may hold `status`, `location`, `discovery`, `jwks`, `raw` and `held`, each in place of what is right,
    and `padding` behind it, in bytes.
    """

    keys: list[Key] = field(default_factory=lambda: [make_key("ES256")])
    behaviour: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=lambda: {"discovery": 0, "jwks": 0})
    released: Event = field(default_factory=Event)
    changed: Condition = field(default_factory=Condition)

    def publish(self, what: str, right: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        with self.changed:
            self.asked[what] += 1
            self.changed.notify_all()
            wrong = dict(self.behaviour)
        if wrong.get("held"):
            self.released.wait()
        headers = {"Location": wrong["location"]} if "location" in wrong else {}
        content = wrong["raw"] if "raw" in wrong else json.dumps(wrong.get(what, right))
        return wrong.get("status", 200), headers, content.encode() + b" " * wrong.get("padding", 0)

    def obey(self, command: str, given: dict[str, Any]) -> dict[str, Any]:
        if command == "rotate":
            self.keys = [make_key(given.get("algorithm", "ES256")), *(self.keys if given.get("keep") else [])]
        elif command == "behave":
            self.behaviour, released = given, self.released
            self.released = Event()
            released.set()
        elif command == "sign":
            key = self.keys[0]
            header = {"kid": key.kid} | given.get("header", {})
            return {"token": jwt.encode(given["claims"], key.private, key.algorithm, headers=header)}
        elif command == "await":
            with self.changed:
                self.changed.wait_for(lambda: self.asked["discovery"] >= given["fetches"])
        return {"asked": self.asked, "keys": [key.jwk() for key in self.keys]}


REALMS: dict[str, Realm] = {}
OPENING = Lock()


class Handler(BaseHTTPRequestHandler):
    """One request of a service or of a test."""

    def do_GET(self) -> None:
        realm, issuer, rest = self._realm()
        if rest == DISCOVERY:
            self._answer(*realm.publish("discovery", {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}))
        elif rest == "keys":
            self._answer(*realm.publish("jwks", {"keys": [key.jwk() for key in realm.keys]}))
        else:
            self._answer(404, {}, b"{}")

    def do_POST(self) -> None:
        realm, _, rest = self._realm()
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(200, {}, json.dumps(realm.obey(rest.removeprefix("test/"), given)).encode())

    def _realm(self) -> tuple[Realm, str, str]:
        _, name, rest = self.path.split("/", 2)
        with OPENING:
            realm = REALMS.setdefault(name, Realm())
        return realm, f"http://{self.headers['Host']}/{name}", rest

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing: tests read what is printed."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)  # noqa: T201 -- how the parent learns the port
    server.serve_forever()
