"""Errors in words a person can act on, in Vietnamese or English by locale, and never a traceback: sixty and more wrong calls."""

from __future__ import annotations

import ast
import errno
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from r57monitor.messages import is_translated, reader_language, translate
from r57monitor.preference_list import describe_settings
from tests.command import run
from tests.sample_home import make_home
from tools.build_reference import list_commands

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "r57monitor" / "data"
PAIRS = [pair for name in ("messages", "output") for pair in tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))["messages"]]
FAULTS = {
    "UsageError", "R57Error", "RegistryError", "HomeError", "ReadError", "ArchiveError", "SettingsError", "fail",
    "SqlError", "PublishError", "TemporaryError", "PermanentError", "PutOffError", "_Fault",
}  # fmt: skip

SAID = {  # what is said, and which arguments have its words
    "note": (0,), "in_words": (0,), "tell": (0,), ".say": (0,), "_tell_next": (0,), ".step": (0,), "report": (0,), ".report": (0,),
    "Finding": (0, 2, 3), "_error": (1,), "_warning": (1,),
}  # fmt: skip
SAME = {"Chromium", "DuckDB", "Python", "home", "chmod 700 x", "pip install tzdata"}  # in both languages
MOST_MISSING = 0.01  # of all messages: room for one or two that are being written


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN"}, "vi"),
        ({"LANG": "vi"}, "vi"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "visayan"}, "en"),
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": ""}, "vi"),
    ],
)
def test_the_readers_language(environment: dict[str, str], wanted: str) -> None:
    assert reader_language(environment) == wanted


def test_each_message_keeps_its_blanks() -> None:
    for english, vietnamese in PAIRS:
        given, used = (set(re.findall(r"\{(\w+)\}", text)) for text in (english, vietnamese))
        assert used <= given, english
        assert vietnamese == unicodedata.normalize("NFC", vietnamese)
        filled = re.sub(r"\{\w+\}", "x7", english)
        assert "{" not in translate(filled, "vi"), english
        if all(name.startswith("rest") for name in given):
            assert translate(filled, "vi") != filled


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("/x.txt: no such file.", "/x.txt: không có tệp này."),
        ("No such option: --nix", "không có tùy chọn --nix"),
        (
            "Invalid value for '--limit': Input should be greater than or equal to 1",
            "giá trị của '--limit' không dùng được: phải từ 1 trở lên",
        ),
        ('there is no source "a". Did you mean b?', 'không có nguồn "a"; có phải b?'),
        (
            'a.csv: nothing was imported. line 2: there is no province "X"; line 4: the cell "value" is empty; '
            'line 7: the cell "as_of" is empty (and 3 more)',
            'a.csv: chưa nhập gì. dòng 2: không có tỉnh "X"; dòng 4: ô "value" trống; dòng 7: ô "as_of" trống (và 3 lỗi nữa)',
        ),
        (
            'sources/a.toml, line 3 (source "a"): the key "name" is missing.',
            'sources/a.toml, dòng 3 (nguồn "a"): thiếu khóa "name".',
        ),
        (
            "ban.csv: no desk: every line must name one and the same digest.",
            "ban.csv: không phải tệp biên tập: mọi dòng phải nêu cùng một điểm báo.",
        ),
        ("not read: a.html: 10.0.0.1 is a private address", "không đọc: a.html: 10.0.0.1 là địa chỉ mạng nội bộ"),
        (
            'm.toml, line 1 (metric "x y"): the key "label_vi" is missing.',
            'm.toml, dòng 1 (chỉ tiêu "x y"): thiếu khóa "label_vi".',
        ),
        (
            "s.toml, line 2: crawl.delay_s = 'a' cannot be used: input should be a valid number, unable to parse string as a number. "
            "`r57 settings` shows what each one means.",
            "s.toml, dòng 2: crawl.delay_s = 'a' không dùng được: phải là số. `r57 settings` cho biết nghĩa của từng cài đặt.",
        ),
        (
            "cannot open /x: Could not write file: No space left on device `r57 replay` makes it anew from archive and journal.",
            "không mở được /x: Could not write file: No space left on device `r57 replay` tạo lại từ kho lưu và nhật ký.",
        ),
        (
            "/x is being written by another process. Wait until it ends, or use another --home.",
            "/x đang được một tiến trình khác dùng. Đợi xong, hoặc dùng --home khác.",
        ),
        (
            "cannot use the home /x: Permission denied. Choose another with --home DIR or R57_HOME.",
            "không dùng được home /x: không có quyền. Chọn nơi khác bằng --home hoặc R57_HOME.",
        ),
        ("a.html: something nobody has translated.", "a.html: something nobody has translated."),
        ("Something nobody has translated.", "Something nobody has translated."),
    ],
)
def test_translations(message: str, wanted: str) -> None:
    assert translate(message, "vi") == wanted
    assert translate(message, "en") == message


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("[crawl", "thiếu ']' ở cuối."),
        ("[[crawl]\n", "thiếu ']]' ở cuối."),
        ("delay_s\n", "sau tên khóa phải có dấu '='."),
        ("a = b\n", "giá trị không đọc được; chữ phải đặt trong dấu nháy kép."),
        ("a =", "dòng cuối thiếu giá trị."),
        ("a = 1 b = 2\n", "sau một mục phải xuống dòng."),
        ("a = 1\na = 2\n", "khóa này đã có giá trị."),
        ("[a]\n[a]\n", "phần ('a',) khai hai lần."),
        ('a = "b\n', "ký tự '\\n' không được phép ở đây; có thể thiếu dấu nháy đóng."),
        ('a = "b', "thiếu dấu nháy đóng."),
        ("a = [1, 2", "thiếu dấu ']' của một danh sách."),
    ],
)
def test_what_the_toml_reader_says(written: str, wanted: str) -> None:
    """The words are those of Python's own reader: a version that says it otherwise would stay English, and be seen here."""
    with pytest.raises(tomllib.TOMLDecodeError) as fault:
        tomllib.loads(written)
    where, said = translate(f"nguon.toml: not valid TOML: {fault.value}.", "vi").split(": TOML không đúng: ")
    assert said == wanted
    assert re.fullmatch(r"nguon\.toml(, dòng \d+, cột \d+)?", where)


def test_what_the_system_says_is_translated_too() -> None:
    """Its words are those of this system's own library: one that says it otherwise would stay English, and be seen here."""
    for number in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EADDRINUSE, errno.ENOMEM):
        assert translate(os.strerror(number), "vi") != os.strerror(number)


def messages_in_the_program() -> Iterator[str]:
    """Every message that is raised or said, with its blanks filled."""
    for package in ("r57monitor", "spiders", "pipelines", "warehouse"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    name = node.exc.func.id if isinstance(node.exc.func, ast.Name) else ""
                    if name in FAULTS and (text := _words(node.exc.args[0])):
                        yield text if name != "fail" else f"x, line 1: {text}"
                elif isinstance(node, ast.Call) and (places := SAID.get(_name(node.func))):
                    yield from filter(None, (_words(node.args[n]) for n in places if n < len(node.args)))


def _name(called: ast.expr) -> str:
    """The last name of what is called: ".say" of `shown.say`."""
    return called.id if isinstance(called, ast.Name) else f".{called.attr}" if isinstance(called, ast.Attribute) else ""


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    if isinstance(node, ast.BinOp):
        return _words(node.left) + _words(node.right)
    if isinstance(node, ast.IfExp):
        return _words(node.body)
    return ""


def test_the_list_keeps_up_with_the_program() -> None:
    """Every message that is raised, the rare ones too. A blank alone ("x: x") is another's message, passed on."""
    messages = {message for message in messages_in_the_program() if re.search(r"[a-z]{2}", message)}
    assert len(messages) > 250
    missing = sorted(message for message in messages if message not in SAME and not is_translated(message))
    assert len(missing) <= MOST_MISSING * len(messages), missing


COMMANDS = [name.split()[1:] for name, _ in list_commands()]
CALLS = [[*words, "--no-such-option"] for words in COMMANDS]
MORE = [
    ["no-such-command"],
    ["sources", "no-such-command"],
    ["figures", "--limit", "many"],
    ["figures", "--limit", "0"],
    ["figures", "--limit"],
    ["figures", "--from", "2025-13-01"],
    ["figures", "--province", ""],
    ["figures", "too", "many", "words"],
    ["articles", "--week", "W30"],
    ["search"],
    ["search", '"'],
    ["search", "-bo"],
    ["sql"],
    ["sql", "SELEC 1"],
    ["sql", ""],
    ["sql", "SELECT 1", "--timeout", "0"],
    ["digest", "--format", "pptx"],
    ["digest", "--week", "2025-W99"],
    ["digest", "--pillar", "9"],
    ["digest", "--rebuild", "../../etc/passwd"],
    ["digest", "desk", "show", "khong-co"],
    ["digest", "send", "2025-W30"],
    ["sources", "add", "ftp://may.example/"],
    ["sources", "add", "khong phai dia chi"],
    ["sources", "check", "khong-co"],
    ["sources", "freeze", "khong-co", "https://a.example/"],
    ["review", "accept", "khong-co"],
    ["review", "fix", "khong-co", "--value", "abc"],
    ["official", "import", "khong-co.csv"],
    ["official", "remove", "khong-co"],
    ["restore", "khong-co.tar"],
    ["export"],
    ["withdraw"],
    ["settings", "khong.co"],
    ["outbox", "retry", "x"],
    ["alerts", "test", "--channel", "khong-co"],
    ["extract", "\udcff\udcfe"],
    ["figures", "--province", "\udcff"],
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("messages") / "home").path


@pytest.mark.parametrize("words", [*CALLS, *MORE], ids=lambda words: " ".join(words).encode("ascii", "replace").decode())
def test_a_wrong_call_is_one_line_without_a_traceback(
    words: list[str], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    code = run(*words, "--home", str(home)) if words not in CALLS else run(*words)
    said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if not line.startswith("Home: ")]
    assert code in {1, 2}, said
    assert len(lines) == 1, said
    assert lines[0].startswith("r57: ")
    assert "Traceback" not in said
    assert "lỗi ngoài dự kiến" not in said
    if words in CALLS:
        assert "không có tùy chọn --no-such-option" in said
        assert f"`r57 {' '.join(words[:-1])} --help`" in said.replace("python -m pytest", "r57") or "--help`" in said


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("status",), "Bài về Nghị quyết 57"),
        (("doctor", "--ask", "0"), "ổ đĩa"),
        (("figures", "--limit", "1"), "1 dòng"),
        (("archive", "prune", "--keep-days", "1"), "sẽ lấy ra: "),
        (("official", "list"), "0 dòng"),
        (("settings", "crawl"), "6 dòng"),
    ],
)
def test_what_goes_well_is_said_in_the_readers_language(
    words: tuple[str, ...], wanted: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for language in ("vi_VN.UTF-8", "C.UTF-8"):
        monkeypatch.setenv("LC_ALL", language)
        assert run(*words, "--home", str(home)) in {0, 1}
        said[language] = capsys.readouterr().out
    assert wanted in said["vi_VN.UTF-8"]
    assert wanted not in said["C.UTF-8"]


def test_every_setting_has_its_meaning_in_vietnamese() -> None:
    assert [setting.key for setting in describe_settings() if setting.meaning_vi == setting.meaning] == []


def test_json_has_no_language(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert run("status", "--json", "--home", str(home)) == 0
    row = json.loads(capsys.readouterr().out)
    assert {"articles", "relevant", "sources_failing", "snapshot"} <= row.keys()
    assert row["archive"].endswith(" MB")
    assert "segments" in row["archive"]


ALONE = [sys.executable, "-m", "r57monitor"]


def call(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ALONE, *words], text=True, capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_a_command_in_a_process_of_its_own_can_publish(tmp_path: Path) -> None:
    """There pandas is not to be had (it would be loaded for nothing), and whatever looks for it must be told so in a way it understands."""
    done = call("publish", "--home", str(tmp_path / "home"), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "home" / "published.duckdb").exists()


@pytest.mark.slow
def test_without_locale_home_or_standard_streams(home: Path, tmp_path: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    shown = call("figures", "--limit", "3", "--home", str(home), env=bare, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "3 rows" in shown.stdout
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- 2>&-', "sh", *ALONE, "figures", "--json", "--limit", "1", "--home", str(home)],
        env=bare, capture_output=True, check=False,
    )  # fmt: skip
    assert closed.returncode == 0
    assert closed.stdout.count(b"\n") == 1


@pytest.mark.slow
def test_a_screen_that_cannot_show_vietnamese_is_told_the_way_out(home: Path, tmp_path: Path) -> None:
    narrow = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "LC_ALL": "vi_VN.UTF-8"}
    shown = call("figures", "--limit", "3", "--home", str(home), env=narrow, cwd=tmp_path)
    assert shown.returncode == 1
    assert shown.stderr.startswith("r57: this terminal's encoding (ascii) cannot show Vietnamese. Set PYTHONIOENCODING=utf-8")


@pytest.mark.slow
def test_a_reader_that_goes_away(home: Path) -> None:
    piped = subprocess.run(
        ["sh", "-c", '"$@" | head -n 1', "sh", *ALONE, "figures", "--json", "--limit", "1000", "--home", str(home)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert piped.stdout.count("\n") == 1
    assert piped.stderr == ""


@pytest.mark.slow
def test_a_full_disk_is_named() -> None:
    """/dev/full refuses every byte."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*ALONE, "settings"], stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_ctrl_c_ends_in_words(tmp_path: Path) -> None:
    """The command waits for standard input when it is interrupted."""
    process = subprocess.Popen(
        [*ALONE, "extract", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "vi_VN.UTF-8", "PYTHONFAULTHANDLER": ""},
    )  # fmt: skip
    if not _is_reading(process.pid):
        process.kill()
        process.communicate()
        pytest.skip("this system does not tell what a process waits for")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 130
    assert "đã dừng theo ý người dùng" in said
    assert "Traceback" not in said


def _is_reading(pid: int) -> bool:
    """Wait until the process sleeps in a read of its standard input; False where the system does not tell."""
    import time

    waits_for = Path(f"/proc/{pid}/wchan")
    end = time.monotonic() + 200
    while waits_for.exists() and time.monotonic() < end:
        if "pipe" in waits_for.read_text("utf-8"):
            return True
        time.sleep(0.05)
    return False
