package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** No engine could work with these settings; it says with which, and what they must be. */
public final class EngineConfigurationException extends CortexException implements Lasting {

    EngineConfigurationException(String problem) {
        super("engine_configuration", problem, null);
    }
}
