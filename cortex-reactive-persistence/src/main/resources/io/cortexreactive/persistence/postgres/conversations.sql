-- Each statement is one atomic step that commits by itself. ${…} stands for a table.

-- :last
SELECT last_position FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text

-- :read
SELECT position, encode(message, 'base64') AS message, codec FROM ${messages}
 WHERE tenant_id = $1::text AND conversation_id = $2::text AND position > $3::int8 ORDER BY position LIMIT $4::int4

-- :append
WITH b AS (
  INSERT INTO ${conversations} AS c (tenant_id, conversation_id, last_position, change_id)
  SELECT $1::text, $2::text, cardinality($5::int4[]), $4::uuid WHERE $3::int8 = 0
  ON CONFLICT (tenant_id, conversation_id) DO UPDATE
     SET last_position = excluded.last_position, change_id = excluded.change_id, updated_at = statement_timestamp()
   WHERE c.last_position = 0
  RETURNING c.last_position),
u AS (
  UPDATE ${conversations} SET last_position = last_position + cardinality($5::int4[]), change_id = $4::uuid, updated_at = statement_timestamp()
   WHERE tenant_id = $1::text AND conversation_id = $2::text AND last_position = $3::int8 AND $3::int8 > 0
  RETURNING last_position),
a AS (SELECT last_position FROM b UNION ALL SELECT last_position FROM u),
m AS (
  INSERT INTO ${messages} (tenant_id, conversation_id, position, message)
  SELECT $1::text, $2::text, $3::int8 + t.ord, substring($7::bytea FROM t.at + 1 FOR t.len)
    FROM a, unnest($5::int4[], $6::int4[]) WITH ORDINALITY AS t(at, len, ord))
SELECT last_position FROM a

-- :appended
SELECT last_position FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text AND change_id = $3::uuid

-- :acquire
INSERT INTO ${conversations} AS c (tenant_id, conversation_id, change_id, holder, held_until)
VALUES ($1::text, $2::text, gen_random_uuid(), $3::text, statement_timestamp() + $4::int8 * interval '1 ms')
ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
 WHERE c.holder IS NULL OR c.holder = excluded.holder OR c.held_until <= statement_timestamp()
RETURNING holder

-- :release
WITH d AS (
  DELETE FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text AND holder = $3::text AND last_position = 0)
UPDATE ${conversations} SET holder = NULL, held_until = NULL
 WHERE tenant_id = $1::text AND conversation_id = $2::text AND holder = $3::text AND last_position > 0

-- :summary
SELECT encode(summary, 'base64') AS summary, summary_up_to FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text AND summary IS NOT NULL

-- :summarize
UPDATE ${conversations} SET summary = $5::bytea, summary_up_to = $4::int8, updated_at = statement_timestamp()
 WHERE tenant_id = $1::text AND conversation_id = $2::text AND summary_up_to = $3::int8 AND last_position >= $4::int8
RETURNING summary_up_to

-- :delete
WITH seen AS MATERIALIZED (
  SELECT tenant_id, conversation_id, change_id FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text),
u AS (
  UPDATE ${conversations} c SET last_position = 0, summary = NULL, summary_up_to = 0, change_id = gen_random_uuid(), updated_at = statement_timestamp()
    FROM seen WHERE c.tenant_id = seen.tenant_id AND c.conversation_id = seen.conversation_id AND c.change_id = seen.change_id
  RETURNING c.tenant_id, c.conversation_id),
m AS (DELETE FROM ${messages} m USING u WHERE m.tenant_id = u.tenant_id AND m.conversation_id = u.conversation_id)
SELECT EXISTS (SELECT 1 FROM u) OR NOT EXISTS (SELECT 1 FROM seen) AS done

-- :forget
DELETE FROM ${conversations} WHERE tenant_id = $1::text AND conversation_id = $2::text AND last_position = 0 AND (holder IS NULL OR held_until <= statement_timestamp())
