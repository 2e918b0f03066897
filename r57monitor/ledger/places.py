"""Where a series is kept: provinces through time, and the names that two units bore, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from r57monitor.gazetteer import Gazetteer, ProvinceEntity
from r57monitor.text.normalize import fold


@dataclass(frozen=True, slots=True)
class Places:
    """series: province entity to what its series are kept by: today's entity where no merger changed its area, else itself.

    namesakes: entities whose name another one within other borders bears too, before or after it.
    """

    series: Mapping[str, str]
    namesakes: Mapping[str, ProvinceEntity]

    def is_unsure(self, province_id: str | None, is_undated: bool, as_of: date | None) -> bool:
        """Whether nobody can say which of two units a name stands for: the article has no date, the value no day in the unit's time."""
        unit = self.namesakes.get(province_id) if is_undated and province_id else None
        return unit is not None and (as_of is None or not unit.is_valid(as_of))


def find_places(gazetteer: Gazetteer) -> Places:
    """The places of every entity there ever was."""
    series: dict[str, str] = {}
    called: dict[str, list[ProvinceEntity]] = defaultdict(list)
    for entity in gazetteer.entities:
        now = gazetteer.now(entity.id)
        series[entity.id] = now.id if len(gazetteer.predecessors(now.id)) <= 1 else entity.id
        called[fold(entity.name)].append(entity)
    namesakes = {e.id: e for alike in called.values() if len({series[e.id] for e in alike}) > 1 for e in alike}
    return Places(series, namesakes)
