package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.WireJson;
import java.util.Map;

/** Reads how many tokens a request has. */
final class TokenCount {

    private TokenCount() {}

    static long read(byte[] json, CallState call) {
        Map<String, Object> fields = WireJson.object(json, 0, json.length);
        if (fields != null && fields.get("input_tokens") instanceof Number told && WireJson.tokens(told) >= 0) {
            return WireJson.tokens(told);
        }
        throw new ProtocolException("The answer has no count of tokens", call.failure(), null);
    }
}
