"""The files that are made: compared with the disk, written, or, where randomness is in them, reused."""

import os


class Store:
    """Collects every file of tests/vectors/ that make.py is responsible for."""

    def __init__(self, root):
        self.root = root
        self.files = {}
        self.created = []

    def put(self, name, data):
        """A file whose bytes follow from the others: it must come out the same each time."""
        self.files[name] = data
        return data

    def once(self, name, maker):
        """A file with randomness in it (a key, a salt): made if it is missing, else reused."""
        path = os.path.join(self.root, name)
        if os.path.exists(path):
            with open(path, "rb") as kept:
                data = kept.read()
        else:
            data = maker()
            self.created.append(name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as made:
                made.write(data)
        self.files[name] = data
        return data

    def differences(self):
        """The names of files that are missing or differ, and of keys that no recipe makes."""
        wrong = [name for name, data in self.files.items() if self._on_disk(name) != data]
        for folder in ("keys", "keys/bad"):
            for entry in sorted(os.listdir(os.path.join(self.root, folder))):
                name = f"{folder}/{entry}"
                if os.path.isfile(os.path.join(self.root, name)) and name not in self.files:
                    wrong.append(f"{name} (no recipe makes it)")
        return wrong

    def write(self):
        """Writes what differs and returns the names of the files written."""
        changed = [name for name, data in self.files.items() if self._on_disk(name) != data]
        for name in changed:
            path = os.path.join(self.root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(self.files[name])
        return changed

    def _on_disk(self, name):
        try:
            with open(os.path.join(self.root, name), "rb") as kept:
                return kept.read()
        except FileNotFoundError:
            return None
