package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A setting of a resilience policy that cannot be used. */
public final class ResilienceConfigurationException extends CortexException implements Lasting {

    private final String setting;
    private final String problem;

    /**
     * @param setting which one
     * @param problem the rule, and what it is
     */
    public ResilienceConfigurationException(String setting, String problem) {
        super("resilience_configuration", setting + " " + problem, null);
        this.setting = setting;
        this.problem = problem;
    }

    /** The name of the setting, such as {@code maxAttempts}. */
    public String setting() {
        return setting;
    }

    /** What is wrong with it. */
    public String problem() {
        return problem;
    }
}
