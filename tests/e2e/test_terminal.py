"""`sign` at a terminal, as a person types: the prompts of the original client, without its losses."""

import json
import os
import pty
import select
import shutil
import subprocess
import threading
import time
import unittest

from support import PROGRAM, URL, VECTORS, EndToEnd

END = b"\x04"


class AtTerminal(EndToEnd):
    """Types into a program that has a pseudo-terminal for stdin and stderr."""

    def setUp(self):
        super().setUp()
        shutil.copy(VECTORS / "keys" / "rsa2048.pkcs8.pem", self.folder / "private.pem")
        (self.folder / "private.pem").chmod(0o600)

    def type_in(self, *steps, args=(), command=("sign", "--timestamp", "1639490495")):
        """Answers each prompt with its text; gives exit code, stdout and what the terminal showed."""
        ours, theirs = pty.openpty()
        command = [PROGRAM, *command, *args]
        process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, cwd=self.folder)
        os.close(theirs)
        watch = threading.Timer(20, process.kill)  # a question too many would wait for ever
        watch.start()
        shown = b""
        for prompt, text in steps:
            shown = self.wait_for(ours, prompt, shown)
            os.write(ours, text)
        stdout = process.stdout.read()
        process.stdout.close()
        exit_code = process.wait(timeout=20)
        watch.cancel()
        shown += self.drain(ours)
        os.close(ours)
        return exit_code, stdout.decode(), shown.decode()

    def wait_for(self, terminal, prompt, shown):
        deadline = time.monotonic() + 20
        while prompt not in shown:
            self.assertGreater(deadline, time.monotonic(), f"no {prompt!r} in {shown!r}")
            if select.select([terminal], [], [], 0.1)[0]:
                shown += os.read(terminal, 4096)
        return shown

    def drain(self, terminal):
        shown = b""
        while select.select([terminal], [], [], 0)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break
        return shown


class Terminal(AtTerminal):
    def signed_body(self, stdout):
        return json.loads(stdout)["body"]

    def test_asks_for_url_and_body_and_return_ends(self):
        exit_code, stdout, shown = self.type_in((b"url: ", f" {URL} \n".encode()), (b"body (hit return to end):", b"\n"))
        self.assertEqual(exit_code, 0)
        self.assertEqual([line.split(": ")[0] for line in stdout.splitlines()], ["Hash", "x-sign", "x-timestamp"])
        self.assertNotIn("url:", stdout)  # prompts are messages: they go to stderr
        self.assertIn("url: ", shown)

    def test_an_empty_line_ends_the_body_once_the_json_is_complete(self):
        typed = b'{\n"a":\n\n1\n}\n\n'  # B7: the first empty line stands within the JSON
        exit_code, stdout, _ = self.type_in((b"url: ", f"{URL}\n".encode()), (b"to end):", typed), args=["--json"])
        self.assertEqual((exit_code, self.signed_body(stdout)), (0, '{"a":1}'))

    def test_end_of_input_ends_the_body(self):
        typed = b'{"a": 1}\n' + END
        exit_code, stdout, _ = self.type_in((b"url: ", f"{URL}\n".encode()), (b"to end):", typed), args=["--json"])
        self.assertEqual((exit_code, self.signed_body(stdout)), (0, '{"a":1}'))

    def test_raw_signs_what_was_typed_without_the_last_return(self):
        typed = b'{ "a": 1 }\n\n'
        args = ["--json", "--raw"]
        exit_code, stdout, _ = self.type_in((b"url: ", f"{URL}\n".encode()), (b"to end):", typed), args=args)
        self.assertEqual((exit_code, self.signed_body(stdout)), (0, '{ "a": 1 }'))

    def test_a_url_by_flag_leaves_the_question_for_the_body(self):
        exit_code, stdout, shown = self.type_in((b"to end):", b"[]\n\n"), args=["-url", URL, "--json"])
        self.assertEqual((exit_code, self.signed_body(stdout)), (0, "[]"))
        self.assertNotIn("url: ", shown)

    def test_a_method_without_a_body_asks_for_none(self):
        args = ["--url", URL, "--method", "GET", "--json"]
        exit_code, stdout, shown = self.type_in(args=args)
        self.assertEqual((exit_code, self.signed_body(stdout), shown), (0, None, ""))

    def test_a_line_that_the_terminal_would_cut_is_refused(self):
        typed = b'["' + b"x" * 5000 + b'"]\n\n'
        exit_code, stdout, shown = self.type_in((b"url: ", f"{URL}\n".encode()), (b"to end):", typed))
        self.assertEqual((exit_code, stdout), (3, ""))
        self.assertIn("error: too_large: ", shown)

    def test_a_missing_key_is_reported_before_anything_is_asked(self):
        (self.folder / "private.pem").unlink()
        exit_code, stdout, shown = self.type_in()
        self.assertEqual((exit_code, stdout), (4, ""))
        self.assertNotIn("url: ", shown)


if __name__ == "__main__":
    unittest.main()
