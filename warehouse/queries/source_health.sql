-- State of every source on every day, newest first.
SELECT h.*, s.name, s.kind, s.publisher, s.province, s.verified, s.active
FROM main.source_health h LEFT JOIN main.sources s ON s.source_id = h.source_id
WHERE /* filters */
ORDER BY h.day DESC, h.source_id
LIMIT $limit OFFSET $offset
