"""Keys: files, passphrases, export, `cryptography`, and what they refuse."""

import copy
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
import unittest
from pathlib import Path

import partnersign
import support
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from partnersign import InputError, InvalidKeyError, Signer, SigningKey, VerifyingKey


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "private.pem"
        self.path.write_bytes(support.PEM)
        self.path.chmod(0o600)

    def refused(self, code, path, **keywords):
        with self.assertRaises(InvalidKeyError) as caught:
            SigningKey.from_file(path, **keywords)
        self.assertEqual(caught.exception.code, code)
        return caught.exception.message

    def test_a_path_of_every_kind(self):
        for path in (self.path, str(self.path)):
            self.assertEqual(SigningKey.from_file(path).fingerprint, support.KEY.fingerprint)
        for path in (None, 5, object()):
            with self.assertRaises(partnersign.InputTypeError):
                SigningKey.from_file(path)
        with self.assertRaises(InputError):
            SigningKey.from_file("a\0b")

    def test_a_file_that_others_can_read(self):
        self.path.chmod(0o644)
        self.assertIn("chmod 600", self.refused("insecure_key_file", self.path))
        self.assertEqual(SigningKey.from_file(self.path, allow_insecure=True).bits, 2048)
        for no_bool in ("false", 1, 0):
            with self.assertRaises(partnersign.InputTypeError):
                SigningKey.from_file(self.path, allow_insecure=no_bool)
        link = self.path.with_name("link.pem")
        link.symlink_to(self.path)
        self.refused("insecure_key_file", link)

    def test_no_file(self):
        self.assertIn("private.pem.old", self.refused("invalid_private_key", f"{self.path}.old"))
        with self.assertRaises(InvalidKeyError) as caught:
            VerifyingKey.from_file(f"{self.path}.old")
        self.assertEqual(caught.exception.code, "invalid_public_key")

    def test_der_and_public_files(self):
        der = self.path.with_suffix(".der")
        der.write_bytes((support.KEYS / "rsa2048.pkcs8.der").read_bytes())
        der.chmod(0o600)
        self.assertEqual(SigningKey.from_file(der).fingerprint, support.KEY.fingerprint)
        public = VerifyingKey.from_file(support.KEYS / "rsa2048.spki.pem")
        self.assertEqual(public, support.KEY.verifying_key)


class Export(unittest.TestCase):
    def test_passphrases(self):
        for passphrase in ("grün", "grün".encode(), bytearray("grün".encode())):
            pem = support.KEY.private_pem(passphrase)
            self.assertIn("ENCRYPTED", pem)
            self.assertEqual(SigningKey.from_pem(pem, "grün").fingerprint, support.KEY.fingerprint)
            loaded = serialization.load_pem_private_key(pem.encode(), "grün".encode())
            self.assertEqual(loaded.key_size, 2048)
        for passphrase, code in ((None, "encrypted_private_key"), ("other", "wrong_passphrase")):
            with self.assertRaises(InvalidKeyError) as caught:
                SigningKey.from_pem(pem, passphrase)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(InputError):
            support.KEY.private_pem("")

    def test_what_is_written_is_what_cryptography_reads(self):
        private = serialization.load_pem_private_key(support.KEY.private_pem().encode(), None)
        public = serialization.load_pem_public_key(support.KEY.public_pem().encode())
        self.assertEqual(private.public_key(), public)
        der = support.KEY.verifying_key.public_der()
        self.assertEqual(serialization.load_der_public_key(der), public)
        self.assertEqual(VerifyingKey.from_der(der), support.KEY.verifying_key)

    def test_generated_keys_are_new_and_sign(self):
        first, second = SigningKey.generate(), SigningKey.generate(bits=2048)
        self.assertNotEqual(first.fingerprint, second.fingerprint)
        signed = Signer(first).sign("GET", support.URL)
        partnersign.Verifier(first.verifying_key).verify("GET", support.URL, signed.headers)

    def test_equality_is_that_of_the_key(self):
        again = VerifyingKey.from_pem(support.KEY.public_pem())
        other = SigningKey.from_pem((support.KEYS / "rsa2048-other.pkcs8.pem").read_bytes()).verifying_key
        self.assertEqual(again, support.KEY.verifying_key)
        self.assertEqual(hash(again), hash(support.KEY.verifying_key))
        self.assertNotEqual(again, other)
        self.assertNotEqual(again, 5)


class Cryptography(unittest.TestCase):
    def test_a_private_key_goes_in_directly(self):
        private = serialization.load_pem_private_key(support.PEM, None)
        signed = Signer(private).sign("POST", support.URL, support.BODY, timestamp=1)
        expected = Signer(support.KEY).sign("POST", support.URL, support.BODY, timestamp=1)
        self.assertEqual(signed.signature, expected.signature)

    def test_other_kinds_and_sizes(self):
        private = ec.generate_private_key(ec.SECP256R1())
        for call in (lambda: Signer(private), lambda: Signer.external(private.public_key(), bytes)):
            with self.assertRaises(InvalidKeyError) as caught:
                call()
            self.assertEqual(caught.exception.code, "unsupported_key")
        with self.assertRaises(InvalidKeyError) as caught:
            Signer(rsa.generate_private_key(65537, 1024))
        self.assertEqual(caught.exception.code, "weak_key")

    def test_a_public_key_serves_an_external_signer(self):
        private = serialization.load_pem_private_key(support.PEM, None)

        def sign_digest(digest):
            return private.sign(digest, padding.PKCS1v15(), hashes_of_digest())

        for public in (private.public_key(), support.KEY.public_pem(), support.KEY.verifying_key, support.KEY):
            signed = Signer.external(public, sign_digest).sign("GET", support.URL, timestamp=1)
            self.assertEqual(signed.signature, Signer(support.KEY).sign("GET", support.URL, timestamp=1).signature)


def hashes_of_digest():
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    return Prehashed(hashes.SHA256())


class Sharing(unittest.TestCase):
    def test_pickle_and_copy_are_refused(self):
        sequencer = partnersign.NonceSequencer("sequential")
        signer = Signer(support.KEY, support.API_KEY)
        external = Signer.external(support.KEY.verifying_key, bytes)
        things = [
            support.KEY,
            support.KEY.verifying_key,
            signer,
            external,
            signer.api_key,
            signer.sign("GET", support.URL),
            partnersign.Verifier(support.KEY.verifying_key),
            partnersign.MemoryReplay("unique"),
            sequencer,
            sequencer.reserve(),
        ]
        for thing in things:
            name = type(thing).__name__
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                with self.subTest(name, protocol=protocol), self.assertRaises(TypeError):
                    pickle.dumps(thing, protocol)
            for function in (copy.copy, copy.deepcopy):
                with self.subTest(name, function=function.__name__), self.assertRaises(TypeError):
                    function(thing)

    def test_exceptions_travel_between_processes(self):
        with self.assertRaises(InputError) as caught:
            Signer(support.KEY).sign("GET", "bad")
        again = pickle.loads(pickle.dumps(caught.exception))
        for field in ("code", "number", "message", "position"):
            self.assertEqual(getattr(again, field), getattr(caught.exception, field))
        self.assertIs(type(again), InputError)
        self.assertEqual(str(again), f"invalid_url: {again.message}")

    def test_the_exceptions_are_a_family_of_their_own(self):
        import builtins

        for name in partnersign.__all__:
            thing = getattr(partnersign, name)
            if isinstance(thing, type) and issubclass(thing, Exception):
                self.assertTrue(issubclass(thing, partnersign.PartnerSignError))
                self.assertFalse(hasattr(builtins, name))
        from partnersign._codes import NUMBERS
        from partnersign._errors import error

        for code, number in NUMBERS.items():
            self.assertEqual((error(code, "why").code, error(code, "why").number), (code, number))

    def test_keys_and_signers_work_after_a_fork(self):
        signer = Signer(support.KEY, support.API_KEY)
        expected = signer.sign("GET", support.URL, timestamp=1).signature
        context = multiprocessing.get_context("fork")

        def work(queue):
            queue.put([signer.sign("GET", support.URL, timestamp=1).signature for _ in range(3)])

        queue = context.Queue()
        workers = [context.Process(target=work, args=(queue,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        answers = [queue.get(timeout=60) for _ in workers]
        for worker in workers:
            worker.join(60)
            self.assertEqual(worker.exitcode, 0)
        self.assertEqual(answers, [[expected] * 3] * 4)
        self.assertEqual(signer.sign("GET", support.URL, timestamp=1).signature, expected)

    def test_a_fork_while_other_threads_sign(self):
        """The child has none of those threads, but their half-done work in its memory."""
        signer = Signer(support.KEY)
        stop, signed = threading.Event(), []

        def work():
            while not stop.is_set():
                signed.append(signer.sign("GET", support.URL).signature)
                signer.sign_batch([("GET", support.URL)] * 3)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            statuses = []
            for _ in range(50):
                child = os.fork()
                if child == 0:
                    signal.alarm(30)  # kills a child that hangs
                    status = 1
                    try:
                        signer.sign_batch([("GET", support.URL)] * 3)
                        SigningKey.from_pem(support.PEM)
                        status = 0 if signer.sign("GET", support.URL).signature else 1
                    finally:
                        os._exit(status)
                statuses.append(os.waitpid(child, 0)[1])
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(statuses, [0] * 50)
        self.assertTrue(signed)

    def test_a_forked_child_hands_out_none_of_its_parents_nonces(self):
        sequencer = partnersign.NonceSequencer("sequential", 10)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                sequencer.reserve()
            except partnersign.NonceError as error:
                status = 0 if error.code == "nonce_lease_lost" else 2
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(sequencer.reserve().nonce, 11)


if __name__ == "__main__":
    unittest.main()
