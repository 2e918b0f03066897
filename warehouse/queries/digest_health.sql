-- Days of the period on which a source did not simply work, with what the source is.
SELECT h.source_id, h.day, h.state, h.cause, s.name, s.kind, s.province
FROM main.source_health h JOIN main.sources s ON s.source_id = h.source_id
WHERE h.day BETWEEN $first AND $last AND h.state <> 'ok'
  AND ($province IS NULL OR s.province_id IN (SELECT province_id FROM main.provinces WHERE now_name = $province))
ORDER BY h.source_id, h.day
