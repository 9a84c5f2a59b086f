package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;

/**
 * What one of several running tools tells.
 *
 * @param call the call it answers
 * @param index the position of that call, from 0
 * @param update how it goes, or its result
 */
public record ToolCallUpdate(ToolCall call, int index, ToolUpdate update) {}
