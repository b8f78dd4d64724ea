"""Bold is for terminals: not in a pipe, not where NO_COLOR is set, not on a dumb terminal."""

import os
import pty
import subprocess
import unittest

from support import PROGRAM, URL, EndToEnd

COMMANDS = [["payload", "--url", URL, "--timestamp", "1639490495", "--method", "GET"], ["--help"], ["sign", "--help"]]
ESCAPE = b"\x1b["


class Colour(EndToEnd):
    def at_terminal(self, *args, **environment):
        """stdout of the program when that is a terminal."""
        ours, theirs = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE")}
        process = subprocess.Popen([PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=theirs, cwd=self.folder,
                                   env={**kept, "TERM": "xterm", **environment})
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the program's end closed it
                break
            if not piece:
                break
            shown += piece
        os.close(ours)
        self.assertEqual(process.wait(timeout=20), 0)
        return shown

    def test_on_a_terminal_the_key_facts_are_bold(self):
        for command in COMMANDS:
            self.assertIn(ESCAPE, self.at_terminal(*command), command)

    def test_no_color_is_respected(self):
        for command in COMMANDS:
            self.assertNotIn(ESCAPE, self.at_terminal(*command, NO_COLOR="1"), command)
            self.assertNotIn(ESCAPE, self.at_terminal(*command, TERM="dumb"), command)

    def test_pipes_get_plain_text(self):
        for command in COMMANDS:
            self.assertNotIn(ESCAPE, self.run_program(*command), command)

    def test_the_words_are_the_same(self):
        for command in COMMANDS[:1]:
            plain = self.at_terminal(*command, NO_COLOR="1")
            styled = self.at_terminal(*command)
            self.assertEqual(styled.replace(b"\x1b[1m", b"").replace(b"\x1b[0m", b""), plain)


if __name__ == "__main__":
    unittest.main()
