"""The half year as it happened: who told what, when, whose text it was, and when a crawl could find it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from r57monitor.clock import vietnam_day
from r57monitor.gazetteer import MERGER, Gazetteer, ProvinceEntity, load_gazetteer
from tests.replay26.model import FIRST_MONDAY, WEEKS, Outlet, Story, Told, World
from tests.replay26.wording import PHRASES, Words, say_day, show

SEED = 57
BEFORE = 3  # weeks of articles that were there before the first crawl
COPIES, BACKFILLS, CLOCKS, RESTATED, CONFLICTS = 0.15, 0.05, 0.05, 0.04, 0.03  # of the restated and contradicted, half can be
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def generate(seed: int = SEED, provinces: int = 34, weeks: int = WEEKS) -> World:
    """The whole half year; the same for the same seed."""
    return _Press(random.Random(seed), provinces, weeks).play()


class _Press:
    def __init__(self, chance: random.Random, provinces: int, weeks: int) -> None:
        self.chance, self.words, self.weeks = chance, Words(chance), weeks
        self.gazetteer: Gazetteer = load_gazetteer()
        self.now: list[ProvinceEntity] = [e for e in self.gazetteer.entities if e.valid_until is None][:provinces]
        self.world = World(self._outlets())
        self.values: dict[str, _Path] = {}
        self.last: dict[str, tuple[date, float]] = {}  # by series: day and value of the newest that was told
        self.goals: dict[str, float] = {}
        self.shaky: set[str] = set()  # series of which two outlets say different things: what comes next may be called either way
        self.frames: dict[str, list[str]] = {}  # by outlet: the words around its last figures

    def _outlets(self) -> list[Outlet]:
        dead = [frozenset({5, 6}), frozenset({14}), frozenset({20, 21})]
        own = []
        for index, entity in enumerate(self.now):
            weak = dead[index % 11] if index % 11 < 3 and index < 11 else frozenset()
            own.append(Outlet(f"bao-{index:02}", f"Báo {entity.name}", "newspaper", entity.name, 8 if index in {9, 25} else 0, weak))
        portals = [Outlet(f"cong-{n}", f"Cổng {self.now[n].name}", "portal", self.now[n].name) for n in (4, 5)]
        nation = [Outlet("toan-quoc-1", "Báo Bốn Phương", "newspaper"), Outlet("toan-quoc-2", "Báo Ngày Sau", "newspaper")]
        return [*own, *portals, *nation, Outlet("thong-tan", "Hãng tin Ba Miền", "agency"), Outlet("gop-tin", "Gộp Tin", "aggregator")]

    def play(self) -> World:
        for outlet in self.world.outlets:
            entity = next((e for e in self.now if e.name == outlet.province), None)
            if entity:
                self.world.own.setdefault(entity.id, []).append(outlet)
        for week in range(-BEFORE, self.weeks):
            for entity in self.now:
                self._week(entity, week)
        for story in self.world.stories:
            _know_baseline(story)
        return self.world

    def _week(self, entity: ProvinceEntity, week: int) -> None:
        if self.chance.random() < 0.12:
            self.world.silences.add((entity.id, week))
            return
        monday = FIRST_MONDAY + timedelta(weeks=week)
        days = sorted(self.chance.sample(range(7), self.chance.choice([1, 1, 2, 2, 3])))
        for day in days:
            at = datetime.combine(monday + timedelta(days=day), time(self.chance.randrange(0, 9), self.chance.randrange(60)), UTC)
            self._article(entity, week, at)

    def _article(self, entity: ProvinceEntity, week: int, at: datetime) -> None:
        chance, day = self.chance, vietnam_day(at)
        place = self._entity_on(entity, day)
        outlet = chance.choice(self.world.own[entity.id]) if chance.random() < 0.8 else chance.choice(self.world.outlets[-4:-1])
        name = _call(place)
        told = self._figures(place, name, day)
        rest = self._frame(outlet, name)
        lead, body = rest[0], rest[1:]
        said = " ".join(t.sentence for t in told)
        story = self._put(outlet, at, self.words.title(place.name), [lead, body[0], said, *body[1:]], told, place.id)
        if chance.random() < RESTATED and told:
            self._restate(story, place)
        elif chance.random() < CONFLICTS:
            self._contradict(story, place, name)
        if chance.random() < COPIES / 1.3:  # of one text there may be several; some get none because the week is over
            self._copies(story, place, week)

    def _frame(self, outlet: Outlet, name: str) -> list[str]:
        """Words of the outlet's own; now and then those of its last report again, or two paragraphs of another outlet's."""
        rest = self.words.paragraphs(name)
        known = self.frames.get(outlet.id)
        if known and self.chance.random() < 0.04:
            rest = list(known)
        elif self.frames and self.chance.random() < 0.03:
            rest[4:6] = self.chance.choice(list(self.frames.values()))[4:6]
        self.frames[outlet.id] = rest
        return rest

    def _entity_on(self, entity: ProvinceEntity, day: date) -> ProvinceEntity:
        """The province itself, or before the merger one of those that it was made of."""
        old = self.gazetteer.predecessors(entity.id)
        return self.chance.choice(old) if old and day < MERGER else entity

    def _put(
        self, outlet: Outlet, at: datetime, title: str, paragraphs: list[str], told: list[Told], place: str, of: Story | None = None
    ) -> Story:
        clock = self.chance.choice(["none", "visit"]) if self.chance.random() < CLOCKS else "sound"
        found, is_late = self._found(outlet, at)
        story = Story(
            number=len(self.world.stories) + 1, outlet=outlet, published=at, found=found, title=title, is_late=is_late,
            paragraphs=paragraphs, told=told, province_id=place, cluster=of.cluster if of else len(self.world.stories) + 1,
            is_copy=of is not None, clock=clock,
        )  # fmt: skip
        self.world.stories.append(story)
        return story

    def _found(self, outlet: Outlet, at: datetime) -> tuple[datetime, bool]:
        """The first evening visit that works; sometimes much later, in an archive page or a sitemap."""
        visit = datetime.combine(at.date(), time(13), UTC)
        begun = datetime.combine(FIRST_MONDAY + timedelta(weeks=outlet.since), time(13), UTC)
        found = max(visit if visit >= at else visit + _DAY, begun)
        is_late = self.chance.random() < BACKFILLS and found > begun
        if is_late:
            found += timedelta(days=self.chance.randrange(7, 36))
        while week_of(found.date()) in outlet.dead:
            found += _DAY
        return found, is_late

    def _figures(self, place: ProvinceEntity, name: str, day: date) -> list[Told]:
        told = []
        for spec in self.chance.sample(PHRASES["definition"], self.chance.choice([1, 2, 2, 3, 4])):
            told.append(self._result(spec, place, name, day))
        if self.chance.random() < 0.12:
            told.append(self._target(self.chance.choice(PHRASES["target"]), place, name, day))
        return [t for t in told if t is not None]

    def _result(self, spec: dict[str, Any], place: ProvinceEntity, name: str, day: date) -> Told | None:
        stated = self.chance.random() < 0.4 and not spec.get("monthly") and not spec.get("change")
        as_of = day - timedelta(days=self.chance.randrange(0, 3)) if stated else day
        key = f"{self._area(place)}/{spec['key']}"
        if spec.get("monthly"):
            stated, as_of = True, day.replace(day=1) - timedelta(days=1)
            as_of = as_of if as_of >= FIRST_MONDAY - timedelta(weeks=BEFORE) else day
        before = self.last.get(key)
        if (before and as_of < before[0]) or (spec.get("monthly") and before and before[0] == as_of):
            return None  # an older value than was told: no order is true of it
        value = self.values.setdefault(key, _Path(spec, self.chance)).at(as_of, self.chance)
        text = show(value, spec["unit"])
        mention = text if spec["unit"] == "%" else f"{text} {spec['noun']}"
        at = self.chance.choice([f"tính đến ngày {say_day(as_of)}", f"đến ngày {say_day(as_of)}"] if stated else ["đến nay", "hiện nay"])
        sentence = self.words.fill(self.chance.choice(spec["said"]), province=name, at=at, m=mention, month=f"{as_of.month}/{as_of.year}")
        state: str | None = "new" if before is None else "repeat" if value == before[1] else "higher" if value > before[1] else "lower"
        if key in self.shaky:
            self.shaky.discard(key)
            state = None
        if spec.get("level") == "commune":
            state = None  # which commune it was is not kept: nothing can be compared
        else:
            self.last[key] = (as_of, value)
        words = text if spec["unit"] == "%" else f"{text} {spec['unit']}"
        return Told(spec["key"], key, "result", value, words, sentence, spec, as_of, stated, None, state)

    def _target(self, spec: dict[str, Any], place: ProvinceEntity, name: str, day: date) -> Told | None:
        due = date.fromisoformat(self.chance.choice(spec["dues"]))
        if due <= day + timedelta(days=20):
            return None
        key = f"{self._area(place)}/target/{spec['key']}/{due}"
        low, high = spec["start"]
        before = self.goals.get(key)
        value = before if before and self.chance.random() < 0.75 else float(self.chance.randrange(int(low), int(high)))
        self.goals[key] = value
        text = show(value, spec["unit"])
        mention = text if spec["unit"] == "%" else f"{text} {spec['noun']}"
        sentence = self.words.fill(self.chance.choice(spec["said"]), province=name, m=mention, due=say_day(due))
        state = "new" if before is None else "repeat" if value == before else "target_moved"
        words = text if spec["unit"] == "%" else f"{text} {spec['unit']}"
        return Told("target-" + spec["key"], key, "target", value, words, sentence, spec, None, False, due, state)

    def _area(self, place: ProvinceEntity) -> str:
        """One name for as long as the area stays the same."""
        now = self.gazetteer.now(place.id)
        return now.id if len(self.gazetteer.predecessors(now.id)) <= 1 else place.id

    def _restate(self, story: Story, place: ProvinceEntity) -> None:
        """The outlet corrects one of its results: in the article itself, or in another that names the same day."""
        good = [t for t in story.told if t.kind == "result" and t.stated and t.state and not t.spec.get("monthly")]
        if not good:
            return
        old = self.chance.choice(good)
        value = round(old.value * 0.93, 1) if old.spec["unit"] == "%" else float(int(old.value * 0.93))
        if value == old.value:
            return
        self.last[old.series] = (old.as_of or FIRST_MONDAY, value)
        new = _retell(old, value, "restated")
        later = story.published + timedelta(hours=self.chance.randrange(20, 40))
        if self.chance.random() < 0.5:
            told = [new if t is old else t for t in story.told]
            seen = max(story.found + _DAY, datetime.combine(later.date(), time(13), UTC))
            if week_of(seen.date()) not in story.outlet.dead:
                story.edited = (seen, [p.replace(old.sentence, new.sentence) for p in story.paragraphs], told)
                return
        lead = f"Tòa soạn đính chính số liệu trong bài đăng ngày {say_day(vietnam_day(story.published))}, mong bạn đọc thông cảm."
        rest = self.words.paragraphs(_call(place), 3)
        self._put(story.outlet, later, f"Đính chính: {story.title}", [lead, new.sentence, *rest], [new], place.id)

    def _contradict(self, story: Story, place: ProvinceEntity, name: str) -> None:
        """Another outlet states another value for the very same day."""
        good = [t for t in story.told if t.kind == "result" and t.stated and t.state and t.spec.get("metric") and not t.spec.get("monthly")]
        if not good:
            return
        old = self.chance.choice(good)
        value = round(old.value * 1.08, 1) if old.spec["unit"] == "%" else float(int(old.value * 1.08) + 1)
        new = _retell(old, value, "conflict")
        self.shaky.add(old.series)
        outlet = self.chance.choice([o for o in self.world.outlets[-4:-1] if o is not story.outlet])
        lead, *rest = self.words.paragraphs(name)
        at = story.published + timedelta(hours=self.chance.randrange(2, 20))
        self._put(outlet, at, self.words.title(place.name), [lead, rest[0], new.sentence, *rest[1:]], [new], place.id)

    def _copies(self, story: Story, place: ProvinceEntity, week: int) -> None:
        others = [o for o in self.world.outlets if o is not story.outlet]
        end = datetime.combine(FIRST_MONDAY + timedelta(weeks=week + 1), time(), UTC) - 8 * _HOUR
        for outlet in self.chance.sample(others[-8:] + self.chance.sample(others, 4), self.chance.choice([1, 1, 2, 3])):
            at = story.published + timedelta(hours=self.chance.randrange(1, 60))
            if at < end:
                title, text = self.words.copy(story.title, story.paragraphs, 4, place.name, story.outlet.name)
                self._put(outlet, at, title, text, story.told, place.id, story)


class _Path:
    """The true value of one thing over time."""

    def __init__(self, spec: dict[str, Any], chance: random.Random) -> None:
        self.spec, self.day = spec, date(2025, 1, 1)
        self.value = self._round(chance.uniform(*spec["start"]))

    def at(self, day: date, chance: random.Random) -> float:
        if day > self.day and chance.random() < 0.7:
            self.value = self._round(min(self.value + chance.uniform(*self.spec["grows"]), 99.9 if self.spec["unit"] == "%" else 1e9))
        self.day = day
        return self.value

    def _round(self, value: float) -> float:
        return round(max(value, 0.1), 1) if self.spec["unit"] == "%" else float(max(round(value), 1))


def week_of(day: date) -> int:
    """Number of a day's week in the play; negative before it begins."""
    return (day - FIRST_MONDAY).days // 7


def _call(place: ProvinceEntity) -> str:
    return f"{place.kind} {place.name}"


def _retell(old: Told, value: float, state: str) -> Told:
    """The same statement with another number."""
    before, after = (show(v, old.spec["unit"]) for v in (old.value, value))
    mention = old.mention.replace(before, after)
    sentence = old.sentence.replace(old.mention, mention)
    return Told(old.key, old.series, old.kind, value, mention, sentence, old.spec, old.as_of, old.stated, old.due, state)


def first_crawl(outlet: Outlet) -> datetime:
    return datetime.combine(FIRST_MONDAY + timedelta(weeks=outlet.since), time(12, 50), UTC)


def _know_baseline(story: Story) -> None:
    """What an outlet had published before its first crawl is no news, whatever it says."""
    if story.published < first_crawl(story.outlet):
        story.told = [replace(t, state="baseline") for t in story.told]
