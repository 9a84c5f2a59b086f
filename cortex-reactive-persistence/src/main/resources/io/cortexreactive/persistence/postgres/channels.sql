-- Each statement is one atomic step that commits by itself. ${…} stands for a table.

-- :begin
WITH b AS (
  INSERT INTO ${channels} AS c (tenant_id, channel, publication, held_until)
  VALUES ($1::text, $2::text, $3::text, statement_timestamp() + $4::int8 * interval '1 ms')
  ON CONFLICT (tenant_id, channel) DO UPDATE
     SET publication = excluded.publication, last_seq = 0, bytes = 0, held_until = excluded.held_until, ended_at = NULL
   WHERE c.publication <> excluded.publication AND (c.ended_at IS NOT NULL OR c.held_until <= statement_timestamp())
  RETURNING publication),
d AS (
  DELETE FROM ${messages} m USING b WHERE m.tenant_id = $1::text AND m.channel = $2::text AND m.publication <> b.publication)
SELECT publication FROM b

-- :begun
SELECT publication FROM ${channels} WHERE tenant_id = $1::text AND channel = $2::text AND publication = $3::text

-- :append
WITH c AS (
  UPDATE ${channels}
     SET last_seq = last_seq + cardinality($7::int4[]), bytes = bytes + $5::int8,
         held_until = statement_timestamp() + $10::int8 * interval '1 ms',
         ended_at = CASE WHEN $6::bool THEN statement_timestamp() END
   WHERE tenant_id = $1::text AND channel = $2::text AND publication = $3::text AND last_seq = $4::int8
     AND ended_at IS NULL AND (NOT $11::bool OR held_until <= statement_timestamp())
  RETURNING last_seq, bytes),
m AS (
  INSERT INTO ${messages} (tenant_id, channel, publication, seq, bytes_before, message)
  SELECT $1::text, $2::text, $3::text, $4::int8 + t.ord,
         c.bytes - $5::int8 + (t.ord - 1) * ${overhead} + t.at, substring($9::bytea FROM t.at + 1 FOR t.len)
    FROM c, unnest($7::int4[], $8::int4[]) WITH ORDINALITY AS t(at, len, ord)),
d AS (
  DELETE FROM ${messages} o USING c
   WHERE o.tenant_id = $1::text AND o.channel = $2::text AND o.publication = $3::text AND o.seq < coalesce((
         SELECT k.seq FROM ${messages} k
          WHERE k.tenant_id = $1::text AND k.channel = $2::text AND k.publication = $3::text
            AND k.seq > c.last_seq - ${most} AND k.bytes_before >= c.bytes - ${bytes}
            AND k.created_at > statement_timestamp() - ${age} * interval '1 ms'
          ORDER BY k.seq LIMIT 1), $4::int8 + 1))
SELECT last_seq FROM c

-- :appended
SELECT last_seq FROM ${channels}
 WHERE tenant_id = $1::text AND channel = $2::text AND publication = $3::text AND last_seq = $4::int8 AND (ended_at IS NOT NULL) = $5::bool

-- :read
SELECT c.publication, c.last_seq, c.ended_at IS NOT NULL AS ended,
       c.ended_at IS NULL AND c.held_until <= statement_timestamp() AS lost, m.seq, encode(m.message, 'base64') AS message
  FROM ${channels} c
  LEFT JOIN LATERAL (
    SELECT n.seq, n.message FROM (
      SELECT k.seq, k.message, k.bytes_before - first_value(k.bytes_before) OVER (ORDER BY k.seq) AS before FROM (
        SELECT seq, message, bytes_before FROM ${messages}
         WHERE tenant_id = $1::text AND channel = $2::text AND publication = c.publication AND seq > $3::int8
           AND created_at > statement_timestamp() - ${age} * interval '1 ms'
         ORDER BY seq LIMIT $4::int4) k) n
     WHERE n.before <= ${page}) m ON true
 WHERE c.tenant_id = $1::text AND c.channel = $2::text
 ORDER BY m.seq

-- :announce
INSERT INTO ${presence} AS f (tenant_id, channel, process, followers, version, expires_at)
VALUES ($1::text, $2::text, $3::text, $4::int4, $5::int8, statement_timestamp() + $6::int8 * interval '1 ms')
ON CONFLICT (tenant_id, channel, process) DO UPDATE
   SET followers = excluded.followers, version = excluded.version, expires_at = excluded.expires_at
 WHERE f.version < excluded.version

-- :followers
SELECT coalesce(sum(followers), 0)::int4 AS followers FROM ${presence}
 WHERE tenant_id = $1::text AND channel = $2::text AND expires_at > statement_timestamp()

-- :purge
WITH full_of AS MATERIALIZED (
  SELECT tenant_id, channel FROM (
    SELECT tenant_id, channel, sum(least(bytes, ${bytes})) OVER (ORDER BY ended_at DESC) AS in_all
      FROM ${channels} WHERE ended_at IS NOT NULL) e
   WHERE in_all > ${bytes_in_all}),
old AS MATERIALIZED (
  SELECT tenant_id, channel FROM ${channels}
   WHERE coalesce(ended_at, held_until) <= statement_timestamp() - ${age} * interval '1 ms'
      OR (ended_at IS NOT NULL AND (tenant_id, channel) IN (SELECT tenant_id, channel FROM full_of))
   ORDER BY tenant_id, channel LIMIT 1000 FOR UPDATE SKIP LOCKED),
c AS (DELETE FROM ${channels} c USING old WHERE c.tenant_id = old.tenant_id AND c.channel = old.channel),
m AS (DELETE FROM ${messages} m USING old WHERE m.tenant_id = old.tenant_id AND m.channel = old.channel),
f AS (DELETE FROM ${presence} WHERE expires_at <= statement_timestamp())
SELECT count(*)::int4 AS purged FROM old
