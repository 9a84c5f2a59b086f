-- Channels, for streams that outlive connections. ${prefix} begins the name of each table; "cortex_" by default.

-- A row a channel: its latest publication, who may add to it, and the counter that gives its messages their numbers.
-- Messages are added in the statement that locks this row, so that a number that is seen has all before it.
CREATE TABLE "${prefix}channels" (
  tenant_id   text COLLATE "C" NOT NULL,                   -- '' for none
  channel     text COLLATE "C" NOT NULL,
  publication text COLLATE "C" NOT NULL,
  last_seq    bigint NOT NULL DEFAULT 0,
  bytes       bigint NOT NULL DEFAULT 0,                   -- of all messages that there have been
  held_until  timestamptz NOT NULL,                        -- its publisher's, unless it is not heard of until then
  ended_at    timestamptz,
  PRIMARY KEY (tenant_id, channel)
) WITH (fillfactor = 50);

CREATE TABLE "${prefix}channel_messages" (
  tenant_id    text COLLATE "C" NOT NULL,
  channel      text COLLATE "C" NOT NULL,
  publication  text COLLATE "C" NOT NULL,
  seq          bigint NOT NULL,
  bytes_before bigint NOT NULL,
  message      bytea NOT NULL,                             -- JSON; jsonb would refuse NUL
  created_at   timestamptz NOT NULL DEFAULT statement_timestamp(),
  PRIMARY KEY (tenant_id, channel, publication, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- How many follow a channel, by process.
CREATE TABLE "${prefix}channel_followers" (
  tenant_id  text COLLATE "C" NOT NULL,
  channel    text COLLATE "C" NOT NULL,
  process    text COLLATE "C" NOT NULL,
  followers  int NOT NULL,
  version    bigint NOT NULL,                              -- what was said before never replaces what was said since
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, channel, process)
) WITH (fillfactor = 50);

CREATE VIEW "${prefix}channel_messages_json" AS
  SELECT tenant_id, channel, publication, seq, "${prefix}json"(message) AS message, created_at
    FROM "${prefix}channel_messages";
