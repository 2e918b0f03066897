"""A small identity provider (OpenID Connect, code flow) on loopback: it lets in whoever it was told to, without asking."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "r57", "bi-mat-cua-phep-thu"


class Provider(ThreadingHTTPServer):
    """claims: what it says of the person. asked: paths, in order."""

    daemon_threads = True

    def __init__(self, claims: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.claims = claims
        self.asked: list[str] = []
        self.nonces: dict[str, str] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.server.asked.append(asked.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        url = self.server.url
        if asked.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            self._tell({
                "issuer": url, **{name: f"{url}/{path}" for name, path in names.items()}, "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            })  # fmt: skip
        elif asked.path == "/jwks":
            self._tell({"keys": [self.server.key.as_dict(private=False)]})
        elif asked.path == "/authorize":
            code = f"code-{len(self.server.nonces)}"
            self.server.nonces[code] = given.get("nonce", "")
            self.send_response(302)
            self.send_header("Location", f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.server.asked.append(urlsplit(self.path).path)
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        code = given.get("code", [""])[0]
        if self.headers.get("Authorization") != basic or code not in self.server.nonces or not given.get("code_verifier"):
            self.send_error(401)
            return
        now = int(time.time())
        claims = {
            "iss": self.server.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": self.server.nonces.pop(code),
            **self.server.claims,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.server.key)
        self._tell({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed})

    def _tell(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provider(**claims: Any) -> Iterator[Provider]:
    server = Provider(claims)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
