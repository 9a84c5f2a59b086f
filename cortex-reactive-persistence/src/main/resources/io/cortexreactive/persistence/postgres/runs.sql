-- Each statement is one atomic step that commits by itself. ${…} stands for a table, or for another part of this file.

-- :columns
s.tenant_id, s.run_id, s.workflow_id, s.workflow_version, s.status, s.outcome, s.epoch, s.step_seq, s.current_node, s.attempts, s.undo_count,
s.snapshot_seq, s.data_codec, s.pause_token, s.pause_reason, s.paused_at, s.pause_deadline_at,
s.parent_run_id, s.parent_seq, s.parent_branch, s.forked_from, s.forked_seq, s.created_at, s.started_at, s.completed_at, s.deadline_at, s.error

-- :record
${columns}, s.data, s.pause_spec

-- :read
${columns}, encode(s.data, 'base64') AS data, encode(s.pause_spec, 'base64') AS pause_spec

-- :tell
o AS (INSERT INTO ${outbox} (tenant_id, run_id, seq, branch) SELECT tenant_id, run_id, seq, branch FROM j WHERE ${publish} ORDER BY tenant_id, run_id, seq, branch)

-- :lives
worker_id = $1::text AND state = 'live' AND expires_at > statement_timestamp()

-- :start_columns
tenant_id, run_id, workflow_id, workflow_version, queue, priority, idempotency_key, input_hash,
      parent_run_id, parent_seq, parent_branch, forked_from, forked_seq, status, current_node, epoch, step_seq, commit_id, owner, attempts,
      node_timeout_ms, node_deadline_at, deadline_at, snapshot_seq, data, started_at

-- :start_values
$2::text, $3::text, $4::text, $5::text, $6::text, $7::int4, $8::text, $9::text,
      $10::text, $11::int4, $12::text, $13::text, $14::int4,
      CASE WHEN me.worker_id IS NULL THEN 'pending' ELSE 'running' END, $15::text,
      (me.worker_id IS NOT NULL)::int, 0, $16::uuid, me.worker_id, (me.worker_id IS NOT NULL)::int,
      $17::int8, CASE WHEN me.worker_id IS NOT NULL THEN statement_timestamp() + $17::int8 * interval '1 ms' END,
      statement_timestamp() + $18::int8 * interval '1 ms', 0, $20::bytea,
      CASE WHEN me.worker_id IS NOT NULL THEN statement_timestamp() END

-- :start_entry
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, payload)
  SELECT tenant_id, run_id, 0, 'start', epoch, $16::uuid, $19::bytea FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ${read} FROM a AS s

-- :start
WITH me AS MATERIALIZED (SELECT worker_id FROM ${workers} WHERE ${lives}),
a AS (
  INSERT INTO ${states} AS s (${start_columns})
  SELECT ${start_values}
    FROM (SELECT 1) AS one LEFT JOIN me ON true
  ON CONFLICT DO NOTHING
  RETURNING ${record}),
${start_entry}

-- :start_on_terms
WITH me AS MATERIALIZED (SELECT worker_id FROM ${workers} WHERE ${lives} AND $21::int8 = 0),
w AS MATERIALIZED (
  SELECT 1 FROM (
    (SELECT 1 FROM ${states} p WHERE p.queue = $6::text AND p.status = 'pending' AND NOT p.parked LIMIT $22::int4)
    UNION ALL
    (SELECT 1 FROM ${states} p WHERE p.queue = $6::text AND p.status = 'pending' AND p.parked LIMIT $22::int4)) AS pending
   LIMIT $22::int4),
a AS (
  INSERT INTO ${states} AS s (${start_columns}, parked, available_at)
  SELECT ${start_values}, $21::int8 > 0, statement_timestamp() + $21::int8 * interval '1 ms'
    FROM (SELECT 1) AS one LEFT JOIN me ON true
   WHERE $22::int4 IS NULL OR (SELECT count(*) FROM w) < $22::int4
  ON CONFLICT DO NOTHING
  RETURNING ${record}),
${start_entry}

-- :start_group
WITH i AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[],
                       $8::text[], $9::int4[], $10::text[], $11::text[], $12::int4[], $13::text[], $14::uuid[], $15::int8[], $16::int8[],
                       $17::int4[], $18::int4[], $19::int4[], $20::int4[])
    WITH ORDINALITY AS t(worker, tenant_id, run_id, workflow_id, workflow_version, queue, priority,
                         parent_run_id, parent_seq, parent_branch, forked_from, forked_seq, node_id, commit_id, node_ms, deadline_ms,
                         input_at, input_len, snapshot_at, snapshot_len, ord)),
me AS MATERIALIZED (
  SELECT w.worker_id FROM ${workers} w
   WHERE w.worker_id IN (SELECT i.worker FROM i) AND w.state = 'live' AND w.expires_at > statement_timestamp()),
a AS (
  INSERT INTO ${states} AS s (tenant_id, run_id, workflow_id, workflow_version, queue, priority,
      parent_run_id, parent_seq, parent_branch, forked_from, forked_seq, status, current_node, epoch, step_seq, commit_id, owner, attempts,
      node_timeout_ms, node_deadline_at, deadline_at, snapshot_seq, data, started_at)
  SELECT i.tenant_id, i.run_id, i.workflow_id, i.workflow_version, i.queue, i.priority,
      i.parent_run_id, i.parent_seq, i.parent_branch, i.forked_from, i.forked_seq,
      CASE WHEN me.worker_id IS NULL THEN 'pending' ELSE 'running' END, i.node_id,
      (me.worker_id IS NOT NULL)::int, 0, i.commit_id, me.worker_id, (me.worker_id IS NOT NULL)::int,
      i.node_ms, CASE WHEN me.worker_id IS NOT NULL THEN statement_timestamp() + i.node_ms * interval '1 ms' END,
      statement_timestamp() + i.deadline_ms * interval '1 ms', 0, substring($21::bytea FROM i.snapshot_at + 1 FOR i.snapshot_len),
      CASE WHEN me.worker_id IS NOT NULL THEN statement_timestamp() END
    FROM i LEFT JOIN me ON me.worker_id = i.worker
  ON CONFLICT DO NOTHING
  RETURNING ${record}),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, payload)
  SELECT a.tenant_id, a.run_id, 0, 'start', a.epoch, i.commit_id, substring($21::bytea FROM i.input_at + 1 FOR i.input_len)
    FROM a JOIN i ON i.tenant_id = a.tenant_id AND i.run_id = a.run_id
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT i.ord::int4 AS ord, ${read} FROM a AS s JOIN i ON i.tenant_id = s.tenant_id AND i.run_id = s.run_id

-- :started
SELECT ${read}, s.idempotency_key, s.input_hash, j.commit_id AS started_by
  FROM ${states} s LEFT JOIN ${steps} j ON j.tenant_id = s.tenant_id AND j.run_id = s.run_id AND j.commit_id = $5::uuid
 WHERE s.tenant_id = $1::text AND (s.run_id = $2::text OR s.workflow_id = $3::text AND s.idempotency_key = $4::text)
 ORDER BY (s.workflow_id = $3::text AND s.idempotency_key IS NOT DISTINCT FROM $4::text) DESC LIMIT 1

-- :load
SELECT ${read} FROM ${states} s WHERE s.tenant_id = $1::text AND s.run_id = $2::text

-- :journal
SELECT seq, branch, kind, node_id, encode(payload, 'base64') AS payload, codec, error, request_id, commit_id, epoch,
       (extract(epoch FROM finished_at) * 1000000)::int8 AS finished_micros
  FROM ${steps}
 WHERE tenant_id = $1::text AND run_id = $2::text AND seq > $3::int4
   AND seq <= $4::int8 + GREATEST($3::int8, (SELECT min(seq) - 1 FROM ${steps} WHERE tenant_id = $1::text AND run_id = $2::text))
 ORDER BY seq, (branch = ''), branch

-- :changed
SELECT k.tenant_id, k.run_id
  FROM unnest($1::text[], $2::text[], $3::int4[]) AS k(tenant_id, run_id, seq)
  LEFT JOIN ${states} s ON s.tenant_id = k.tenant_id AND s.run_id = k.run_id
 WHERE s.run_id IS NULL OR s.step_seq > k.seq OR s.status IN ('completed', 'failed', 'cancelled')

-- :page
SELECT ${read} FROM ${states} s WHERE s.tenant_id = $1::text

-- :answer
WITH a AS (
  UPDATE ${states} s
     SET status = 'pending', parked = false, epoch = s.epoch + 1, step_seq = s.step_seq + 1, commit_id = $5::uuid, attempts = 0, crashes = 0,
         pause_token = NULL, pause_reason = NULL, pause_spec = NULL, paused_at = NULL, pause_deadline_at = NULL,
         available_at = statement_timestamp(), updated_at = statement_timestamp()
   WHERE s.tenant_id = $1::text AND s.run_id = $2::text AND s.status = 'paused' AND s.pause_token = $3::text
  RETURNING s.tenant_id, s.run_id, s.step_seq, s.epoch, s.status),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, request_id, payload)
  SELECT tenant_id, run_id, step_seq, 'input', epoch, $5::uuid, $4::text, $6::bytea FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT status, step_seq FROM a

-- :answered
SELECT s.status, s.step_seq, (SELECT j.seq FROM ${steps} j WHERE j.tenant_id = s.tenant_id AND j.run_id = s.run_id AND j.request_id = $3::text) AS answer_seq
  FROM ${states} s WHERE s.tenant_id = $1::text AND s.run_id = $2::text

-- :cancelled
         status = CASE WHEN s.undo_count > 0 THEN 'pending' ELSE 'cancelled' END,
         outcome = CASE WHEN s.undo_count > 0 THEN 'cancelled' END,
${ended}

-- :failed
         status = CASE WHEN s.undo_count > 0 THEN 'pending' ELSE 'failed' END,
         outcome = CASE WHEN s.undo_count > 0 THEN 'failed' END,
${ended}

-- :ended
         completed_at = CASE WHEN s.undo_count > 0 THEN NULL ELSE statement_timestamp() END,
         owner = NULL, parked = false, available_at = statement_timestamp(), node_deadline_at = NULL, attempts = 0, crashes = 0,
         pause_token = NULL, pause_reason = NULL, pause_spec = NULL, paused_at = NULL, pause_deadline_at = NULL,
         epoch = s.epoch + 1, step_seq = s.step_seq + 1, updated_at = statement_timestamp()

-- :cancel
WITH a AS (
  UPDATE ${states} s
     SET ${cancelled}, commit_id = $3::uuid
   WHERE s.tenant_id = $1::text AND s.run_id = $2::text AND s.status IN ('pending', 'running', 'paused') AND s.outcome IS NULL
  RETURNING s.tenant_id, s.run_id, s.step_seq, s.epoch, s.status, s.parent_run_id),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id)
  SELECT tenant_id, run_id, step_seq, CASE status WHEN 'cancelled' THEN 'terminal' ELSE 'unwind' END, epoch, $3::uuid FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT status, step_seq, CASE WHEN status = 'cancelled' THEN parent_run_id END AS wakes FROM a

-- :stands
SELECT s.status, s.step_seq, EXISTS (SELECT 1 FROM ${steps} j WHERE j.tenant_id = s.tenant_id AND j.run_id = s.run_id AND j.commit_id = $3::uuid) AS mine
  FROM ${states} s WHERE s.tenant_id = $1::text AND s.run_id = $2::text

-- :register
INSERT INTO ${workers} AS w (worker_id, expires_at) VALUES ($1::text, statement_timestamp() + $2::int8 * interval '1 ms')
ON CONFLICT (worker_id) DO UPDATE SET expires_at = excluded.expires_at, state = 'live'
 WHERE w.state <> 'dead' AND w.expires_at > statement_timestamp()
RETURNING statement_timestamp() AS at

-- :beat
WITH b AS (
  UPDATE ${workers} SET expires_at = statement_timestamp() + $2::int8 * interval '1 ms', state = CASE WHEN $3::bool THEN 'draining' ELSE 'live' END
   WHERE worker_id = $1::text AND state <> 'dead' AND expires_at > statement_timestamp()
  RETURNING worker_id),
held AS MATERIALIZED (SELECT * FROM unnest($4::text[], $5::text[], $6::int8[]) AS h(tenant_id, run_id, epoch)),
forgotten AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.owner = $1::text AND s.status = 'running' AND s.updated_at < statement_timestamp() - $2::int8 * interval '1 ms'
     AND EXISTS (SELECT 1 FROM b) AND NOT EXISTS (SELECT 1 FROM held h WHERE h.tenant_id = s.tenant_id AND h.run_id = s.run_id)
   ORDER BY s.tenant_id, s.run_id FOR NO KEY UPDATE OF s SKIP LOCKED),
given AS (
  UPDATE ${states} s
     SET status = 'pending', owner = NULL, parked = false, epoch = s.epoch + 1, attempts = greatest(s.attempts - 1, 0),
         node_deadline_at = NULL, available_at = statement_timestamp(), updated_at = statement_timestamp()
    FROM forgotten f WHERE s.tenant_id = f.tenant_id AND s.run_id = f.run_id)
SELECT EXISTS (SELECT 1 FROM b) AS alive, h.tenant_id, h.run_id
  FROM (SELECT 1) AS one
  LEFT JOIN held h ON NOT EXISTS (SELECT 1 FROM b) OR NOT EXISTS (
    SELECT 1 FROM ${states} s WHERE s.tenant_id = h.tenant_id AND s.run_id = h.run_id AND s.epoch = h.epoch AND s.status = 'running')

-- :leave
UPDATE ${workers} SET state = 'dead' WHERE worker_id = $1::text

-- :take
   SET status = 'running', owner = $1::text, epoch = s.epoch + 1, commit_id = $2::uuid, attempts = s.attempts + 1,
       node_deadline_at = statement_timestamp() + s.node_timeout_ms * interval '1 ms',
       started_at = COALESCE(s.started_at, statement_timestamp()), updated_at = statement_timestamp()

-- :claim
WITH me AS MATERIALIZED (SELECT 1 FROM ${workers} WHERE ${lives}),
c AS MATERIALIZED (
  SELECT x.tenant_id, x.run_id FROM unnest($5::text[], $6::text[]) AS k(id, version) CROSS JOIN LATERAL (
    SELECT s.tenant_id, s.run_id, s.priority, s.available_at FROM ${states} s
     WHERE s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.workflow_id = k.id AND s.workflow_version = k.version
       AND s.available_at <= statement_timestamp() AND EXISTS (SELECT 1 FROM me)
     ORDER BY s.priority, s.available_at, s.run_id LIMIT $4::int4 FOR NO KEY UPDATE SKIP LOCKED) x
  ORDER BY x.priority, x.available_at, x.run_id LIMIT $4::int4),
u AS (UPDATE ${states} s ${take} FROM c WHERE s.tenant_id = c.tenant_id AND s.run_id = c.run_id RETURNING s.priority, s.available_at, ${record})
SELECT ${read} FROM u AS s ORDER BY s.priority, s.available_at, s.run_id

-- :claim_one
WITH me AS MATERIALIZED (SELECT 1 FROM ${workers} WHERE ${lives}),
c AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.tenant_id = $7::text AND s.run_id = $8::text
     AND (s.workflow_id, s.workflow_version) IN (SELECT * FROM unnest($5::text[], $6::text[]))
     AND s.available_at <= statement_timestamp() AND EXISTS (SELECT 1 FROM me)
   LIMIT $4::int4 FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE ${states} s ${take} FROM c WHERE s.tenant_id = c.tenant_id AND s.run_id = c.run_id RETURNING ${read}

-- :turns
WITH RECURSIVE me AS MATERIALIZED (SELECT 1 FROM ${workers} WHERE ${lives}),
tenants AS (
  (SELECT s.tenant_id FROM ${states} s
    WHERE s.queue = $3::text AND s.status = 'pending' AND NOT s.parked AND EXISTS (SELECT 1 FROM me) ORDER BY s.tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT s.tenant_id FROM ${states} s
           WHERE s.queue = $3::text AND s.status = 'pending' AND NOT s.parked AND s.tenant_id > t.tenant_id ORDER BY s.tenant_id LIMIT 1)
    FROM tenants t WHERE t.tenant_id IS NOT NULL),
busy AS MATERIALIZED (SELECT s.tenant_id, count(*) AS runs FROM ${states} s WHERE s.queue = $3::text AND s.status = 'running' GROUP BY s.tenant_id)

-- :counted
-- One claim at a time takes runs of a tenant; a function sees what the one before has committed, which this statement does not.
locked AS MATERIALIZED (
  SELECT t.tenant_id, pg_advisory_xact_lock(hashtextextended('${states}' || $3::text, hashtextextended(t.tenant_id, 0))) AS held FROM chosen t),
room AS MATERIALIZED (
  SELECT c.tenant_id, c.runs, $7::int4 - c.runs AS free FROM (
    SELECT l.tenant_id, ${running}($3::text, l.tenant_id) AS runs FROM locked l WHERE l.held IS NOT NULL OFFSET 0) AS c)

-- :claim_fair
${turns},
chosen AS MATERIALIZED (
  SELECT c.tenant_id FROM (
    SELECT t.tenant_id FROM tenants t LEFT JOIN busy b ON b.tenant_id = t.tenant_id
     WHERE t.tenant_id IS NOT NULL AND COALESCE(b.runs, 0) < $7::int4
     ORDER BY COALESCE(b.runs, 0), random() LIMIT $4::int4) AS c
   ORDER BY c.tenant_id),
${counted},
p AS MATERIALIZED (
  SELECT r.tenant_id, r.runs, r.free, x.run_id, x.priority, x.available_at
    FROM room r CROSS JOIN unnest($5::text[], $6::text[]) AS k(id, version) CROSS JOIN LATERAL (
      SELECT s.run_id, s.priority, s.available_at FROM ${states} s
       WHERE s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.tenant_id = r.tenant_id
         AND s.workflow_id = k.id AND s.workflow_version = k.version AND s.available_at <= statement_timestamp()
       ORDER BY s.priority, s.available_at LIMIT greatest(0, least($4::int4, r.free)) FOR NO KEY UPDATE SKIP LOCKED) x),
o AS (SELECT p.*, row_number() OVER (PARTITION BY p.tenant_id ORDER BY p.priority, p.available_at, p.run_id) AS place FROM p),
c AS MATERIALIZED (SELECT o.tenant_id, o.run_id FROM o WHERE o.place <= o.free ORDER BY o.runs + o.place, random() LIMIT $4::int4),
u AS (UPDATE ${states} s ${take} FROM c WHERE s.tenant_id = c.tenant_id AND s.run_id = c.run_id RETURNING s.priority, s.available_at, ${record})
SELECT ${read} FROM u AS s ORDER BY s.priority, s.available_at, s.run_id

-- :claim_one_fair
WITH me AS MATERIALIZED (SELECT 1 FROM ${workers} WHERE ${lives}),
chosen AS MATERIALIZED (SELECT $8::text AS tenant_id FROM me),
${counted},
c AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.tenant_id = $8::text AND s.run_id = $9::text
     AND (s.workflow_id, s.workflow_version) IN (SELECT * FROM unnest($5::text[], $6::text[]))
     AND s.available_at <= statement_timestamp() AND EXISTS (SELECT 1 FROM room WHERE free > 0)
   LIMIT $4::int4 FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE ${states} s ${take} FROM c WHERE s.tenant_id = c.tenant_id AND s.run_id = c.run_id RETURNING ${read}

-- :claimed
SELECT ${read} FROM ${states} s WHERE s.owner = $1::text AND s.status = 'running' AND s.commit_id = $2::uuid
 ORDER BY s.priority, s.available_at, s.run_id

-- :queues
SELECT x.queue, x.tenant_id, sum(x.waiting)::int8 AS waiting, sum(x.later)::int8 AS later, sum(x.running)::int8 AS running,
       sum(x.paused)::int8 AS paused, min(x.oldest) AS oldest
  FROM (
    SELECT s.queue, s.tenant_id, count(*) FILTER (WHERE s.available_at <= statement_timestamp()) AS waiting,
           count(*) FILTER (WHERE s.available_at > statement_timestamp()) AS later, 0 AS running, 0 AS paused,
           min(s.available_at) FILTER (WHERE s.available_at <= statement_timestamp()) AS oldest
      FROM ${states} s WHERE s.status = 'pending' GROUP BY s.queue, s.tenant_id
    UNION ALL
    SELECT s.queue, s.tenant_id, 0, 0, count(*), 0, NULL FROM ${states} s WHERE s.status = 'running' GROUP BY s.queue, s.tenant_id
    UNION ALL
    SELECT s.queue, s.tenant_id, 0, 0, 0, count(*), NULL FROM ${states} s WHERE s.status = 'paused' GROUP BY s.queue, s.tenant_id) AS x
 GROUP BY x.queue, x.tenant_id

-- :living
SELECT w.worker_id, w.state = 'draining' AS draining, w.expires_at,
       (SELECT count(*) FROM ${states} s WHERE s.owner = w.worker_id AND s.status = 'running') AS runs
  FROM ${workers} w WHERE w.state <> 'dead' AND w.expires_at > statement_timestamp()

-- :put_off
UPDATE ${states} s
   SET status = 'pending', owner = NULL, parked = true, epoch = s.epoch + 1, attempts = greatest(s.attempts - 1, 0), node_deadline_at = NULL,
       available_at = statement_timestamp() + $5::int8 * interval '1 ms', updated_at = statement_timestamp()
 WHERE s.tenant_id = $2::text AND s.run_id = $3::text AND s.epoch = $4::int8 AND s.owner = $1::text AND s.status = 'running'

-- :guard
s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'
     AND (i.move NOT IN ('unwind', 'pause') OR s.outcome IS NULL)
     AND (i.to_status NOT IN ('completed', 'failed') OR s.outcome IS NULL OR s.outcome = i.to_status)
     AND (i.to_status <> 'cancelled' OR s.outcome = 'cancelled')

-- :transition
         step_seq     = s.step_seq + (i.kind IS NOT NULL)::int,
         status       = i.to_status,
         owner        = CASE WHEN i.to_status = 'running' THEN s.owner END,
         epoch        = s.epoch + (i.to_status <> 'running')::int,
         commit_id    = i.commit_id,
         attempts     = CASE WHEN i.move = 'retry' THEN s.attempts WHEN i.kind IS NULL THEN greatest(s.attempts - 1, 0) ELSE 0 END,
         crashes      = CASE WHEN i.move IN ('retry', 'release') THEN s.crashes ELSE 0 END,
         current_node = COALESCE(i.next_node, s.current_node),
         node_timeout_ms  = CASE WHEN i.kind IS NULL THEN s.node_timeout_ms ELSE i.node_ms END,
         node_deadline_at = CASE WHEN i.to_status = 'running' THEN statement_timestamp() + i.node_ms * interval '1 ms' END,
         parked       = i.to_status = 'pending' AND i.move <> 'release' AND COALESCE(i.delay_ms, 1) > 0,
         available_at = CASE WHEN i.to_status <> 'pending' THEN s.available_at WHEN i.move = 'release' THEN statement_timestamp()
                             WHEN i.delay_ms IS NULL THEN 'infinity'
                             ELSE statement_timestamp() + i.delay_ms * interval '1 ms' END,
         outcome      = CASE WHEN i.move = 'unwind' THEN 'failed' WHEN i.to_status IN ('running', 'pending') THEN s.outcome END,
         pause_token  = i.token, pause_reason = i.reason,
         paused_at    = CASE WHEN i.to_status = 'paused' THEN statement_timestamp() END,
         pause_deadline_at = CASE WHEN i.to_status = 'paused' THEN statement_timestamp() + i.pause_ms * interval '1 ms' END,
         completed_at = CASE WHEN i.to_status IN ('completed', 'failed', 'cancelled') THEN statement_timestamp() END,
         error        = CASE WHEN i.move = 'complete' THEN NULL ELSE COALESCE(i.error, s.error) END,
         undo_count   = s.undo_count + i.undo,
         updated_at   = statement_timestamp()

-- :wakes
CASE WHEN i.to_status IN ('completed', 'failed', 'cancelled') THEN s.parent_run_id
     WHEN s.available_at = 'infinity' AND s.parked THEN s.run_id END AS wakes

-- :advance
WITH p AS MATERIALIZED (SELECT set_config('lock_timeout', $11::text, true) AS patience),
a AS (
  UPDATE ${states} s
     SET data = COALESCE($10::bytea, data), snapshot_seq = CASE WHEN $10::bytea IS NULL THEN snapshot_seq ELSE step_seq + 1 END,
         step_seq = step_seq + 1, commit_id = $5::uuid, attempts = 0, crashes = 0, current_node = $7::text, node_timeout_ms = $8::int8,
         node_deadline_at = statement_timestamp() + $8::int8 * interval '1 ms', updated_at = statement_timestamp()
    FROM p WHERE patience IS NOT NULL AND tenant_id = $1::text AND run_id = $2::text AND epoch = $3::int8 AND step_seq = $4::int4 AND status = 'running'
  RETURNING tenant_id, run_id, step_seq, epoch),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload)
  SELECT tenant_id, run_id, step_seq, 'node', $6::text, epoch, $5::uuid, $9::bytea FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT 1 AS ord, 'committed' AS verdict, tenant_id, NULL::text AS wakes FROM a

-- :commit
WITH i AS MATERIALIZED (
  SELECT $1::text AS tenant_id, $2::text AS run_id, $3::int8 AS epoch, $4::int4 AS step_seq, $5::uuid AS commit_id, $6::text AS kind,
         $7::text AS move, $8::text AS to_status, $9::text AS node_id, $10::text AS next_node, $11::text AS error, $12::int4 AS undo,
         $13::int8 AS delay_ms, $14::int8 AS node_ms, $15::text AS token, $16::text AS reason, $17::int8 AS pause_ms,
         $18::bytea AS payload, $19::bytea AS snapshot, $20::bytea AS spec, set_config('lock_timeout', $21::text, true) AS patience),
a AS (
  UPDATE ${states} s
     SET data = COALESCE(i.snapshot, s.data),
         snapshot_seq = CASE WHEN i.snapshot IS NULL THEN s.snapshot_seq ELSE s.step_seq + (i.kind IS NOT NULL)::int END,
         pause_spec = i.spec,
${transition}
    FROM i WHERE s.tenant_id = i.tenant_id AND s.run_id = i.run_id AND i.patience IS NOT NULL AND ${guard}
  RETURNING s.tenant_id, s.run_id, s.step_seq, s.epoch, i.commit_id, i.kind, i.node_id, i.payload, i.error, ${wakes}),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload, error)
  SELECT tenant_id, run_id, step_seq, kind, node_id, epoch, commit_id, payload, error FROM a WHERE kind IS NOT NULL
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT 1 AS ord, 'committed' AS verdict, tenant_id, wakes FROM a

-- :commit_group
WITH i AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int4[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                       $11::text[], $12::int4[], $13::int8[], $14::int8[], $15::text[], $16::text[], $17::int8[],
                       $18::int4[], $19::int4[], $20::int4[], $21::int4[], $22::int4[], $23::int4[])
    WITH ORDINALITY AS t(tenant_id, run_id, epoch, step_seq, commit_id, kind, move, to_status, node_id, next_node,
                         error, undo, delay_ms, node_ms, token, reason, pause_ms,
                         payload_at, payload_len, snapshot_at, snapshot_len, spec_at, spec_len, ord)),
l AS MATERIALIZED (
  SELECT i.ord, s.place FROM (SELECT * FROM i ORDER BY tenant_id, run_id) AS i CROSS JOIN LATERAL (
    SELECT r.ctid AS place, r.epoch, r.step_seq, r.status, r.outcome FROM ${states} r
     WHERE r.tenant_id = i.tenant_id AND r.run_id = i.run_id OFFSET 0 FOR NO KEY UPDATE SKIP LOCKED) AS s
   WHERE ${guard}),
a AS (
  UPDATE ${states} s
     SET data = CASE WHEN i.snapshot_len < 0 THEN s.data ELSE substring($24::bytea FROM i.snapshot_at + 1 FOR i.snapshot_len) END,
         snapshot_seq = CASE WHEN i.snapshot_len < 0 THEN s.snapshot_seq ELSE s.step_seq + (i.kind IS NOT NULL)::int END,
         pause_spec = CASE WHEN i.spec_len >= 0 THEN substring($24::bytea FROM i.spec_at + 1 FOR i.spec_len) END,
${transition}
    FROM i JOIN l USING (ord) WHERE s.ctid = l.place
  RETURNING i.ord, s.tenant_id, s.run_id, s.step_seq, s.epoch, i.commit_id, i.kind, i.node_id, i.payload_at, i.payload_len, i.error, ${wakes}),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload, error)
  SELECT tenant_id, run_id, step_seq, kind, node_id, epoch, commit_id,
         CASE WHEN payload_len >= 0 THEN substring($24::bytea FROM payload_at + 1 FOR payload_len) END, error
    FROM a WHERE kind IS NOT NULL
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ord::int4 AS ord, 'committed' AS verdict, tenant_id, wakes FROM a

-- :landed
SELECT 1 AS found FROM ${states} WHERE tenant_id = $1::text AND run_id = $2::text AND commit_id = $3::uuid AND $6::bool
UNION ALL
SELECT 1 FROM ${steps} WHERE tenant_id = $1::text AND run_id = $2::text AND commit_id = $3::uuid AND seq = $4::int4 AND branch = $5::text
LIMIT 1

-- :open
s.tenant_id = i.tenant_id AND s.run_id = i.run_id AND s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'

-- :branch
WITH i AS MATERIALIZED (
  SELECT $1::text AS tenant_id, $2::text AS run_id, $3::int8 AS epoch, $4::int4 AS step_seq, set_config('lock_timeout', $9::text, true) AS patience),
l AS MATERIALIZED (SELECT s.tenant_id, s.run_id, s.epoch FROM ${states} s JOIN i ON ${open} WHERE i.patience IS NOT NULL FOR SHARE OF s),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, branch, kind, node_id, epoch, commit_id, payload, error)
  SELECT l.tenant_id, l.run_id, $4::int4 + 1, $5::text, 'branch', $5::text, l.epoch, $6::uuid, $7::bytea, $8::text FROM l
  ON CONFLICT (tenant_id, run_id, seq, branch) DO NOTHING
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT 1 AS ord, NULL::text AS tenant_id, NULL::text AS wakes,
       CASE WHEN EXISTS (SELECT 1 FROM j) THEN 'committed' WHEN EXISTS (SELECT 1 FROM l) THEN 'exists' ELSE 'fenced' END AS verdict

-- :branch_group
WITH i AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int4[], $5::text[], $6::uuid[], $7::text[], $8::int4[], $9::int4[])
    WITH ORDINALITY AS t(tenant_id, run_id, epoch, step_seq, branch, commit_id, error, payload_at, payload_len, ord)),
l AS MATERIALIZED (
  SELECT r.* FROM (SELECT DISTINCT i.tenant_id, i.run_id FROM i ORDER BY i.tenant_id, i.run_id) AS i CROSS JOIN LATERAL (
    SELECT s.tenant_id, s.run_id, s.epoch, s.step_seq FROM ${states} s
     WHERE s.tenant_id = i.tenant_id AND s.run_id = i.run_id AND s.status = 'running' FOR SHARE SKIP LOCKED) AS r),
k AS MATERIALIZED (
  SELECT i.* FROM i JOIN l ON l.tenant_id = i.tenant_id AND l.run_id = i.run_id AND l.epoch = i.epoch AND l.step_seq = i.step_seq),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, branch, kind, node_id, epoch, commit_id, payload, error)
  SELECT tenant_id, run_id, step_seq + 1, branch, 'branch', branch, epoch, commit_id,
         CASE WHEN payload_len >= 0 THEN substring($10::bytea FROM payload_at + 1 FOR payload_len) END, error
    FROM k ORDER BY tenant_id, run_id, step_seq, branch
  ON CONFLICT (tenant_id, run_id, seq, branch) DO NOTHING
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT k.ord::int4 AS ord, 'committed' AS verdict, NULL::text AS tenant_id, NULL::text AS wakes
  FROM k JOIN j ON j.tenant_id = k.tenant_id AND j.run_id = k.run_id AND j.seq = k.step_seq + 1 AND j.branch = k.branch

-- :swept
s.tenant_id, s.run_id, s.workflow_id, s.workflow_version, s.step_seq

-- :due
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.status = 'pending' AND s.parked AND s.available_at < 'infinity' AND s.available_at <= statement_timestamp()
   ORDER BY s.available_at LIMIT $1::int4 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE ${states} s SET parked = false FROM d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id RETURNING ${swept}, 'woken' AS change

-- :ended_child
EXISTS (
  SELECT 1 FROM ${states} c
   WHERE c.tenant_id = s.tenant_id AND c.parent_run_id = s.run_id AND c.parent_seq = s.step_seq + 1 AND c.completed_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM ${steps} j WHERE j.tenant_id = s.tenant_id AND j.run_id = s.run_id AND j.seq = c.parent_seq AND j.branch = c.parent_branch))

-- :wake
WITH p AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.status = 'pending' AND s.parked AND s.available_at = 'infinity' AND ${ended_child}
   ORDER BY s.tenant_id, s.run_id LIMIT $1::int4 FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE ${states} s SET parked = false, available_at = statement_timestamp() FROM p WHERE s.tenant_id = p.tenant_id AND s.run_id = p.run_id
RETURNING ${swept}, 'woken' AS change

-- :wake_one
WITH p AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.tenant_id = $1::text AND s.run_id = $2::text AND s.status = 'pending' AND s.parked AND s.available_at = 'infinity' AND ${ended_child}
     FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE ${states} s SET parked = false, available_at = statement_timestamp() FROM p WHERE s.tenant_id = p.tenant_id AND s.run_id = p.run_id

-- :recover
WITH seen AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id, s.epoch, s.step_seq FROM ${states} s
    LEFT JOIN ${workers} w ON w.worker_id = s.owner AND w.state <> 'dead' AND w.expires_at > statement_timestamp()
   WHERE s.status = 'running' AND (w.worker_id IS NULL OR s.node_deadline_at <= statement_timestamp())
   ORDER BY s.tenant_id, s.run_id LIMIT $1::int4),
q AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id, s.epoch, s.undo_count, s.outcome, CASE WHEN EXISTS (
           SELECT 1 FROM ${steps} j WHERE j.tenant_id = s.tenant_id AND j.run_id = s.run_id AND j.seq = s.step_seq + 1 AND j.epoch = s.epoch) THEN 0 ELSE s.crashes END AS crashes
    FROM ${states} s JOIN seen USING (tenant_id, run_id) WHERE s.epoch = seen.epoch AND s.step_seq = seen.step_seq
   ORDER BY s.tenant_id, s.run_id FOR NO KEY UPDATE OF s SKIP LOCKED),
p AS MATERIALIZED (SELECT q.*, q.crashes + 1 >= $2::int4 AND q.outcome IS NULL AS dead FROM q),
a AS (
  UPDATE ${states} s
     SET status       = CASE WHEN p.dead AND p.undo_count = 0 THEN 'failed' ELSE 'pending' END,
         outcome      = CASE WHEN p.dead THEN CASE WHEN p.undo_count > 0 THEN 'failed' END ELSE s.outcome END,
         completed_at = CASE WHEN p.dead AND p.undo_count = 0 THEN statement_timestamp() END,
         error        = CASE WHEN p.dead THEN $3::text ELSE s.error END,
         step_seq     = s.step_seq + p.dead::int,
         crashes      = CASE WHEN p.dead THEN 0 ELSE p.crashes + 1 END,
         attempts     = CASE WHEN p.dead THEN 0 ELSE s.attempts END,
         owner = NULL, epoch = s.epoch + 1, commit_id = gen_random_uuid(), node_deadline_at = NULL,
         parked       = NOT p.dead AND p.crashes > 0,
         available_at = statement_timestamp() + CASE WHEN p.dead THEN interval '0' ELSE make_interval(secs => LEAST(60, power(2, LEAST(p.crashes, 6)) - 1)) END, updated_at = statement_timestamp()
    FROM p WHERE s.tenant_id = p.tenant_id AND s.run_id = p.run_id
  RETURNING ${swept}, s.epoch, s.status, s.commit_id, s.error, p.dead),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, error)
  SELECT tenant_id, run_id, step_seq, CASE status WHEN 'failed' THEN 'terminal' ELSE 'unwind' END, epoch, commit_id, error FROM a WHERE dead
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ${swept}, CASE WHEN NOT s.dead THEN 'recovered' WHEN s.status = 'failed' THEN 'failed' ELSE 'unwinding' END AS change FROM a AS s

-- :pause_timeout
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id, s.pause_token FROM ${states} s WHERE s.status = 'paused' AND s.pause_deadline_at <= statement_timestamp()
   ORDER BY s.pause_deadline_at LIMIT $1::int4 FOR NO KEY UPDATE SKIP LOCKED),
a AS (
  UPDATE ${states} s
     SET status = 'pending', parked = false, epoch = s.epoch + 1, step_seq = s.step_seq + 1, commit_id = gen_random_uuid(), attempts = 0, crashes = 0,
         pause_token = NULL, pause_reason = NULL, pause_spec = NULL, paused_at = NULL, pause_deadline_at = NULL,
         available_at = statement_timestamp(), updated_at = statement_timestamp()
    FROM d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id
  RETURNING ${swept}, s.epoch, s.commit_id, d.pause_token),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, request_id)
  SELECT tenant_id, run_id, step_seq, 'input', epoch, commit_id, 'timeout:' || pause_token FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ${swept}, 'timed_out' AS change FROM a AS s

-- :expire
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.deadline_at <= statement_timestamp() AND s.status IN ('pending', 'paused') AND s.outcome IS NULL
   ORDER BY s.deadline_at LIMIT $1::int4 FOR NO KEY UPDATE SKIP LOCKED),
a AS (
  UPDATE ${states} s
     SET ${failed}, commit_id = gen_random_uuid(), error = $2::text
    FROM d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id
  RETURNING ${swept}, s.epoch, s.status, s.commit_id, s.error),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id, error)
  SELECT tenant_id, run_id, step_seq, CASE status WHEN 'failed' THEN 'terminal' ELSE 'unwind' END, epoch, commit_id, error FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ${swept}, CASE s.status WHEN 'failed' THEN 'failed' ELSE 'unwinding' END AS change FROM a AS s

-- :give_up
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.status = 'paused' AND s.paused_at < statement_timestamp() - $2::int8 * interval '1 ms'
   ORDER BY s.paused_at LIMIT $1::int4 FOR NO KEY UPDATE SKIP LOCKED),
a AS (
  UPDATE ${states} s
     SET ${cancelled}, commit_id = gen_random_uuid()
    FROM d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id
  RETURNING ${swept}, s.epoch, s.status, s.commit_id),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, epoch, commit_id)
  SELECT tenant_id, run_id, step_seq, CASE status WHEN 'cancelled' THEN 'terminal' ELSE 'unwind' END, epoch, commit_id FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT ${swept}, CASE s.status WHEN 'cancelled' THEN 'cancelled' ELSE 'unwinding' END AS change FROM a AS s

-- :trim
WITH l AS (DELETE FROM ${readers} WHERE expires_at < statement_timestamp() - $1::int8 * interval '1 ms')
DELETE FROM ${outbox} WHERE id IN (
  SELECT t.id FROM (SELECT id, created_at FROM ${outbox} ORDER BY id LIMIT $2::int4) AS t
   WHERE t.created_at < statement_timestamp() - $1::int8 * interval '1 ms')
RETURNING id

-- :orphans
SELECT c.tenant_id, c.run_id FROM ${states} c JOIN ${states} p ON p.tenant_id = c.tenant_id AND p.run_id = c.parent_run_id
 WHERE c.completed_at IS NULL AND c.parent_run_id IS NOT NULL AND c.outcome IS NULL AND (p.completed_at IS NOT NULL OR p.outcome IS NOT NULL)
 LIMIT $1::int4

-- :notices
WITH l AS (
  INSERT INTO ${readers} AS own (tenant_id, run_id, reader, expires_at)
  SELECT DISTINCT t.tenant_id, t.run_id, $1::text, statement_timestamp() + $3::int8 * interval '1 ms'
    FROM (SELECT o.tenant_id, o.run_id FROM ${outbox} o
           WHERE NOT EXISTS (SELECT 1 FROM ${readers} x
                              WHERE x.tenant_id = o.tenant_id AND x.run_id = o.run_id AND x.reader <> $1::text AND x.expires_at > statement_timestamp())
           ORDER BY o.id LIMIT $2::int4) AS t
   ORDER BY t.tenant_id, t.run_id
  ON CONFLICT (tenant_id, run_id) DO UPDATE SET reader = excluded.reader, expires_at = excluded.expires_at
   WHERE own.reader = excluded.reader OR own.expires_at <= statement_timestamp()
  RETURNING tenant_id, run_id)
SELECT o.id, o.tenant_id, o.run_id, o.seq, o.branch, s.workflow_id, s.workflow_version
  FROM ${outbox} o JOIN l USING (tenant_id, run_id) JOIN ${states} s ON s.tenant_id = o.tenant_id AND s.run_id = o.run_id
 ORDER BY o.id LIMIT $2::int4

-- :settle
WITH d AS (DELETE FROM ${outbox} WHERE id = ANY ($1::int8[]) RETURNING tenant_id, run_id)
DELETE FROM ${readers} l USING (SELECT DISTINCT tenant_id, run_id FROM d) AS t
 WHERE l.tenant_id = t.tenant_id AND l.run_id = t.run_id
   AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.tenant_id = l.tenant_id AND o.run_id = l.run_id AND o.id <> ALL ($1::int8[]))

-- :put
WITH a AS (
  INSERT INTO ${states} AS s (tenant_id, run_id, workflow_id, workflow_version, queue, priority, parent_run_id, parent_seq, parent_branch,
      forked_from, forked_seq, status, outcome, current_node, epoch, step_seq, commit_id, attempts, undo_count, snapshot_seq, data,
      pause_token, pause_reason, pause_spec, paused_at, pause_deadline_at, error, created_at, started_at, completed_at, deadline_at)
  SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::int4, $7::text, $8::int4, $9::text,
      $10::text, $11::int4, t.status, CASE WHEN NOT t.ended THEN $13::text END, $14::text, $15::int8, $16::int4, $17::uuid,
      $18::int4, $19::int4, $20::int4, $21::bytea,
      CASE WHEN t.paused THEN $22::text END, CASE WHEN t.paused THEN $23::text END, CASE WHEN t.paused THEN $24::bytea END,
      CASE WHEN t.paused THEN $25::timestamptz END, CASE WHEN t.paused THEN $26::timestamptz END, $27::text, $28::timestamptz, $29::timestamptz,
      CASE WHEN t.ended THEN COALESCE($30::timestamptz, statement_timestamp()) END, $31::timestamptz
    FROM (SELECT $12::text AS status, $12::text IN ('completed', 'failed', 'cancelled') AS ended, $12::text = 'paused' AS paused) AS t
  ON CONFLICT (tenant_id, run_id) DO UPDATE
     SET status = excluded.status, current_node = excluded.current_node, data = excluded.data, snapshot_seq = s.step_seq + 1, step_seq = s.step_seq + 1,
         epoch = s.epoch + 1, commit_id = excluded.commit_id, updated_at = statement_timestamp(),
         completed_at = CASE WHEN excluded.completed_at IS NOT NULL THEN statement_timestamp() END,
         outcome = CASE WHEN excluded.completed_at IS NULL THEN s.outcome END,
         parked = s.parked AND s.status = excluded.status,
         available_at = CASE WHEN s.status = excluded.status THEN s.available_at ELSE statement_timestamp() END,
         pause_token = CASE WHEN s.status = excluded.status THEN s.pause_token ELSE excluded.pause_token END,
         pause_reason = CASE WHEN s.status = excluded.status THEN s.pause_reason ELSE excluded.pause_reason END,
         pause_spec = CASE WHEN s.status = excluded.status THEN s.pause_spec ELSE excluded.pause_spec END,
         paused_at = CASE WHEN s.status = excluded.status THEN s.paused_at ELSE excluded.paused_at END,
         pause_deadline_at = CASE WHEN s.status = excluded.status THEN s.pause_deadline_at ELSE excluded.pause_deadline_at END
   WHERE s.status IN ('pending', 'paused') AND s.step_seq = excluded.step_seq
     AND (s.outcome IS NULL OR excluded.status IN ('pending', s.outcome))
     AND NOT EXISTS (SELECT 1 FROM ${steps} d WHERE d.tenant_id = s.tenant_id AND d.run_id = s.run_id AND d.commit_id = excluded.commit_id)
  RETURNING s.tenant_id, s.run_id, s.step_seq, s.epoch, s.current_node, s.xmax = 0 AS made, CASE WHEN s.completed_at IS NOT NULL THEN s.parent_run_id END AS wakes),
j AS (
  INSERT INTO ${steps} (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload)
  SELECT tenant_id, run_id, step_seq, 'patch', CASE WHEN NOT made THEN current_node END, epoch, $17::uuid, $21::bytea FROM a
  RETURNING tenant_id, run_id, seq, branch),
${tell}
SELECT wakes FROM a

-- :purge
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.completed_at IS NOT NULL AND s.completed_at < statement_timestamp() - $1::int8 * interval '1 ms'
     AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.tenant_id = s.tenant_id AND o.run_id = s.run_id)
     AND NOT EXISTS (SELECT 1 FROM ${states} p WHERE p.tenant_id = s.tenant_id AND p.run_id = s.parent_run_id AND p.completed_at IS NULL)
   ORDER BY s.completed_at LIMIT $2::int4 FOR UPDATE OF s SKIP LOCKED),
x AS (DELETE FROM ${steps} j USING d WHERE j.tenant_id = d.tenant_id AND j.run_id = d.run_id)
DELETE FROM ${states} s USING d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id
RETURNING s.run_id

-- :purge_workers
DELETE FROM ${workers} w WHERE w.expires_at < statement_timestamp() - interval '1 day' AND NOT EXISTS (SELECT 1 FROM ${states} s WHERE s.owner = w.worker_id AND s.status = 'running')

-- :remove
WITH d AS MATERIALIZED (
  SELECT s.tenant_id, s.run_id FROM ${states} s
   WHERE s.tenant_id = $1::text AND s.run_id = $2::text AND (s.completed_at IS NOT NULL OR s.started_at IS NULL) FOR UPDATE),
x AS (DELETE FROM ${steps} j USING d WHERE j.tenant_id = d.tenant_id AND j.run_id = d.run_id),
y AS (DELETE FROM ${outbox} o USING d WHERE o.tenant_id = d.tenant_id AND o.run_id = d.run_id),
l AS (DELETE FROM ${readers} r USING d WHERE r.tenant_id = d.tenant_id AND r.run_id = d.run_id),
z AS (DELETE FROM ${states} s USING d WHERE s.tenant_id = d.tenant_id AND s.run_id = d.run_id)
SELECT EXISTS (SELECT 1 FROM d) OR NOT EXISTS (SELECT 1 FROM ${states} s WHERE s.tenant_id = $1::text AND s.run_id = $2::text) AS gone
