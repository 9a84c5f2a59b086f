package io.cortexreactive.persistence;

import io.cortexreactive.persistence.postgres.PostgresDatabase;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresAgentApprovalsIT extends AgentApprovalsContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @Override
    String address() {
        return DATABASE.address();
    }
}
