package io.cortexreactive.agent;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.ToolResult;

/** A tool that the model called, and what it answered. */
public record AgentToolCall(ToolCall call, ToolResult result) {}
