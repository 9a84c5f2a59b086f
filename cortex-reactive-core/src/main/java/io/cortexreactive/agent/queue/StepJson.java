package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What runs are made of, as the plain values that a journal keeps. */
final class StepJson {

    private static final JsonMapper JSON = ready(JsonMapper.shared());

    private StepJson() {}

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private static JsonMapper ready(JsonMapper mapper) {
        ChatResponse response =
                new ChatResponse(Message.assistant("text"), Usage.NONE, StopReason.END_TURN, null, Map.of());
        AgentStep step = new AgentStep.Text(List.of("agent"), 1, "text");
        mapper.readValue(mapper.writeValueAsString(response), ChatResponse.class);
        mapper.readValue(mapper.writeValueAsString(step), AgentStep.class);
        mapper.readValue(mapper.writeValueAsString(ToolResult.success("text")), ToolResult.class);
        mapper.readValue(mapper.writeValueAsString(RetrievedContent.NONE), RetrievedContent.class);
        mapper.constructType(AgentResponse.class);
        return mapper;
    }

    /** @throws io.cortexreactive.durable.StateNotStorableException if something in it is no JSON */
    static Object plain(Object value, String root) {
        return Objects.requireNonNull(StateJson.plain(value, root));
    }

    /** @throws io.cortexreactive.durable.StateNotStorableException if something in it is no JSON, or it is too large */
    static String write(Map<String, ?> values, String root, int limit) {
        return StateJson.write(StateJson.plainMap(values, root), limit).text();
    }

    /** @throws CorruptStateException if it is none of these */
    static <T> T read(@Nullable Object plain, Class<T> type) {
        try {
            return JSON.convertValue(plain, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CorruptStateException("What a run has kept is no " + type.getSimpleName() + ".", e);
        }
    }

    @SuppressWarnings("unchecked") // Objects are read as maps with texts for keys.
    static Map<String, Object> map(@Nullable Object plain) {
        return plain instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    static List<?> list(@Nullable Object plain) {
        return plain instanceof List<?> list ? list : List.of();
    }

    static String text(@Nullable Object plain) {
        return plain == null ? "" : plain.toString();
    }

    static int number(@Nullable Object plain) {
        return plain instanceof Number number ? number.intValue() : 0;
    }
}
