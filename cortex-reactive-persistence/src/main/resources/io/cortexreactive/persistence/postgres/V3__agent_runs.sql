-- Agents' runs, in tables of their own that have the shape of the workflows': one set of statements works on both.
CREATE TABLE "${prefix}agent_runs" (LIKE "${prefix}workflow_states" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 1);

CREATE UNIQUE INDEX "${prefix}ar_once_idx" ON "${prefix}agent_runs" (tenant_id, workflow_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX "${prefix}ar_claim_idx" ON "${prefix}agent_runs" (queue, workflow_id, workflow_version, priority, available_at, run_id) WHERE status = 'pending' AND NOT parked;
-- For claims in turn, which go from tenant to tenant, and for how many wait.
CREATE INDEX "${prefix}ar_turn_idx" ON "${prefix}agent_runs" (queue, parked, tenant_id, workflow_id, workflow_version, priority, available_at) WHERE status = 'pending';
CREATE INDEX "${prefix}ar_busy_idx" ON "${prefix}agent_runs" (queue, tenant_id) WHERE status = 'running';
CREATE INDEX "${prefix}ar_parked_idx" ON "${prefix}agent_runs" (available_at) WHERE status = 'pending' AND parked AND available_at < 'infinity';
CREATE INDEX "${prefix}ar_waiting_idx" ON "${prefix}agent_runs" (tenant_id, run_id) WHERE status = 'pending' AND parked AND available_at = 'infinity';
CREATE INDEX "${prefix}ar_running_idx" ON "${prefix}agent_runs" (owner) WHERE status = 'running';
CREATE INDEX "${prefix}ar_held_idx" ON "${prefix}agent_runs" (queue, tenant_id) WHERE status = 'paused';
CREATE INDEX "${prefix}ar_paused_idx" ON "${prefix}agent_runs" (pause_deadline_at) WHERE status = 'paused' AND pause_deadline_at IS NOT NULL;
CREATE INDEX "${prefix}ar_parent_idx" ON "${prefix}agent_runs" (tenant_id, parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX "${prefix}ar_orphan_idx" ON "${prefix}agent_runs" (tenant_id, parent_run_id) WHERE parent_run_id IS NOT NULL AND completed_at IS NULL;
CREATE INDEX "${prefix}ar_end_idx" ON "${prefix}agent_runs" (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX "${prefix}ar_page_idx" ON "${prefix}agent_runs" (tenant_id, created_at, run_id);
CREATE INDEX "${prefix}ar_agent_idx" ON "${prefix}agent_runs" (tenant_id, workflow_id, created_at, run_id);
CREATE INDEX "${prefix}ar_status_idx" ON "${prefix}agent_runs" (tenant_id, status, created_at, run_id);
ALTER TABLE "${prefix}agent_runs" ADD PRIMARY KEY (tenant_id, run_id);

CREATE TABLE "${prefix}agent_steps" (LIKE "${prefix}workflow_steps" INCLUDING ALL);

-- Only for whoever wants to be told; a queue writes nothing there by itself.
CREATE TABLE "${prefix}agent_outbox" (LIKE "${prefix}outbox" INCLUDING ALL);
CREATE TABLE "${prefix}agent_outbox_readers" (LIKE "${prefix}outbox_readers" INCLUDING ALL);

-- How many runs of a tenant are running in a queue by now, not when the statement began that asks.
CREATE FUNCTION "${prefix}workflow_running"(of_queue text, of_tenant text) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT count(*) FROM "${prefix}workflow_states" s WHERE s.queue = of_queue AND s.tenant_id = of_tenant AND s.status = 'running');
END $$;

CREATE FUNCTION "${prefix}agent_running"(of_queue text, of_tenant text) RETURNS int LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT count(*) FROM "${prefix}agent_runs" s WHERE s.queue = of_queue AND s.tenant_id = of_tenant AND s.status = 'running');
END $$;

CREATE VIEW "${prefix}agent_runs_json" AS
  SELECT tenant_id, run_id, workflow_id AS agent_id, workflow_version AS agent_version, queue, priority, idempotency_key,
         status, outcome, parked, current_node, epoch, step_seq, owner, attempts, crashes, available_at,
         node_deadline_at, deadline_at, pause_reason, paused_at, pause_deadline_at, "${prefix}json"(pause_spec) AS pause_spec,
         snapshot_seq, "${prefix}json"(data) AS data, "${prefix}json"(convert_to(error, 'UTF8')) AS error,
         created_at, started_at, completed_at, updated_at
    FROM "${prefix}agent_runs";

CREATE VIEW "${prefix}agent_steps_json" AS
  SELECT tenant_id, run_id, seq, branch, kind, node_id, epoch, request_id, "${prefix}json"(payload) AS payload,
         "${prefix}json"(convert_to(error, 'UTF8')) AS error, finished_at
    FROM "${prefix}agent_steps";
