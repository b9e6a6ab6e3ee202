"""When the command runs as root: the account Postgres runs under (it refuses root), and its way to our folders."""

import errno
import os
import pwd
import shutil
import stat
import struct
import subprocess
from pathlib import Path

from services.operator_cli.children import Account
from services.operator_cli.refusals import OperatorError

ACCOUNT_NAME = "pgserver"
"""The name the Postgres wheel itself uses, so that one machine needs one account."""

ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = 2
ACL_HEADER, ACL_ENTRY = "<I", "<HHI"
ACL_OF_ONE_USER = [0x01, 0x02, 0x04, 0x10, 0x20]
"""Tags of the owner, one user, the group, the mask and the others: the only shape we write or change."""
ACL_NO_ID = 0xFFFFFFFF
ENTER = 1


def server_account(cluster: Path) -> Account | None:
    """Who runs the Postgres cluster in this folder: None for an ordinary user, who runs it as himself.

    Root gives an existing cluster to the owner of its folder, so that data made by an ordinary user stay his,
    and a new one to a system account without a login, created when missing.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _named_account() or _create_account()


def _named_account() -> Account | None:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _create_account() -> Account:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    answer = "không có lệnh useradd"
    if useradd is not None:
        done = subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
            capture_output=True,
            text=True,
            check=False,
        )
        answer = done.stderr.strip()
    account = _named_account()  # looked up rather than trusting the exit code: a neighbour may have been first
    if account is None:
        raise OperatorError(
            "no-server-account",
            f"Postgres không chạy dưới quyền root và không tạo được tài khoản hệ thống {ACCOUNT_NAME} ({answer}). "
            "Hãy chạy bằng người dùng thường, tự tạo tài khoản đó, hoặc đặt THEODOI_DATABASE_URL.",
        )
    return account


def let_in(account: Account, target: Path) -> list[Path]:
    """Let the account reach a folder through every folder above it that is ours (root's) and closed to it.

    Each such folder gets an access list entry that lets this one account pass: it cannot list or read anything
    there, and nobody else gains anything. Returns the folders changed, for the operator to know. A folder of
    somebody else is left alone and named in an `OperatorError`.
    """
    changed: list[Path] = []
    if not _enters(account, target):
        for folder in (*reversed(target.parents), target):
            if not _enters(account, folder):
                _let_pass(account, folder)
                changed.append(folder)
    return changed


def make_readable(folder: Path) -> None:
    """Open a folder of published program files, installed under a strict umask, to every reader."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))


def _enters(account: Account, folder: Path) -> bool:
    done = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=(),
        cwd="/",
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _let_pass(account: Account, folder: Path) -> None:
    why = "thư mục không thuộc root"
    if folder.stat().st_uid == 0:
        try:
            os.setxattr(folder, ACL_ATTRIBUTE, _access_list(folder, account.uid))
        except OSError as error:  # a file system without access lists, or a list made by somebody else
            why = error.strerror or str(error)
        else:
            return
    raise OperatorError(
        "folder-unreachable",
        f"Postgres chạy dưới tài khoản riêng (uid {account.uid}) và không đi qua được thư mục {folder} ({why}). "
        f"Hãy cho phép đi qua (chmod o+x {folder}), chạy theodoi bằng người dùng thường, "
        "hoặc đặt cả dự án và THEODOI_DATA_DIR ở nơi khác.",
    )


def _access_list(folder: Path, uid: int) -> bytes:
    """The permissions as they are, plus passage for one user, as Linux stores them (`posix_acl_xattr.h`)."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    owner, group, other = mode >> 6 & 7, mode >> 3 & 7, mode & 7
    try:
        present = os.getxattr(folder, ACL_ATTRIBUTE)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
    else:  # with a list the group bits of the mode are its mask; a later chmod may have closed our passage
        entries = list(struct.iter_unpack(ACL_ENTRY, present[struct.calcsize(ACL_HEADER) :]))
        if [tag for tag, _, _ in entries] != ACL_OF_ONE_USER or entries[1][2] != uid:
            raise OSError(errno.EEXIST, "thư mục đã có danh sách quyền riêng")
        group &= entries[2][1]
    rights = (owner, ENTER, group, group | ENTER, other)
    ids = (ACL_NO_ID, uid, ACL_NO_ID, ACL_NO_ID, ACL_NO_ID)
    return struct.pack(ACL_HEADER, ACL_VERSION) + b"".join(
        struct.pack(ACL_ENTRY, *entry) for entry in zip(ACL_OF_ONE_USER, rights, ids, strict=True)
    )
