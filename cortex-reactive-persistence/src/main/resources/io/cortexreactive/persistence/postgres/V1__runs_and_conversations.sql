-- PostgreSQL 14 and later. ${prefix} begins the name of each table; "cortex_" by default.
-- Only the clock of this server is ever compared.

-- A row a process incarnation. Heartbeats touch this table alone.
CREATE TABLE "${prefix}workers" (
  worker_id  text COLLATE "C" PRIMARY KEY,
  state      text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'draining', 'dead')),
  started_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- A row a run: who may change it, and its latest snapshot. What each transition changes stands before the snapshot: what
-- is the same up to the end of a row is not written to the log again. Pages are filled by half, because runs that begin
-- together go on together: without room for a second version of each row, every index would get another entry.
CREATE TABLE "${prefix}workflow_states" (
  tenant_id         text COLLATE "C" NOT NULL,             -- '' for none
  run_id            text COLLATE "C" NOT NULL,
  workflow_id       text COLLATE "C" NOT NULL,
  workflow_version  text COLLATE "C" NOT NULL,             -- workers claim only what they have
  queue             text COLLATE "C" NOT NULL,
  priority          int NOT NULL,
  idempotency_key   text COLLATE "C",
  input_hash        text,                                  -- tells another input under the same key
  parent_run_id     text COLLATE "C",
  parent_seq        int,
  parent_branch     text COLLATE "C",
  forked_from       text COLLATE "C",
  forked_seq        int NOT NULL DEFAULT 0,
  status            text NOT NULL CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  outcome           text CHECK (outcome IN ('failed', 'cancelled')),  -- what a run that compensates will end as
  parked            boolean NOT NULL DEFAULT false,        -- pending, but not claimable: a timer, a back-off, a child
  current_node      text,
  epoch             bigint NOT NULL,                       -- fencing token: rises whenever the run changes hands
  step_seq          int NOT NULL,                          -- of the latest transition
  commit_id         uuid NOT NULL,                         -- of whoever changed it last: settles answers that were lost
  updated_at        timestamptz NOT NULL DEFAULT statement_timestamp(),
  owner             text COLLATE "C",
  attempts          int NOT NULL DEFAULT 0,                -- claims since progress
  crashes           int NOT NULL DEFAULT 0,                -- recoveries since progress
  undo_count        int NOT NULL DEFAULT 0,                -- compensations still to run
  available_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
  node_timeout_ms   bigint,
  node_deadline_at  timestamptz,                           -- not indexed: that would make each advance a cold update
  deadline_at       timestamptz,
  pause_token       text COLLATE "C",                      -- consumed by exactly one answer
  pause_reason      text,
  pause_spec        bytea,
  paused_at         timestamptz,
  pause_deadline_at timestamptz,
  snapshot_seq      int NOT NULL,
  data              bytea NOT NULL,                        -- jsonb would refuse NUL
  data_codec        text NOT NULL DEFAULT 'json',
  error             text,
  created_at        timestamptz NOT NULL DEFAULT statement_timestamp(),
  started_at        timestamptz,
  completed_at      timestamptz,
  CONSTRAINT "${prefix}ws_owner" CHECK ((status = 'running') = (owner IS NOT NULL)),
  CONSTRAINT "${prefix}ws_token" CHECK ((status = 'paused') = (pause_token IS NOT NULL)),
  CONSTRAINT "${prefix}ws_end" CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
  CONSTRAINT "${prefix}ws_outcome" CHECK (outcome IS NULL OR completed_at IS NULL)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 1);

CREATE UNIQUE INDEX "${prefix}ws_once_idx" ON "${prefix}workflow_states" (tenant_id, workflow_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX "${prefix}ws_claim_idx" ON "${prefix}workflow_states" (queue, workflow_id, workflow_version, priority, available_at, run_id) WHERE status = 'pending' AND NOT parked;
CREATE INDEX "${prefix}ws_parked_idx" ON "${prefix}workflow_states" (available_at) WHERE status = 'pending' AND parked AND available_at < 'infinity';
CREATE INDEX "${prefix}ws_waiting_idx" ON "${prefix}workflow_states" (tenant_id, run_id) WHERE status = 'pending' AND parked AND available_at = 'infinity';
CREATE INDEX "${prefix}ws_running_idx" ON "${prefix}workflow_states" (owner) WHERE status = 'running';
CREATE INDEX "${prefix}ws_paused_idx" ON "${prefix}workflow_states" (pause_deadline_at) WHERE status = 'paused' AND pause_deadline_at IS NOT NULL;
CREATE INDEX "${prefix}ws_parent_idx" ON "${prefix}workflow_states" (tenant_id, parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX "${prefix}ws_orphan_idx" ON "${prefix}workflow_states" (tenant_id, parent_run_id) WHERE parent_run_id IS NOT NULL AND completed_at IS NULL;
CREATE INDEX "${prefix}ws_end_idx" ON "${prefix}workflow_states" (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX "${prefix}ws_page_idx" ON "${prefix}workflow_states" (tenant_id, created_at, run_id);
CREATE INDEX "${prefix}ws_workflow_idx" ON "${prefix}workflow_states" (tenant_id, workflow_id, created_at, run_id);
CREATE INDEX "${prefix}ws_status_idx" ON "${prefix}workflow_states" (tenant_id, status, created_at, run_id);

-- Made last: of indexes that cost the same, as all do while a table is new, the planner takes the latest.
ALTER TABLE "${prefix}workflow_states" ADD PRIMARY KEY (tenant_id, run_id);

-- The journal, which only grows. A foreign key would cost each commit a look-up: an entry is only ever written
-- together with its run's row, and both are deleted together.
CREATE TABLE "${prefix}workflow_steps" (
  tenant_id   text COLLATE "C" NOT NULL,
  run_id      text COLLATE "C" NOT NULL,
  seq         int NOT NULL,
  branch      text COLLATE "C" NOT NULL DEFAULT '',        -- '' for the main line
  kind        text NOT NULL CHECK (kind IN ('start', 'node', 'branch', 'pause', 'input', 'timer', 'unwind', 'undo', 'patch', 'terminal')),
  node_id     text,
  epoch       bigint NOT NULL,
  commit_id   uuid NOT NULL,
  request_id  text COLLATE "C",
  payload     bytea,
  codec       text NOT NULL DEFAULT 'json',
  error       text,
  finished_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  PRIMARY KEY (tenant_id, run_id, seq, branch)
);
CREATE UNIQUE INDEX "${prefix}wst_request_idx" ON "${prefix}workflow_steps" (tenant_id, run_id, request_id) WHERE request_id IS NOT NULL;

-- That an entry was committed, for whoever tells others; written together with it.
CREATE TABLE "${prefix}outbox" (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id  text COLLATE "C" NOT NULL,
  run_id     text COLLATE "C" NOT NULL,
  seq        int NOT NULL,
  branch     text COLLATE "C" NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT statement_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "${prefix}outbox_run_idx" ON "${prefix}outbox" (tenant_id, run_id);

-- Which reader tells of a run.
CREATE TABLE "${prefix}outbox_readers" (
  tenant_id  text COLLATE "C" NOT NULL,
  run_id     text COLLATE "C" NOT NULL,
  reader     text COLLATE "C" NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, run_id)
) WITH (fillfactor = 50);

CREATE TABLE "${prefix}conversations" (
  tenant_id       text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  last_position   bigint NOT NULL DEFAULT 0,
  change_id       uuid NOT NULL,                           -- of whoever added last: settles answers that were lost
  holder          text COLLATE "C",
  held_until      timestamptz,
  summary         bytea,
  summary_up_to   bigint NOT NULL DEFAULT 0,
  updated_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
  PRIMARY KEY (tenant_id, conversation_id)
) WITH (fillfactor = 80);

CREATE TABLE "${prefix}messages" (
  tenant_id       text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  position        bigint NOT NULL,
  message         bytea NOT NULL,
  codec           text NOT NULL DEFAULT 'json',
  created_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
  PRIMARY KEY (tenant_id, conversation_id, position)
);

-- For people. What jsonb cannot hold is shown as text, and never fails a whole list.
CREATE FUNCTION "${prefix}json"(content bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN convert_from(content, 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN to_jsonb(encode(content, 'escape'));
END $$;

CREATE VIEW "${prefix}workflow_states_json" AS
  SELECT tenant_id, run_id, workflow_id, workflow_version, queue, priority, idempotency_key, parent_run_id, forked_from,
         status, outcome, parked, current_node, epoch, step_seq, owner, attempts, crashes, undo_count, available_at,
         node_deadline_at, deadline_at, pause_reason, paused_at, pause_deadline_at, "${prefix}json"(pause_spec) AS pause_spec,
         snapshot_seq, "${prefix}json"(data) AS data, "${prefix}json"(convert_to(error, 'UTF8')) AS error,
         created_at, started_at, completed_at, updated_at
    FROM "${prefix}workflow_states";

CREATE VIEW "${prefix}workflow_steps_json" AS
  SELECT tenant_id, run_id, seq, branch, kind, node_id, epoch, request_id, "${prefix}json"(payload) AS payload,
         "${prefix}json"(convert_to(error, 'UTF8')) AS error, finished_at
    FROM "${prefix}workflow_steps";

CREATE VIEW "${prefix}messages_json" AS
  SELECT tenant_id, conversation_id, position, "${prefix}json"(message) AS message, created_at
    FROM "${prefix}messages";
