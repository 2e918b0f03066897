-- What official tables say of a figure's metric in its province, the newest first.
SELECT o.value, o.unit, o.kind, o.as_of, o.as_of_precision, o.source, o.note FROM main.official_values o
WHERE o.metric_id = $metric_id AND (o.province_id = $province_id OR (o.province_id IS NULL AND o.province = $province))
ORDER BY o.as_of DESC, o.source, o.official_id LIMIT 5
