-- Every province of today's map in every week, in official order.
SELECT c.*, p.official_order, p.region FROM main.coverage c JOIN main.provinces p ON p.province_id = c.province_id
WHERE /* filters */
ORDER BY c.week, p.official_order
