package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.WireProtocol.Operation;
import io.cortexreactive.testing.WireProtocol.Route;
import org.jspecify.annotations.Nullable;

/**
 * What a request meant.
 *
 * @param refusal why the service would not serve it; null if it would
 */
record Understood(
        String credential, ChatRequest request, @Nullable RefusedRequestException refusal) {

    ScriptedCall call(int number, Route route) {
        return new ScriptedCall(number, route.model(), credential, route.operation() == Operation.STREAM, request);
    }
}
