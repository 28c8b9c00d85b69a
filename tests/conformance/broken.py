class Broken(Exception):
    """The server broke a rule, or stayed silent; the text says how."""
