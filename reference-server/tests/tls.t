#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tls.t - the real mcref with -Z: handshakes good and bad, large values, certificates, clients.

The certificates are made anew by openssl for every run."""
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from mcref import DEADLINE_S, Server, ask, check, finish, run, same, until

OP_IGNORE_UNEXPECTED_EOF = 1 << 7  # no name in the ssl module before Python 3.12
VERSION = b"VERSION 1.6.18-mcref\r\n"
LISTEN = ("-l", "127.0.0.1:0,notls:127.0.0.1:0")


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificate(folder, name, issuer=None):
    """NAME.pem and NAME.key, signed by `issuer` or by itself."""
    key, cert, request = (os.path.join(folder, name + end) for end in (".key", ".pem", ".csr"))
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-subj", f"/CN={name}")
    if issuer is None:
        openssl("req", "-x509", "-days", "2", *kind, "-out", cert,
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    else:
        openssl("req", *kind, "-out", request)
        openssl("x509", "-req", "-days", "2", "-in", request, "-CA", issuer + ".pem",
                "-CAkey", issuer + ".key", "-CAcreateserial", "-out", cert)
    return os.path.join(folder, name)


class TlsServer(Server):
    def __init__(self, certificate, *options, more=""):
        super().__init__("-Z", "-o", f"ssl_chain_cert={certificate}.pem,ssl_key={certificate}.key"
                         + more, *options, where=LISTEN, lines=2)
        self.clear_port = int(re.search(r"notls:127\.0\.0\.1:(\d+)$", self.lines[1]).group(1))

    def clear(self):
        return socket.create_connection(("127.0.0.1", self.clear_port), timeout=DEADLINE_S)

    def connect(self, _="127.0.0.1", trust=None, own=None, version=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.options &= ~OP_IGNORE_UNEXPECTED_EOF  # Python hides a missing close_notify
        context.check_hostname = trust is not None
        context.verify_mode = ssl.CERT_REQUIRED if trust else ssl.CERT_NONE
        if trust:
            context.load_verify_locations(trust + ".pem")
        if own:
            context.load_cert_chain(own + ".pem", own + ".key")
        if version:
            context.minimum_version = context.maximum_version = version
        return context.wrap_socket(super().connect(), server_hostname="localhost",
                                   suppress_ragged_eofs=False)


def accepted(server, **how):
    """Whether a client gets an answer; in TLS 1.3 it learns of a refusal only then."""
    try:
        with server.connect(**how) as client:
            return ask(client, b"version\r\n") == VERSION
    except (ssl.SSLError, ConnectionError):
        return False


def traffic(server):
    with server.connect() as client, server.connect() as second:
        same(ask(client, b"set a 5 0 3\r\nabc\r\nget a\r\n", b"END\r\n"),
             b"STORED\r\nVALUE a 5 3\r\nabc\r\nEND\r\n", "text")
        same(ask(client, b"mg a v\r\n", b"abc\r\n"), b"VA 3\r\nabc\r\n", "meta")
        same(ask(second, b"\x80\0\0\1" + b"\0" * 7 + b"\1" + b"\0" * 12 + b"a", b"abc")[:2],
             b"\x81\0", "binary")
        value = os.urandom(1000000)
        same(ask(client, b"set big 0 0 1000000\r\n" + value + b"\r\n"), b"STORED\r\n",
             "a megabyte goes in")
        same(ask(client, b"get big\r\n", b"END\r\n"), b"VALUE big 0 1000000\r\n" + value
             + b"\r\nEND\r\n", "and comes out")
        lines = b"".join(b"set k%d 0 0 10\r\n0123456789\r\nget k%d\r\n" % (i, i)
                         for i in range(3000))
        wanted = b"".join(b"STORED\r\nVALUE k%d 0 10\r\n0123456789\r\nEND\r\n" % i
                          for i in range(3000))
        client.sendall(lines)
        got = b""
        while len(got) < len(wanted) and (more := client.recv(1 << 16)):
            got += more
        check(got == wanted, "6000 requests in one go", len(got))
        for byte in b"get a\r\n":
            client.sendall(bytes([byte]))
        same(ask(client, b"", b"END\r\n"), b"VALUE a 5 3\r\nabc\r\nEND\r\n", "a byte a record")
        client.sendall(b"quit\r\n")
        same(client.recv(100), b"", "quit ends with close_notify, no ragged end")
    with server.connect() as client:
        raw = client.unwrap()
        same(raw.recv(1), b"", "the client's close_notify is answered and closes")
    with server.clear() as client:
        same(ask(client, b"get a\r\n", b"END\r\n"), b"VALUE a 5 3\r\nabc\r\nEND\r\n",
             "notls: serves clear text beside")


def slow_reader(server):
    with server.connect() as slow, server.connect() as other:
        before_kb = server.resident_kb()
        slow.sendall(b"get" + b" big" * 100 + b"\r\n")
        slowest_s = 0
        for _ in range(100):
            begin = time.monotonic()
            ask(other, b"get a\r\n", b"END\r\n")
            slowest_s = max(slowest_s, time.monotonic() - begin)
        check(slowest_s < 20, "others do not notice a client that does not read", slowest_s)
        grown_kb = server.resident_kb() - before_kb
        check(grown_kb < 4096, "nor does memory", f"{grown_kb} kB")
        length = 100 * (len("VALUE big 0 1000000\r\n") + 1000002) + len("END\r\n")
        got = 0
        while got < length and (more := slow.recv(1 << 20)):
            got += len(more)
        same(ask(slow, b"version\r\n"), VERSION, "who reads at last gets all of it")
    before_s = server.cpu_s()
    with server.connect() as idle:
        ask(idle, b"version\r\n")
        time.sleep(0.3)
        check(server.cpu_s() - before_s < 0.15, "a waiting client takes no time")


def connections(server):
    """How many there are, with the one that asks."""
    with server.clear() as client:
        return int(re.search(rb"curr_connections (\d+)", ask(client, b"stats\r\n", b"END\r\n"))[1])


def no_tls(server):
    for bytes_sent in (b"version\r\n", b"\x80" + b"\0" * 23, b"GET / HTTP/1.0\r\n\r\n",
                       b"\x16\x03\x01\x00\x04oops" + b"\0" * 40):
        with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE_S) as client:
            client.sendall(bytes_sent)
            try:
                got = client.recv(100)
            except ConnectionError:
                got = b""
            check(not got.startswith((b"VERSION", b"ERROR")) and len(got) < 20,
                  f"{bytes_sent[:7]} on the TLS port is cut off", got)
    with server.clear() as client:
        errors = int(re.search(rb"ssl_handshake_errors (\d+)", ask(client, b"stats\r\n", b"END\r\n"))
                     .group(1))
        check(errors >= 4, "ssl_handshake_errors counts", errors)


def versions(folder, server):
    TLSv1_2, TLSv1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
    check(accepted(server, version=TLSv1_2) and accepted(server, version=TLSv1_3),
          "TLS 1.2 and 1.3")
    certificate = os.path.join(folder, "server")
    with TlsServer(certificate, more=",ssl_min_version=3") as strict:
        check(accepted(strict, version=TLSv1_3) and not accepted(strict, version=TLSv1_2),
              "ssl_min_version=3 refuses 1.2")
        check(b"ssl_min_version tlsv1.3" in strict.ask(b"stats settings\r\n", b"END\r\n"),
              "and shows it")
    with TlsServer(certificate, more=",ssl_ciphers=ECDHE-ECDSA-AES128-GCM-SHA256") as strict:
        with strict.connect(version=TLSv1_2) as client:
            same(client.cipher()[0], "ECDHE-ECDSA-AES128-GCM-SHA256", "ssl_ciphers")
    renegotiation = subprocess.Popen(
        ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{server.port}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    renegotiation.stdin.write(b"R\n")
    renegotiation.stdin.flush()
    output, _ = renegotiation.communicate(timeout=DEADLINE_S)
    check(b"no renegotiation" in output, "renegotiation is refused", output.decode()[-300:])
    check(accepted(server), "and harms nobody")


def sessions(certificate):
    with TlsServer(certificate, more=",ssl_session_cache") as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        session, reused = None, []
        for _ in range(2):
            with context.wrap_socket(Server.connect(server), session=session) as client:
                ask(client, b"version\r\n")
                session, reused = client.session, reused + [client.session_reused]
        same(reused, [False, True], "a session is taken up again")
        same(server.stats()["ssl_new_sessions"], "2", "ssl_new_sessions counts the others")


def client_certificates(folder, certificate):
    trusted = make_certificate(folder, "friend", certificate)
    stranger = make_certificate(folder, "stranger")
    ca = f",ssl_ca_cert={certificate}.pem"
    for mode, without, strange in ((0, True, True), (1, True, False), (2, False, False),
                                   (3, False, False)):
        with TlsServer(certificate, more=f"{ca},ssl_verify_mode={mode}") as server:
            same((accepted(server), accepted(server, own=stranger), accepted(server, own=trusted)),
                 (without, strange, True), f"ssl_verify_mode={mode}: none, strange, good")


def refreshing(folder):
    used, spare = make_certificate(folder, "used"), make_certificate(folder, "spare")
    first = make_certificate(folder, "first")
    for end in (".pem", ".key"):
        shutil.copy(first + end, used + end)
    with TlsServer(used) as server, server.connect(trust=first) as old:
        for end in (".pem", ".key"):
            shutil.copy(spare + end, used + end)
        same(ask(old, b"refresh_certs\r\n"), b"OK\r\n", "refresh_certs")
        check(accepted(server, trust=spare) and not accepted(server, trust=first),
              "new clients see the new certificate")
        same(ask(old, b"version\r\n"), VERSION, "old ones go on")
        with open(used + ".pem", "w") as broken:
            broken.write("nonsense\n")
        answer = ask(old, b"refresh_certs\r\n")
        check(answer.startswith(f"Error loading the certificate chain: {used}.pem : ".encode()),
              "a broken file is reported", answer)
        check(accepted(server, trust=spare), "and the certificate stays")
        shutil.copy(first + ".pem", used + ".pem")
        answer = ask(old, b"refresh_certs\r\n")
        check(answer.startswith(b"Error loading the key: "), "a key of another certificate",
              answer)
        shutil.copy(first + ".key", used + ".key")
        server.process.send_signal(signal.SIGHUP)
        check(until(lambda: accepted(server, trust=first)), "SIGHUP does it too")
    with Server() as server:
        same(server.ask(b"refresh_certs\r\n"), b"Error TLS not enabled\r\n", "without -Z")


def starting(certificate):
    for options, code, reason in (
            (("-Z",), 64, "ssl_chain_cert"),
            (("-Z", "-o", "ssl_chain_cert=/none.pem"), 66, "/none.pem"),
            (("-Z", "-o", f"ssl_chain_cert={certificate}.pem"), 66, "Error loading the key"),
            (("-Z", "-o", f"ssl_chain_cert={certificate}.pem", "-s", "/tmp/s"), 64, "-s"),
            (("-Z", "-o", f"ssl_chain_cert={certificate}.pem,ssl_verify_mode=2"), 64,
             "ssl_ca_cert"),
            (("-Z", "-o", "ssl_min_version=4"), 64, "from 0 to 3"),
            (("-Z", "-o", f"ssl_chain_cert={certificate}.pem,ssl_key={certificate}.key,"
              "ssl_ciphers=none-such"), 66, "none-such"),
            (("-l", "notls:127.0.0.1"), 64, "notls")):
        got, _, errors = run("-p", "0", *options)
        check(got == code and reason in errors, f"refused: {' '.join(options)[:60]}", errors)


def pymemcache_client(server):
    try:
        from pymemcache.client.base import Client
    except ImportError as error:
        check(True, f"pymemcache over TLS # SKIP {error}")
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = Client(("127.0.0.1", server.port), tls_context=context, timeout=DEADLINE_S)
    value = "näme".encode() * 50000
    client.set("py", value, noreply=False)
    stored, _ = client.gets("py")
    check(stored == value and client.incr("none", 1) is None, "pymemcache over TLS")
    client.close()


def drip(server, cut_off):
    """A handshake that never ends, a byte now and then, until the server has had enough of it."""
    with socket.create_connection(("127.0.0.1", server.port)) as silent:
        silent.sendall(b"\x16\x03\x01\x40\x00")
        silent.settimeout(0.2)
        for _ in range(5 * DEADLINE_S):
            try:
                if not silent.recv(100):
                    break
            except TimeoutError:
                silent.sendall(b"\x16")
            except ConnectionError:
                break
        else:
            return
    cut_off.set()


with tempfile.TemporaryDirectory() as place:
    own_certificate = make_certificate(place, "server")
    with TlsServer(own_certificate, "-c", "50") as main_server:
        cut_off = threading.Event()
        dripping = threading.Thread(target=drip, args=(main_server, cut_off))
        dripping.start()
        traffic(main_server)
        slow_reader(main_server)
        no_tls(main_server)
        versions(place, main_server)
        pymemcache_client(main_server)
        dripping.join()
        check(cut_off.is_set(), "a handshake that drips in is cut off")
        check(accepted(main_server), "others never noticed")
        check(until(lambda: connections(main_server) == 1), "all have gone")
        half = [socket.create_connection(("127.0.0.1", main_server.port)) for _ in range(50)]
        with main_server.clear() as refused:
            same(refused.recv(100), b"ERROR Too many open connections\r\n",
                 "clients without a finished handshake count for -c")
        for client_socket in half:
            client_socket.close()
        check(until(lambda: accepted(main_server)), "and make room when they go")
        same(main_server.stop(), 0, "and it stops as it should")
    sessions(own_certificate)
    client_certificates(place, own_certificate)
    refreshing(place)
    starting(own_certificate)
finish()
