package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.persistence.postgres.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresKilledWorkersIT extends KilledWorkersContract {

    private static final String UNFOUNDED = "select 1 from cortex_outbox o where not exists (select 1 from"
            + " cortex_workflow_steps s where s.tenant_id = o.tenant_id and s.run_id = o.run_id and s.seq = o.seq and"
            + " s.branch = o.branch)";

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Override
    String address() {
        return DATABASE.address();
    }

    @AfterEach
    void nothingIsToldThatIsNotSo() {
        assertThat(PostgresDatabase.exists(DATABASE.connections(), UNFOUNDED)).isFalse();
    }
}
