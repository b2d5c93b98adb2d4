"""aiosmtpd on two ports: STARTTLS with AUTH only over TLS, and implicit TLS. Stores every message as it came."""

import asyncio
import hmac
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

with open(sys.argv[1], encoding="utf-8") as file:
    config = json.load(file)


class Mailboxes:
    def __init__(self):
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address not in config["users"]:
            return "550 5.1.1 Unknown user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            self.count += 1
            folder = os.path.join(config["mail"], address.rsplit("@", 1)[0])
            os.makedirs(os.path.join(folder, "new"), exist_ok=True)
            part = os.path.join(folder, str(self.count))
            with open(part, "wb") as message:
                message.write(envelope.original_content)
            os.rename(part, os.path.join(folder, "new", str(self.count)))
        print(f"queued as {self.count}", flush=True)
        return f"250 2.0.0 OK queued as {self.count}"


def authenticate(server, session, envelope, mechanism, data):
    same = data.login == config["username"].encode() and hmac.compare_digest(
        data.password, config["password"].encode()
    )
    return AuthResult(success=same, handled=same)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config["certificate"], config["key"])
    handler = Mailboxes()
    shared = {
        "hostname": config["serverName"],
        "ident": "aiosmtpd",
        "data_size_limit": 50 * 1024 * 1024,
        "enable_SMTPUTF8": True,
        "authenticator": authenticate,
    }
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(
            lambda: SMTP(handler, tls_context=context, auth_require_tls=True, **shared),
            "127.0.0.1",
            config["starttls"],
        ),
        # Behind implicit TLS aiosmtpd does not know that it is encrypted.
        await loop.create_server(
            lambda: SMTP(handler, auth_require_tls=False, **shared),
            "127.0.0.1",
            config["implicit"],
            ssl=context,
        ),
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
