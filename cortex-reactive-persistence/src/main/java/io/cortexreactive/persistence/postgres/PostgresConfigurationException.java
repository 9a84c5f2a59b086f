package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A store cannot be made as it is set up: a name is none of PostgreSQL's, or a setting makes no sense. */
public final class PostgresConfigurationException extends CortexException implements Lasting {

    PostgresConfigurationException(String message) {
        super("postgres_configuration", message, null);
    }
}
