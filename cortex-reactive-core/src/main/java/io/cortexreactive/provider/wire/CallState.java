package io.cortexreactive.provider.wire;

import io.cortexreactive.message.Message;
import io.cortexreactive.provider.ProviderFailure;

/** How far a call had come when it failed. */
public interface CallState {

    /** What is known of it. */
    ProviderFailure failure();

    /** What must be told to nobody, whoever quotes it. */
    default CallSecrets secrets() {
        return CallSecrets.NONE;
    }

    /** Whether a response had begun. */
    boolean responded();

    /** What the model had said. */
    Message partial();
}
