package io.cortexreactive.memory;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A setting of a memory cannot be used. */
public final class MemoryConfigurationException extends CortexException implements Lasting {

    MemoryConfigurationException(String message) {
        super("memory_configuration", message, null);
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new MemoryConfigurationException(message);
        }
    }
}
