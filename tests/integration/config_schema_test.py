"""The schema and the program agree about configuration files.

The golden files of tests/unit/config are put to config/freshframe.schema.json here, and to the
program's own parser by tests/unit/app_config_file_test.cpp. Those in invalid_beyond_schema break rules
that a schema cannot say: it must let them pass, or else they belong in invalid.
"""

import json
import re
import unittest
from pathlib import Path

import jsonschema

SOURCE = Path(__file__).resolve().parents[2]
GOLDEN = SOURCE / "tests/unit/config"

# A string, kept whole, or a comment. Strings come first, so that a // inside one is no comment.
STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def read(path):
    text = STRING_OR_COMMENT.sub(lambda match: match[1] or " ", path.read_text())
    return json.loads(text)


class ConfigSchemaTest(unittest.TestCase):
    def setUp(self):
        self.schema = read(SOURCE / "config/freshframe.schema.json")
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def each_golden(self, folder, check):
        paths = sorted((GOLDEN / folder).glob("*.json"))
        self.assertTrue(paths, f"no golden files in {folder}")
        for path in paths:
            with self.subTest(f"{folder}/{path.name}"):
                check(read(path))

    def assert_refused(self, config):
        self.assertFalse(self.validator.is_valid(config))

    def test_the_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_valid_files_pass(self):
        self.each_golden("valid", self.validator.validate)

    def test_invalid_files_fail(self):
        self.each_golden("invalid", self.assert_refused)

    def test_only_the_program_sees_what_is_wrong_beyond_the_schema(self):
        self.each_golden("invalid_beyond_schema", self.validator.validate)

    def test_the_shipped_file_has_every_option_at_its_default(self):
        shipped = read(SOURCE / "config/freshframe.json")
        self.validator.validate(shipped)
        self.assertEqual((SOURCE / "config" / shipped.pop("$schema")).name, "freshframe.schema.json")
        options = {name: rules for name, rules in self.schema["properties"].items() if name != "$schema"}
        self.assertEqual(shipped, {name: rules["default"] for name, rules in options.items()})

    def test_every_option_is_described(self):
        camera = self.schema["$defs"]["camera"]["properties"]
        for name, rules in {**self.schema["properties"], **camera}.items():
            with self.subTest(name):
                self.assertTrue(rules.get("description"))

    def test_examples_in_the_schema_are_valid(self):
        for rules in (*self.schema["properties"].values(), self.schema["$defs"]["spec"]):
            for example in rules.get("examples", []):
                with self.subTest(example):
                    self.validator.evolve(schema=rules).validate(example)

    def test_the_commented_cameras_of_the_shipped_file_are_valid(self):
        text = (SOURCE / "config/freshframe.json").read_text()
        example = re.search(r'^  //   ("cameras": \[\n.*?\n  //   \])$', text, re.DOTALL | re.MULTILINE)
        self.assertIsNotNone(example)
        self.validator.validate(json.loads("{" + example[1].replace("\n  //", "\n") + "}"))


if __name__ == "__main__":
    unittest.main()
