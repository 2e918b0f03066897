"""What an office may set: `settings.toml` in the home, with R57_… environment variables before it.

Each setting is described once, here: the command, the documentation and the checks read the models below.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from r57monitor.errors import UsageError

_TWICE = re.compile(r"Cannot declare \('(\w+)',\) twice \(at line (\d+)")  # as Python's TOML reader says it
FILE_NAME = "settings.toml"
_HIDDEN = "********"


class SettingsError(UsageError):
    """A setting that cannot be used; the message names file and line, or the environment variable."""


def _parse_clock(value: object) -> object:
    return time.fromisoformat(value) if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value) else value


def _parse_list(value: object) -> object:
    """A list as an environment variable writes it: words with commas between."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Clock = Annotated[time, BeforeValidator(_parse_clock)]
Words = Annotated[tuple[str, ...], BeforeValidator(_parse_list)]


class Section(BaseModel):
    """One [table] of the file; a key it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _setting(default: Any, meaning: str, *, env: str | None = None, secret: bool = False, **limits: Any) -> Any:
    return Field(default, description=meaning, json_schema_extra={"env": env, "secret": secret}, validate_default=True, **limits)


class Crawl(Section):
    """How sources are visited."""

    contact: str = _setting("", "mail address or page named in the User-Agent, so that a site can reach you", env="R57_CONTACT")
    delay_s: float = _setting(
        2.0, "seconds between two requests to one host, where a source has no delay_s", env="R57_DELAY_S", ge=0, le=600
    )
    interval_h: float = _setting(6.0, "hours between two visits of a source, where it has no interval_h", gt=0, le=24 * 30)
    parallel: int = _setting(32, "sources visited at the same time", ge=1, le=256)
    proxy: str = _setting("", "HTTP proxy of the office's network, such as http://proxy.example:3128", env="R57_PROXY")
    ca_file: Path | None = _setting(
        None, "PEM file of the office's own certificate authority, trusted besides the usual ones", env="R57_CA_FILE"
    )


class Office(Section):
    """What stands at the head and foot of the digest."""

    unit: str = _setting("", "name of the unit that sends the digest", env="R57_OFFICE")
    parent: str = _setting("", "name of the body it belongs to")
    place: str = _setting("", "place named before the date")
    recipients: Words = _setting((), "bodies the digest is for")
    signer_title: str = _setting("", "title over the signature, such as CHÁNH VĂN PHÒNG")
    signer: str = _setting("", "name under the signature")
    first_week: str = _setting(
        "", "week that has digest number 1, such as 2025-W01; empty: the week's own number", pattern=r"^(\d{4}-W\d{2})?$"
    )
    language: Literal["vi", "en"] = _setting("vi", "language of digests and messages", env="R57_LANGUAGE")


class Serve(Section):
    """Running without a person beside it."""

    check_every_min: float = _setting(10.0, "minutes between two looks at which sources are due", gt=0, le=24 * 60)
    digest_day: int = _setting(1, "day of the weekly digest: 1 is Monday, 7 Sunday", ge=1, le=7)
    digest_at: Clock = _setting(time(7), "Vietnam time of the weekly digest, HH:MM")
    digest_formats: Words = _setting(("docx", "html", "json"), "formats of the weekly digest")
    metrics_port: int = _setting(0, "port on 127.0.0.1 for Prometheus; 0: none", ge=0, le=65535)
    log_keep_days: int = _setting(30, "days that logs are kept", ge=1)
    max_cycle_min: float = _setting(240.0, "minutes after which one round of visits is ended in order", ge=1)


class ArchiveKeeping(Section):
    """The size of the archive."""

    keep_days: int = _setting(
        0, "days after which feeds, listings and error pages leave the archive (articles stay); 0: never", ge=0, le=36500
    )
    storage: str = _setting("", "where closed segments are kept, such as s3://bucket/r57 or a folder; empty: in the home")
    storage_options: dict[str, str] = _setting(
        {}, "what the storage is asked with, such as endpoint_url; keys are better left to the environment"
    )
    keep_local: bool = _setting(False, "whether segments that are stored there stay in the home, too")
    warn_gb: float = _setting(50.0, "size of the archive from which `r57 doctor` warns, in GB", gt=0)


class Mail(Section):
    """The server that digests and alerts go through."""

    host: str = _setting("", "SMTP server; empty: no mail is sent")
    port: int = _setting(587, "its port", ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = _setting("starttls", "how the connection is protected")
    ca_file: Path | None = _setting(None, "PEM file of the certificate authority that signed the server's certificate")
    user: str = _setting("", "user name")
    password: str = _setting("", "password; better given by the environment", env="R57_MAIL_PASSWORD", secret=True)
    sender: str = _setting("", "address in From")
    groups: dict[str, tuple[str, ...]] = _setting({}, "recipients by group, such as leaders = ['a@x.vn']")
    attach: Words = _setting(("docx",), "formats of the digest that go with its mail as files")
    digest_groups: Words = _setting((), "groups that `r57 serve` sends each digest to once it is approved")


class Alerts(Section):
    """When alerts may go out, and where to."""

    quiet_from: Clock = _setting(time(22), "Vietnam time from which alerts wait, HH:MM")
    quiet_until: Clock = _setting(time(6), "Vietnam time until which alerts wait, HH:MM")
    group_min: float = _setting(10.0, "minutes within which alerts are sent as one message", ge=0)
    urls: Words = _setting((), 'Apprise addresses of the channel "default"', env="R57_ALERT_URLS", secret=True)
    channels: dict[str, tuple[str, ...]] = _setting({}, "further channels, each with its Apprise addresses", secret=True)


class Dashboard(Section):
    """The dashboard's server."""

    host: str = _setting("127.0.0.1", "interface it listens on; others than 127.0.0.1 need login")
    port: int = _setting(8501, "its port", ge=1, le=65535)
    login: bool = _setting(False, "whether people must log in with the office's identity provider")
    full_text: Literal["logged-in", "everyone", "nobody"] = _setting(
        "logged-in", "who may read full texts of articles; without login, whoever sits at this machine counts as logged in"
    )
    allow: Words = _setting((), "who may come in: mail addresses, or domains such as '@tinh.gov.vn'; empty: all whom the provider knows")


class Sql(Section):
    """Limits of `r57 sql`."""

    timeout_s: float = _setting(30.0, "seconds after which a query is ended", gt=0)
    memory_mb: int = _setting(2048, "memory a query may use", ge=64)


class Preferences(Section):
    """All settings; the keys of the file are `section.name`."""

    crawl: Crawl = Crawl()
    office: Office = Office()
    serve: Serve = Serve()
    archive: ArchiveKeeping = ArchiveKeeping()
    mail: Mail = Mail()
    alerts: Alerts = Alerts()
    dashboard: Dashboard = Dashboard()
    sql: Sql = Sql()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as `r57 settings` shows it."""

    key: str
    value: Any  # "********" for a secret that is set
    source: str  # "default", "settings.toml, line 4" or "environment R57_CONTACT"
    meaning: str
    env: str


class Loaded:
    """The settings in force and where each comes from."""

    def __init__(self, values: Preferences, sources: Mapping[str, str]) -> None:
        self.values = values
        self._sources = sources

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """Every setting in the order of the models."""
        return tuple(self._describe(section, name, info) for section, name, info in each_field())

    def _describe(self, section: str, name: str, info: FieldInfo) -> Setting:
        key = f"{section}.{name}"
        value = getattr(getattr(self.values, section), name)
        shown = _HIDDEN if _extra(info)["secret"] and value else value
        return Setting(key, shown, self._sources.get(key, "default"), info.description or "", env_name(section, name, info))


def load_preferences(home: Path, environment: Mapping[str, str] | None = None) -> Loaded:
    """The settings of a home, a folder that need not exist.

    Raises SettingsError naming file and line, or the environment variable, of the first one that is wrong.
    """
    environment = os.environ if environment is None else environment
    file = home / FILE_NAME
    text, tables = _read(file)
    given: dict[str, dict[str, Any]] = {section: dict(table) for section, table in tables.items()}
    sources = {f"{s}.{n}": f"{FILE_NAME}, line {_line_of(text, s, n)}" for s, table in given.items() for n in table}
    variables: dict[str, str] = {}
    for section, name, info in each_field():
        for variable in (env_name(section, name, info), _long_env_name(section, name)):
            if environment.get(variable, "").strip():
                given.setdefault(section, {})[name] = environment[variable].strip()
                variables[f"{section}.{name}"] = variable
                sources[f"{section}.{name}"] = f"environment {variable}"
                break
    try:
        return Loaded(Preferences.model_validate(given), sources)
    except ValidationError as error:
        raise _in_words(error, file, text, variables) from error


def _read(file: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    try:
        text = file.read_text("utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read as UTF-8 text ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(file, text, error) from error
    for name, table in tables.items():
        if name not in Preferences.model_fields or not isinstance(table, dict):
            known = ", ".join(f"[{section}]" for section in Preferences.model_fields)
            raise SettingsError(f'{file}, line {_line_of(text, name, None)}: "{name}" is no section of settings; there are {known}.')
    return text, tables


def _unreadable(file: Path, text: str, error: tomllib.TOMLDecodeError) -> SettingsError:
    """A section pasted below the file of `r57 settings --init`, which has them all, is the commonest fault."""
    if twice := _TWICE.search(str(error)):
        name, line = twice.groups()
        headings = (n for n, written in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[\s*{name}\s*\]", written))
        first = next(headings, 1)
        return SettingsError(
            f"{file}, line {line}: [{name}] stands here a second time; put its lines under the first one, in line {first}."
        )
    return SettingsError(f"{file}: not valid TOML: {error}.")


def each_field() -> Iterator[tuple[str, str, FieldInfo]]:
    """(section, name, field) of every setting, in the order of the models."""
    for section, outer in Preferences.model_fields.items():
        model = outer.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, info in model.model_fields.items():
                yield section, name, info


def _extra(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _long_env_name(section: str, name: str) -> str:
    return f"R57_{section}_{name}".upper()


def env_name(section: str, name: str, info: FieldInfo) -> str:
    """The environment variable that comes before the file."""
    return _extra(info).get("env") or _long_env_name(section, name)


def _line_of(text: str, section: str, name: str | None) -> int:
    """Line of a key in its table; of the table where the key stands in a way this does not see; 1 at worst."""
    key = re.compile(rf'\s*"?{re.escape(name)}"?\s*[=.]') if name else None
    dotted = re.compile(rf'\s*"?{re.escape(section)}"?\s*' + (rf'\.\s*"?{re.escape(name)}\b' if name else "[=.]"))
    table, line = "", 1
    for number, written in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[\s*([\w.\"-]+)\s*\]", written):
            table = heading[1].replace('"', "")
            if table == f"{section}.{name}":
                return number
            line = number if table == section else line
        elif (table == section and key and key.match(written)) or (not table and dotted.match(written)):
            return number
    return line


def _in_words(error: ValidationError, file: Path, text: str, variables: Mapping[str, str]) -> SettingsError:
    fault = error.errors()[0]
    section, name = str(fault["loc"][0]), str(fault["loc"][1]) if len(fault["loc"]) > 1 else None
    key = f"{section}.{name}"
    where = f"environment variable {variables[key]}" if key in variables else f"{file}, line {_line_of(text, section, name)}"
    if fault["type"] == "extra_forbidden":
        model = Preferences.model_fields[section].annotation
        known = ", ".join(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ""
        return SettingsError(f'{where}: [{section}] has no setting "{name}"; it has {known}.')
    reason = str(fault["msg"]).removeprefix("Value error, ").lower()
    return SettingsError(f"{where}: {key} = {fault['input']!r} cannot be used: {reason}. `r57 settings` shows what each one means.")


def is_loopback(host: str | None) -> bool:
    """Whether an interface belongs to this machine alone; no address means all interfaces."""
    if host == "localhost":
        return True
    try:
        return bool(host) and ip_address(str(host)).is_loopback
    except ValueError:
        return False
