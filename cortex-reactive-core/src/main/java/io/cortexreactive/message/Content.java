package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One part of a {@link Message}. As JSON it carries its kind in {@code type}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TextContent.class, name = "text"),
    @JsonSubTypes.Type(value = ImageContent.class, name = "image"),
    @JsonSubTypes.Type(value = DocumentContent.class, name = "document"),
    @JsonSubTypes.Type(value = ReasoningContent.class, name = "reasoning"),
    @JsonSubTypes.Type(value = ToolCall.class, name = "tool_call"),
    @JsonSubTypes.Type(value = ToolResultContent.class, name = "tool_result"),
    @JsonSubTypes.Type(value = CachePoint.class, name = "cache_point")
})
public sealed interface Content
        permits TextContent, ImageContent, DocumentContent, ReasoningContent, ToolCall, ToolResultContent, CachePoint {}
