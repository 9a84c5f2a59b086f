package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One piece of a streamed answer, in the order the model made it. {@code index} in the kinds that have one is the
 * position of the content part they belong to. As JSON it carries its kind in {@code type}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TextDelta.class, name = "text_delta"),
    @JsonSubTypes.Type(value = ReasoningDelta.class, name = "reasoning_delta"),
    @JsonSubTypes.Type(value = ToolCallStarted.class, name = "tool_call_started"),
    @JsonSubTypes.Type(value = ToolCallDelta.class, name = "tool_call_delta"),
    @JsonSubTypes.Type(value = ToolCallCompleted.class, name = "tool_call_completed"),
    @JsonSubTypes.Type(value = UsageReported.class, name = "usage_reported"),
    @JsonSubTypes.Type(value = StreamRestarted.class, name = "stream_restarted"),
    @JsonSubTypes.Type(value = ChatCompleted.class, name = "chat_completed")
})
public sealed interface ChatChunk
        permits TextDelta,
                ReasoningDelta,
                ToolCallStarted,
                ToolCallDelta,
                ToolCallCompleted,
                UsageReported,
                StreamRestarted,
                ChatCompleted {}
