"""The log's signing key, its name, and the last head it signed: one unit, to be backed up together.

Beside the key file ``log.key`` (Ed25519, PKCS 8, mode 0600) stand ``log.vkey``, the public half with the log's
name, and ``log.signed``, the last checkpoint ever signed. The last one is what prevents a fork: a key restored
together with an older database refuses to sign a history it has not signed before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gongkai.core.notes import Checkpoint, NoteError, VerifierKey, is_key_name, sign
from gongkai.core.proofs import open_checkpoint
from gongkai.ledger.follower import storage


class LogKeyError(Exception):
    """The signing key is missing, exposed, unreadable or of another name; nothing is signed until it is right."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A loaded key under the log's name."""

    path: Path
    private: Ed25519PrivateKey
    vkey: VerifierKey

    @property
    def _memory(self) -> Path:
        return self.path.with_suffix(".signed")

    def last_signed(self) -> Checkpoint | None:
        """The last head this key signed, ``None`` before the first. Raises ``LogKeyError`` when it is damaged."""
        data = storage.read(self._memory)
        if data is None:
            return None
        try:
            return open_checkpoint(data, self.vkey)[0]
        except NoteError:
            raise LogKeyError(
                f"签名记录 {self._memory} 已损坏,无法确认上次签到哪一条。请从备份恢复密钥、签名记录和日志目录。"
            ) from None

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Sign a head, remembering it durably before anybody can see it."""
        note = sign(checkpoint.text, name=self.vkey.name, key=self.private).encode()
        storage.keep(self._memory, note)
        return note


def signer(path: Path, *, origin: Callable[[], str], may_create: bool) -> Signer:
    """The key at ``path``; made on first use, when ``may_create`` says that nothing was ever signed.

    ``origin`` names a new log; an existing one keeps the name it was made with. Raises ``LogKeyError``.
    """
    pem = storage.read(path)
    named = storage.read(path.with_suffix(".vkey"))
    if pem is None:
        if named is not None or not may_create or storage.read(path.with_suffix(".signed")) is not None:
            raise LogKeyError(
                f"找不到公开日志的签名密钥 {path},而日志此前已经签名。请从备份恢复这把密钥;"
                "另造一把新密钥会使已经发出的全部证明失去对照。"
            )
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        storage.keep(path, pem, mode=0o600)
    elif path.stat().st_mode & 0o027:
        raise LogKeyError(f"签名密钥 {path} 的权限过宽,其他用户可以读取或改写。请执行 chmod 600 后重试。")
    private = _private(pem, path)
    vkey = VerifierKey.of(_name(named, path) or _checked(origin()), private)
    if named is None:
        storage.keep(path.with_suffix(".vkey"), f"{vkey}\n".encode())
    elif named.decode("utf-8", "replace").strip() != str(vkey):
        raise LogKeyError(f"密钥 {path} 与旁边的公钥文件 .vkey 不是一对。请从同一份备份恢复两者。")
    return Signer(path, private, vkey)


def _private(pem: bytes, path: Path) -> Ed25519PrivateKey:
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise LogKeyError(f"{path} 不是可用的 Ed25519 私钥。请从备份恢复。")
    return private


def _name(named: bytes | None, path: Path) -> str | None:
    if named is None:
        return None
    try:
        return VerifierKey.parse(named.decode("utf-8", "replace")).name
    except NoteError:
        raise LogKeyError(f"公钥文件 {path.with_suffix('.vkey')} 已损坏。请从备份恢复。") from None


def _checked(origin: str) -> str:
    if not is_key_name(origin):
        raise LogKeyError(f"公开日志的名称 {origin!r} 不能含空格或加号。请修改 GONGKAI_LOG_ORIGIN。")
    return origin
