package io.cortexreactive.tool;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a running tool tells: how it goes, and at last its result. As JSON it carries its kind in {@code type}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ToolProgress.class, name = "progress"),
    @JsonSubTypes.Type(value = ToolResult.class, name = "result")
})
public sealed interface ToolUpdate permits ToolProgress, ToolResult {}
