"""Alert rules: what is worth a message before Monday. Rules come from TOML, rows from the published views; nothing here asks or sends.

Every alert has a key. A key is told once, so a fact's copies, repeats and later looks tell nothing; what has no difference has no alert.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

from r57monitor.entries import load_entries, toml_files
from r57monitor.errors import RegistryError
from r57monitor.text.normalize import fold
from r57monitor.wording import Language, explain_cause, format_day, format_figure, load_texts, local_day, read_cells

Row = Mapping[str, Any]

WATCHED = ("figures", "articles", "sources", "deadlines", "official")
STATES = {"new": "new", "higher": "higher", "lower": "lower", "restated": "restated", "moved": "target_moved", "conflict": "conflict"}
_CHANGED = {"higher", "lower", "restated", "target_moved", "conflict"}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_SHARE = re.compile(r"(\d+(?:[.,]\d+)?)\s*%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One [[alert]] entry. An empty field does not restrict.

    watch: figures, articles, sources, deadlines or official. change_by: in the figure's unit, or a share such as "10%".
    days: how far back a publication may lie (figures, articles), how long a source must be failing, how near a deadline must be.
    """

    id: str
    watch: str = "figures"
    provinces: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    above: float | None = None
    below: float | None = None
    change_by: float | None = None
    change_share: float | None = None
    days: int = 14
    channel: str = "default"
    urgent: bool = False  # goes out in quiet hours too
    where: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell. The key names the fact, not the article."""

    rule_id: str
    key: str
    channel: str
    urgent: bool
    text: str
    proof: str = ""  # sentence, outlet, address; told once for several alerts that share it


def load_rules(folder: Path, channels: Collection[str]) -> list[Rule]:
    """The rules of every *.toml in a folder, in order; none where it is not there.

    Raises RegistryError naming file, line and what is wrong.
    """
    rules: dict[str, Rule] = {}
    for file in toml_files([folder], "alert rule") if folder.is_dir() else []:
        for entry, where in load_entries(file, "alert")[0]:
            rule = _build(entry, where, channels)
            if rule.id in rules:
                raise RegistryError(f'{where}: the alert id "{rule.id}" is already used at {rules[rule.id].where}; choose another.')
            rules[rule.id] = rule
    return list(rules.values())


_NAMES = {"province": "provinces", "metric": "metrics", "state": "states", "kind": "kinds", "source": "sources", "keyword": "keywords"}


def _build(entry: Row, where: str, channels: Collection[str]) -> Rule:
    values: dict[str, Any] = {"where": where}
    kinds = get_type_hints(Rule)
    known = {f.name for f in fields(Rule)} - {"where", "change_share"} - set(_NAMES.values()) | set(_NAMES)
    for key, value in entry.items():
        name = _NAMES.get(key, key)
        if key not in known:
            raise RegistryError(f'{where}: unknown key "{key}"; an alert has {", ".join(sorted(known))}.')
        if key in _NAMES:
            values[name] = tuple([value] if isinstance(value, str) else value if isinstance(value, list) else _wrong(where, key, value))
            if not all(isinstance(part, str) and part.strip() for part in values[name]):
                _wrong(where, key, value)
        elif key == "change_by" and isinstance(value, str) and (found := _SHARE.fullmatch(value.strip())):
            values["change_share"] = float(found[1].replace(",", ".")) / 100
        else:
            wanted = get_args(kinds[name]) or (kinds[name],)
            fits = isinstance(value, wanted) or (float in wanted and isinstance(value, int))
            values[name] = value if fits and (not isinstance(value, bool) or bool in wanted) else _wrong(where, key, value)
    if not _ID.fullmatch(str(values.get("id", ""))):
        raise RegistryError(f'{where}: an alert needs an id of small letters, digits, "-" and "_".')
    rule = Rule(**values)
    _check(rule, channels)
    return rule


def _wrong(where: str, key: str, value: object) -> Any:
    raise RegistryError(f'{where}: "{key}" cannot be {value!r}; `r57 alerts example` shows how it is written.')


def _check(rule: Rule, channels: Collection[str]) -> None:
    for name, value, allowed in (
        ("watch", [rule.watch], WATCHED),
        ("state", rule.states, STATES),
        ("channel", [rule.channel], channels),
    ):
        for part in value:
            if part not in allowed:
                raise RegistryError(f'{rule.where}: {name} "{part}" is none; choose from {", ".join(allowed)}.')
    if rule.days < 0:
        raise RegistryError(f"{rule.where}: days cannot be less than 0.")
    if rule.watch == "articles" and not rule.keywords:
        raise RegistryError(f"{rule.where}: an alert on articles needs keyword = [...], or it would tell every article.")


def states_of(rule: Rule) -> tuple[str, ...]:
    """The view's states a rule on figures asks for."""
    return tuple(STATES[state] for state in rule.states or STATES)


def find_figures(rule: Rule, rows: Iterable[Row], earlier: Mapping[str, Row], language: Language) -> list[Alert]:
    """Of rows of `figures` (originals, newest first) those the rule wants. earlier: sentence and article by figure id."""
    found: dict[str, Alert] = {}
    for row in rows:
        if row["state"] not in states_of(rule) or not row["is_original"] or not _says(rule, row) or not _is_wanted(rule, row):
            continue
        series = row["series_id"] or f"{row['province_id']}/{fold(row['label'] or '')}/{row['unit']}"
        when = row["due"] if row["kind"] == "target" else row["as_of"] if row["as_of_from"] == "stated" else None
        key = f"figure|{series}|{row['state']}|{row['value']:g}|{row['value_max'] or ''}|{when or ''}"
        text = _figure_text(row, earlier.get(row["against_figure_id"] or ""), language)
        found.setdefault(key, Alert(rule.id, key, rule.channel, rule.urgent, text, f"“{read_cells(row['sentence'])}”\n{_origin(row)}"))
    return list(found.values())


def _says(rule: Rule, row: Row) -> bool:
    """Whether a keyword stands in headline or sentence, whatever the accents."""
    if not rule.keywords:
        return True
    told = f" {fold(row['title'] or '')} {fold(row.get('sentence') or '')} "
    return any(fold(word) in told for word in rule.keywords)


def _is_wanted(rule: Rule, row: Row) -> bool:
    value, before = row["value"], row["value_before"]
    if row["state"] in _CHANGED and not _differs(row):
        return False
    if (rule.above is not None and value <= rule.above) or (rule.below is not None and value >= rule.below):
        return False
    if rule.change_by is None and rule.change_share is None:
        return True
    if before is None:
        return False
    change = abs(value - before)
    return change >= (rule.change_by or 0) and (rule.change_share is None or change >= rule.change_share * abs(before) > 0)


def _differs(row: Row) -> bool:
    """Whether there is an earlier statement and it says something else."""
    if row["value_before"] is None:
        return False
    return bool(row["value"] != row["value_before"] or (row["kind"] == "target" and row["due"] != row["due_before"]))


def _figure_text(row: Row, earlier: Row | None, language: Language) -> str:
    texts = load_texts(language)
    place = texts("alert.nation") if row["province"] == "national" else row["province_now"] or row["province"] or texts("alert.nowhere")
    lines = [f"{place} · {_label(row, language)}: {format_figure(row, language)} ({texts.of('state', row['state'])})"]
    if row["value_before"] is not None:
        when = format_day(row["due_before"] if row["kind"] == "target" else row["as_of_before"])
        lines.append(texts("alert.before", value=row["mention_before"], when=f" ({when})" if when else ""))
    if earlier is not None and row["state"] in {"conflict", "target_moved"}:
        lines.append(f"{texts('alert.other')} “{read_cells(earlier['sentence'])}” ({earlier['source_name'] or earlier['publisher']})")
    return "\n".join(lines)


def _label(row: Row, language: Language) -> str:
    return str(row["label_en"] if language == "en" and row["label_en"] else row["label_vi"])


def _origin(row: Row) -> str:
    day = format_day(local_day(row["published_at"]))
    return ", ".join(filter(None, (row["source_name"] or row["source_id"], day))) + f"\n{row['url']}"


def find_articles(rule: Rule, rows: Iterable[Row], language: Language) -> list[Alert]:
    """Of rows of `articles` (originals) those that hold a keyword in their headline; the key is the text's cluster."""
    texts = load_texts(language)
    found: dict[str, Alert] = {}
    for row in rows:
        if row["is_original"] and _says(rule, row):
            key = f"article|{row['cluster_id']}"
            text = f"{texts('alert.article')}: {row['title']}"
            found.setdefault(key, Alert(rule.id, key, rule.channel, rule.urgent, text, _origin(row)))
    return list(found.values())


def find_sources(rule: Rule, rows: Iterable[Row], last_day: date, language: Language) -> list[Alert]:
    """Of rows of `source_trouble` the sources failing for `days` days or more; the key holds the first of them."""
    texts = load_texts(language)
    found = []
    for row in rows:
        if row["state"] != "failing" or row["days_in_a_row"] < max(1, min(rule.days, 365)) or not _is_source(rule, row):
            continue
        since = last_day - timedelta(days=row["days_in_a_row"] - 1)
        name = row["name"] or row["source_id"]
        text = texts("alert.failing", source=name, day=format_day(since), cause=explain_cause(row["cause"], language) or "?")
        found.append(Alert(rule.id, f"source|{row['source_id']}|{since}", rule.channel, rule.urgent, text))
    return found


def _is_source(rule: Rule, row: Row) -> bool:
    return not rule.sources or row["source_id"] in rule.sources


def tell_recovery(rule: Rule, key: str, name: str, today: date, language: Language) -> Alert:
    """The alert that what was told under `key` is over."""
    text = load_texts(language)("alert.recovered", source=name, day=format_day(today))
    return Alert(rule.id, f"recovered|{key.partition('|')[2]}", rule.channel, rule.urgent, text)


def find_deadlines(rule: Rule, rows: Iterable[Row], today: date, language: Language) -> list[Alert]:
    """Of rows of `targets` those due within `days` days with no result seen that reaches them."""
    texts = load_texts(language)
    found = []
    for row in rows:
        due = row["due"]
        if (
            due is None
            or not today <= due <= today + timedelta(days=rule.days)
            or "superseded" in row["status"]
            or row["due_status"] == "reached"
        ):
            continue
        place = texts("alert.nation") if row["province"] == "national" else row["province_now"] or row["province"]
        text = texts(
            "alert.deadline", place=place, metric=_label(row, language), value=format_figure(row, language), day=format_day(due),
            days=(due - today).days,
        )  # fmt: skip
        key = f"deadline|{row['series_id']}|{row['value']:g}|{due}"
        found.append(
            Alert(rule.id, key, rule.channel, rule.urgent, text, f"“{read_cells(row['sentence'] or row['mention'])}”\n{_origin(row)}")
        )
    return found


def find_official(rule: Rule, rows: Iterable[Row], language: Language) -> list[Alert]:
    """Of rows of `official_differences` those where the press says otherwise for the same time."""
    texts = load_texts(language)
    found = []
    for row in rows:
        if row["verdict"] != "differs":
            continue
        said = format_figure({"value": row["press_value"], "unit": row["unit"]}, language)
        value = format_figure({"value": row["value"], "unit": row["unit"]}, language)
        text = texts("alert.official", place=row["province_now"] or row["province"], value=value, said=said)
        key = f"official|{row['official_id']}|{row['press_value']:g}"
        found.append(Alert(rule.id, key, rule.channel, rule.urgent, text, f"“{read_cells(row['sentence'])}”"))
    return found


def compose(told: Sequence[tuple[str, str]], language: Language, most: int = 20) -> tuple[str, str]:
    """Subject and text of one message about several alerts, each a text and its proof; those of one proof stand together."""
    texts = load_texts(language)
    by_proof: dict[str, list[str]] = {}
    for text, proof in dict.fromkeys(told[:most]):
        by_proof.setdefault(proof, []).append(text)
    first = told[0][0].partition("\n")[0]
    subject = first if len(told) == 1 else texts("alert.subject", count=len(told), first=first)
    blocks = ["\n".join([*map(_bullet, lines), *filter(None, [proof])]) for proof, lines in by_proof.items()]
    if len(told) > most:
        blocks.append(texts("alert.more", count=len(told) - most))
    return subject[:200], "\n\n".join(blocks)


def _bullet(text: str) -> str:
    return "• " + text.replace("\n", "\n  ")
