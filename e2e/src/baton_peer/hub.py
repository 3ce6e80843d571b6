"""Baton's protocol from the other side, with Google's gRPC and nothing of Rolecall: a hub that tells a connector a story and
writes down what it did (`hub`), and a caller of a connector's own services (`call ADDRESS`). Written from
reference/baton.md alone."""

import asyncio, base64, datetime, hashlib, http, importlib, ipaddress, json, os, sqlite3, ssl, sys, tempfile, time, urllib.parse

import grpc
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from grpc_tools import protoc

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAME = "hub.example.test"
CLIENT = f"quiet-otter@{NAME}/spe"
SERVICE = "c1.connectorapi.baton.v1.BatonService"


def messages():
    """The generated messages."""
    out = tempfile.mkdtemp(dir=FOLDER)
    well_known = os.path.join(os.path.dirname(protoc.__file__), "_proto")
    failed = protoc.main(["", f"-I{FOLDER}", f"-I{well_known}", f"--python_out={out}", "hub.proto"])
    assert not failed, "hub.proto is understood"
    sys.path.insert(0, out)
    return importlib.import_module("hub_pb2")


pb = messages()


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authority:
    """A certificate authority, and a certificate of it for this machine."""

    def __init__(self):
        key, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority for tests")])
        now = datetime.datetime.now(datetime.timezone.utc)
        until = now + datetime.timedelta(days=1)

        def made(subject, public):
            builder = x509.CertificateBuilder().subject_name(subject).issuer_name(authority).public_key(public)
            builder = builder.serial_number(x509.random_serial_number())
            return builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(until)

        root = made(authority, key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
        root = root.sign(key, hashes.SHA256())
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a hub for tests")])
        leaf = made(subject, own.public_key()).add_extension(here, False).sign(key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        self.file = os.path.join(FOLDER, "authority.pem")
        with open(self.file, "wb") as file:
            file.write(root.public_bytes(pem))
        with open(os.path.join(FOLDER, "hub.pem"), "wb") as file:
            file.write(own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            file.write(leaf.public_bytes(pem))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(FOLDER, "hub.pem"))
        # Whoever can speak both asks for a token; calls are HTTP/2 alone.
        self.context.set_alpn_protocols(["http/1.1", "h2"])


class Hub:
    def __init__(self):
        self.key = ed25519.Ed25519PrivateKey.generate()
        raw = serialization.Encoding.Raw
        public = self.key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
        private = self.key.private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": encoded(public), "d": encoded(private)}
        self.secret = f"tenant:otter:v1:{encoded(json.dumps(jwk).encode())}"
        self.wrong, self.hellos, self.ends, self.files, self.beats = [], [], {}, {}, []
        self.uploads, self.tokens, self.nonces = 0, 0, set()
        self.tasks, self.done = asyncio.Queue(), asyncio.Event()
        self.waiting = []
        self.fill()

    def fill(self):
        """The story: what is asked for, in this order."""
        task = pb.Task
        for number, work in enumerate([
            {"hello": pb.Nothing()},
            {"sync_full": pb.SyncFull(storage_engine="sqlite")},
            {"grant": pb.GrantTask(entitlement=pb.Entitlement(id="team:acme/core:member"))},
            {"create_account": pb.Nothing()},
            {"event_feed": pb.Nothing()},
            {"sync_full": pb.SyncFull(skip_expand_grants=True, sync_resource_type_ids=["user", "team"])},
        ]):
            id = f"2{number:026d}"
            self.tasks.put_nowait(task(id=id, status=1, **work))
            self.waiting.append(id)

    def right(self, is_right, what):
        if not is_right:
            self.wrong.append(what)

    def step(self, id):
        if id in self.waiting:
            self.waiting.remove(id)
        if not self.waiting:
            self.done.set()

    def let_in(self, context):
        proof = dict(context.invocation_metadata()).get("authorization", "")
        self.right(proof == f"Bearer token-{self.tokens}", f"a call was proven by {proof!r}")

    # Tokens.

    def token(self, body):
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        expected = {"client_id": CLIENT, "grant_type": "client_credentials",
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
        assertion = form.pop("client_assertion", "")
        self.right(form == expected, f"the form said {form}")
        head, claims, signature = assertion.split(".")
        self.key.public_key().verify(decoded(signature), f"{head}.{claims}".encode())
        head, claims, now = json.loads(decoded(head)), json.loads(decoded(claims)), time.time()
        self.right(set(head) == {"alg", "nonce"} and head["alg"] == "EdDSA", f"the assertion begins with {head}")
        self.right(head["nonce"] not in self.nonces, "a nonce was used twice")
        self.nonces.add(head["nonce"])
        self.right(set(claims) == {"iss", "sub", "aud", "exp", "nbf", "iat"}, f"the claims are {sorted(claims)}")
        self.right(claims["iss"] == claims["sub"] == CLIENT and claims["aud"] == [NAME], f"the claims say {claims}")
        self.right(now < claims["exp"] <= now + 125 and now - 125 <= claims["nbf"] <= now, "it holds at the wrong time")
        self.tokens += 1
        return {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 3600}

    # Calls.

    async def hello(self, asked, context):
        self.let_in(context)
        self.hellos.append({
            "host": asked.host_id, "task": asked.task_id, "package": asked.build_info.package,
            "system": asked.os_info.os, "name": asked.connector_metadata.display_name,
            "types": sorted(one.resource_type.id for one in asked.connector_metadata.capabilities.resource_type_capabilities),
            "capabilities": list(asked.connector_metadata.capabilities.connector_capabilities),
        })
        self.step(asked.task_id)
        return pb.Empty()

    async def get_task(self, asked, context):
        self.let_in(context)
        self.right(bool(self.hellos), "work was asked for before hello")
        task = await self.tasks.get()
        answer = pb.GetTaskResponse(task=task)
        answer.next_heartbeat.seconds = 1
        return answer

    async def heartbeat(self, asked, context):
        self.let_in(context)
        self.beats.append(asked.task_id)
        return pb.HeartbeatResponse()

    async def finish(self, asked, context):
        self.let_in(context)
        self.right(asked.task_id not in self.ends, f"{asked.task_id} ended twice")
        state = asked.WhichOneof("final_state")
        self.ends[asked.task_id] = {"state": state, "code": asked.status.code, "message": asked.status.message,
                                    "for_good": asked.error.non_retryable}
        self.step(asked.task_id)
        return pb.Empty()

    async def upload(self, pieces, context):
        self.let_in(context)
        self.uploads += 1
        is_first, task, digest, whole = self.uploads == 1, None, hashlib.sha256(), b""
        async for piece in pieces:
            kind = piece.WhichOneof("msg")
            if task is None:
                self.right(kind == "metadata", f"an upload begins with {kind}")
                task = piece.metadata.task_id
            elif kind == "data":
                self.right(0 < len(piece.data.data) <= 1 << 20, "a piece is too large")
                digest.update(piece.data.data)
                whole += piece.data.data
                if is_first:
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
            elif kind == "eof":
                self.right(piece.eof.sha256_checksum == digest.digest(), "the digest is another")
                self.files[task] = content(whole)
                return pb.Empty()
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "there was no end")

    def handler(self):
        def unary(call, asked):
            return grpc.unary_unary_rpc_method_handler(call, asked.FromString, lambda answer: answer.SerializeToString())

        return grpc.method_handlers_generic_handler(SERVICE, {
            "Hello": unary(self.hello, pb.HelloRequest),
            "GetTask": unary(self.get_task, pb.GetTaskRequest),
            "Heartbeat": unary(self.heartbeat, pb.HeartbeatRequest),
            "FinishTask": unary(self.finish, pb.FinishTaskRequest),
            "UploadAsset": grpc.stream_unary_rpc_method_handler(
                self.upload, pb.UploadAssetRequest.FromString, lambda answer: answer.SerializeToString()),
        })

    # One port for both.

    async def connection(self, reader, writer):
        try:
            protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol()
            if protocol == "h2":
                await self.passed_on(reader, writer)
            else:
                await self.answered(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def passed_on(self, reader, writer):
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.inner)

        async def pipe(source, sink):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
            sink.close()

        await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer), return_exceptions=True)

    async def answered(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
        body = (await reader.readexactly(length)).decode()
        self.right(lines[0].startswith("post /auth/v1/token "), f"something else was asked for: {lines[0]}")
        self.right("content-type: application/x-www-form-urlencoded" in lines, "the form has another type")
        answer = json.dumps(self.token(body)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                     + f"content-length: {len(answer)}\r\n\r\n".encode() + answer)
        await writer.drain()

    async def run(self):
        authority = Authority()
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((self.handler(),))
        self.inner = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        front = await asyncio.start_server(self.connection, "127.0.0.1", 0, ssl=authority.context)
        port = front.sockets[0].getsockname()[1]
        say({"address": f"127.0.0.1:{port}", "client": CLIENT, "secret": self.secret, "authority": authority.file})
        await self.done.wait()
        say({"wrong": self.wrong, "hellos": self.hellos, "ends": self.ends, "files": self.files,
             "beats": sorted(set(self.beats)), "uploads": self.uploads, "tokens": self.tokens})
        # Whoever reads this ends it, after the connector.
        await asyncio.Event().wait()


def say(what):
    print(json.dumps(what), flush=True)


def content(file):
    """What is in a .c1z file of version 1."""
    assert file[:5] == b"C1ZF\0", "it begins as such files do"
    with tempfile.NamedTemporaryFile(dir=FOLDER) as place:
        place.write(zstandard.ZstdDecompressor().decompressobj().decompress(file[5:]))
        place.flush()
        database = sqlite3.connect(f"file:{place.name}?mode=ro", uri=True)
        ended = database.execute("select count(*) from v1_sync_runs where ended_at is not null").fetchone()[0]
        kinds = [kind for kind, in database.execute("select external_id from v1_resource_types order by 1")]
        resources = database.execute("select count(*) from v1_resources").fetchone()[0]
        grants, derived = [], 0
        for data, expansion in database.execute("select data, expansion from v1_grants"):
            grant = pb.Grant.FromString(data)
            derived += bool(grant.sources.sources) and grant.entitlement.id not in grant.sources.sources
            grants.append([grant.id, grant.entitlement.id, grant.principal.id.resource, expansion is not None])
        database.close()
    return {"ended": ended, "types": kinds, "resources": resources, "grants": grants, "derived": derived}


async def call(address):
    """Asks a connector for everything, as whoever syncs one does."""
    async with grpc.aio.insecure_channel(address) as channel:
        async def ask(path, asked, answer):
            method = channel.unary_unary(f"/c1.connector.v2.{path}", type(asked).SerializeToString, answer.FromString)
            return await method(asked)

        async def pages(path, asked, answer):
            whole = []
            while True:
                page = await ask(path, asked, answer)
                whole.extend(page.list)
                if not page.next_page_token:
                    return whole
                assert page.next_page_token != asked.page_token, "the same page again"
                asked.page_token = page.next_page_token

        card = await ask("ConnectorService/GetMetadata", pb.Empty(), pb.MetadataAnswer)
        await ask("ConnectorService/Validate", pb.Empty(), pb.Empty)
        types = await pages("ResourceTypesService/ListResourceTypes", pb.ResourcesAsked(), pb.TypesList)
        kinds = [one.id for one in types]
        resources = []
        for kind in kinds:
            resources += await pages("ResourcesService/ListResources", pb.ResourcesAsked(resource_type_id=kind), pb.ResourcesList)
        for parent in list(resources):
            for kind in kinds:
                asked = pb.ResourcesAsked(resource_type_id=kind, parent=parent.id, page_size=2)
                resources += await pages("ResourcesService/ListResources", asked, pb.ResourcesList)
        entitlements, grants = [], []
        for resource in resources:
            asked = pb.OfResource(resource=resource, page_size=3)
            entitlements += await pages("EntitlementsService/ListEntitlements", asked, pb.EntitlementsList)
            asked = pb.OfResource(resource=resource, page_size=3)
            grants += await pages("GrantsService/ListGrants", asked, pb.GrantsList)
        try:
            await ask("GrantManagerService/Grant", pb.Empty(), pb.Empty)
            refused = None
        except grpc.aio.AioRpcError as error:
            refused = error.code().name
        say({"name": card.metadata.display_name, "types": sorted(kinds), "resources": len(resources),
             "entitlements": len(entitlements), "refused": refused,
             "grants": sorted(grant.id for grant in grants),
             "expandable": sum(any("GrantExpandable" in one.type_url for one in grant.annotations) for grant in grants)})


asyncio.run(call(sys.argv[2]) if sys.argv[1] == "call" else Hub().run())
