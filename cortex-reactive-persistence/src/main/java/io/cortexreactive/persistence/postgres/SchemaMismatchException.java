package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The tables are not there, or are not those that this version works with. The message says what to do. */
public final class SchemaMismatchException extends CortexException implements Lasting {

    SchemaMismatchException(String message) {
        super("schema_mismatch", message, null);
    }
}
