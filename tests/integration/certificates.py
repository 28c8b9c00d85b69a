"""Certificates to test with, made by openssl as its manual has it."""

import pathlib
import subprocess

# openssl makes none that ends before it was made, except as a certificate authority.
AUTHORITY = """
[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def make(folder, name):
    """A certificate for 127.0.0.1 that has signed itself, and its key; their paths."""
    certificate, key = pathlib.Path(folder, f"{name}.pem"), pathlib.Path(folder, f"{name}-key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=serverAuth",
         "-keyout", key, "-out", certificate, "-days", "30"],
        check=True, capture_output=True)
    return certificate, key


def make_expired(folder, name):
    certificate, key = make(folder, name)
    folder = pathlib.Path(folder, f"{name}-authority")
    folder.mkdir()
    (folder / "config").write_text(AUTHORITY)
    (folder / "index").touch()
    (folder / "serial").write_text("01")
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", "request"],
                   check=True, capture_output=True, cwd=folder)
    subprocess.run(
        ["openssl", "ca", "-batch", "-config", "config", "-selfsign", "-keyfile", key, "-in", "request",
         "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext", "-out", certificate],
        check=True, capture_output=True, cwd=folder)
    return certificate, key
