package io.cortexreactive.agent;

import io.cortexreactive.message.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come.
 *
 * @param runId the run
 * @param conversationId the conversation, if any
 * @param iteration the one under way, from 1; 0 before the first
 * @param toolCalls how many calls of tools it has run, those of sub-agents included
 * @param usage the tokens so far, those of sub-agents included
 */
public record AgentState(String runId, @Nullable String conversationId, int iteration, int toolCalls, Usage usage) {}
