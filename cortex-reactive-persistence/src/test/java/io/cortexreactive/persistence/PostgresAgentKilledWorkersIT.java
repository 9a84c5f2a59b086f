package io.cortexreactive.persistence;

import io.cortexreactive.persistence.postgres.PostgresDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresAgentKilledWorkersIT extends AgentKilledWorkersContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Override
    String address() {
        return DATABASE.address();
    }
}
