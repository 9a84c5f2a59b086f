-- Runs that wait, by their deadlines, and paused ones by when they were paused: what ends them need not look at any other.
CREATE INDEX "${prefix}ws_deadline_idx" ON "${prefix}workflow_states" (deadline_at) WHERE deadline_at IS NOT NULL AND status IN ('pending', 'paused') AND outcome IS NULL;
CREATE INDEX "${prefix}ws_pause_idx" ON "${prefix}workflow_states" (paused_at) WHERE status = 'paused';
CREATE INDEX "${prefix}ar_deadline_idx" ON "${prefix}agent_runs" (deadline_at) WHERE deadline_at IS NOT NULL AND status IN ('pending', 'paused') AND outcome IS NULL;
CREATE INDEX "${prefix}ar_pause_idx" ON "${prefix}agent_runs" (paused_at) WHERE status = 'paused';
