"""What a case is, and what it says when it is not content."""


class Broken(Exception):
    """The server broke a rule; the text says how."""


class Skipped(Exception):
    """This server gives no occasion to check the rule; the text says why."""


class Case:
    def __init__(self, sentence, check):
        self.sentence = sentence
        self.check = check


class Cases(list):
    """A list of cases that a decorator fills."""

    def case(self, sentence):
        def add(check):
            self.append(Case(sentence, check))
            return check
        return add


def demand(condition, finding):
    if not condition:
        raise Broken(finding)
