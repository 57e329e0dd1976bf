"""Make ``.venv`` with nothing but Python's standard library, then install pinned, hashed requirements.

Debian's ``python3`` comes without ``ensurepip`` and often without pip. The ways tried, in order: ``venv`` with
its own pip; a pip that the machine has, told to install into the new environment; pip's own wheel, fetched
from the package registry that this machine is set up for.
"""

import configparser
import hashlib
import html.parser
import importlib.util
import io
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def configured_index() -> str:
    """The registry address pip itself would use here: environment, then its configuration files, then its own."""
    if address := os.environ.get("PIP_INDEX_URL"):
        return address
    places = [
        os.environ.get("PIP_CONFIG_FILE", ""),
        "~/.config/pip/pip.conf",
        "~/.pip/pip.conf",
        "/etc/pip.conf",
    ]
    for place in filter(None, places):
        reader = configparser.ConfigParser(interpolation=None)
        reader.read(Path(place).expanduser(), encoding="utf-8")
        if address := reader.get("global", "index-url", fallback=""):
            return address
    return urllib.parse.urlunsplit(("https", ".".join(("pypi", "org")), "/simple", "", ""))


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def fetched_pip(into: Path) -> Path:
    """pip's newest wheel from the configured registry, checked against the hash the registry states."""
    page = configured_index().rstrip("/") + "/pip/"
    with urllib.request.urlopen(page) as answer:
        reader = _Links()
        reader.feed(answer.read().decode())
    wheels = [link for link in reader.found if re.search(r"/pip-\d+(\.\d+)*-py3-none-any\.whl", link)]
    newest = max(wheels, key=lambda link: [int(n) for n in re.findall(r"/pip-([\d.]+)-py3", link)[0].split(".")])
    address, _, digest = urllib.parse.urljoin(page, newest).partition("#sha256=")
    with urllib.request.urlopen(address) as answer:
        data = answer.read()
    if digest and hashlib.sha256(data).hexdigest() != digest:
        sys.exit("下载的 pip 与登记的校验值不符,已停止。请检查网络或软件源后重试 make run。")
    zipfile.ZipFile(io.BytesIO(data)).extractall(into)
    return into


def pip_command() -> list[str]:
    """A command line that runs some pip on the new environment, which is made if it is missing."""
    if not PYTHON.exists():
        with_pip = importlib.util.find_spec("ensurepip") is not None
        print("正在建立运行环境 .venv …", flush=True)
        try:
            venv.EnvBuilder(with_pip=with_pip, symlinks=True).create(VENV)
        except (subprocess.CalledProcessError, SystemExit):
            venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(VENV)
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    fetched_pip(VENV / "pip-wheel")
    os.environ["PYTHONPATH"] = str(VENV / "pip-wheel")
    return [str(PYTHON), "-m", "pip"]


def main(requirements: str) -> None:
    """Install ``requirements`` into ``.venv`` and put ``src`` on its path."""
    if sys.version_info < OLDEST:
        sys.exit(f"需要 Python {OLDEST[0]}.{OLDEST[1]} 或更新版本,现在是 {sys.version.split()[0]}。")
    pip = pip_command()
    print(f"正在安装 {requirements}(首次约一分钟)…", flush=True)
    quiet = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run([*pip, *quiet, "-r", str(ROOT / requirements)], check=False)
    if done.returncode:
        sys.exit("安装依赖没有成功(见上面的提示)。请检查网络和软件源后重试;已装好的部分会保留。")
    answer = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (Path(answer.stdout.strip()) / "gongkai.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
