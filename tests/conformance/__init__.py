"""A client of raw sockets that judges a server by RFC 9112, 6455 and 7692. See README.md."""
