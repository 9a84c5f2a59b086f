package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.error.ErrorInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Why a run failed, as JSON. */
final class Errors {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Errors() {}

    static @Nullable String write(@Nullable ErrorInfo error) {
        return error == null ? null : JSON.writeValueAsString(error);
    }

    static ErrorInfo read(String json) {
        try {
            return JSON.readValue(json, ErrorInfo.class);
        } catch (JacksonException e) {
            throw new CorruptStateException("An error is not as it was written.", e);
        }
    }
}
