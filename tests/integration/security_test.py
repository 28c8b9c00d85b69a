"""SECURITY.md names a proof for each threat, and each is there."""

import re
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


class SecurityTest(unittest.TestCase):
    def setUp(self):
        text = (SOURCE / "SECURITY.md").read_text(encoding="utf-8")
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
        self.threats = [row for row in rows if len(row) == 5 and row[0] not in ("attacker", "---")]

    def test_every_threat_has_a_proof(self):
        self.assertGreater(len(self.threats), 15)
        for threat in self.threats:
            with self.subTest(threat[0]):
                self.assertTrue(threat[4].strip())

    def test_every_proof_is_there(self):
        files = {path.stem for folder in ("unit", "integration", "fuzz") for path in (SOURCE / "tests" / folder).iterdir()}
        files |= {path.name for path in (SOURCE / "tests/browser").iterdir()}
        for threat in self.threats:
            proofs = re.findall(r"`(\w+_(?:test|fuzz)|[\w-]+\.test\.js|tests/[\w/-]+)`", threat[4])
            for proof in proofs:
                with self.subTest(proof):
                    self.assertTrue(proof in files or (SOURCE / proof).exists() and "/" in proof)


if __name__ == "__main__":
    unittest.main()
