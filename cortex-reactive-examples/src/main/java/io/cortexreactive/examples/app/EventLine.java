package io.cortexreactive.examples.app;

import io.cortexreactive.agent.AgentEvent;
import io.cortexreactive.agent.AgentEvent.AgentIterationCompleted;
import io.cortexreactive.agent.AgentEvent.AgentIterationStarted;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentEvent.AgentToolCalled;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.chat.ChatEvent.ChatStreamChunk;
import io.cortexreactive.chat.ChatEvent.ChatStreamCompleted;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.guardrail.GuardrailEvent;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderEvent;
import io.cortexreactive.provider.ProviderEvent.AfterProviderResponse;
import io.cortexreactive.provider.ProviderEvent.BeforeProviderRequest;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.provider.ProviderEvent.ProviderRateLimited;
import io.cortexreactive.tool.ToolEvent;
import io.cortexreactive.tool.ToolEvent.AfterToolExecution;
import io.cortexreactive.tool.ToolEvent.ToolError;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowBranchTaken;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowFailed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeEntered;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import org.jspecify.annotations.Nullable;

/**
 * An event as the page shows it: small, whatever the event holds.
 *
 * @param type its simple class name
 * @param family as {@link EventType} names it
 * @param meta when, for whom, in which order
 * @param summary the gist, for people; may be empty
 * @param usage where the event tells what a call has cost
 * @param step what the event says of an attempt to get an answer; null if nothing
 * @param replaced how much of a text a guardrail has replaced; null if nothing
 */
record EventLine(
        String type,
        String family,
        EventMeta meta,
        String summary,
        @Nullable Usage usage,
        @Nullable Step step,
        @Nullable Integer replaced) {

    static EventLine of(CortexEvent event) {
        return new EventLine(
                event.getClass().getSimpleName(),
                EventType.familyOf(event),
                event.meta(),
                summary(event),
                usage(event),
                Step.of(event),
                replaced(event));
    }

    private static String summary(CortexEvent event) {
        if (event instanceof ToolEvent tool) {
            return tool(tool);
        }
        if (event instanceof GuardrailEvent guardrail) {
            return guardrail(guardrail);
        }
        if (event instanceof AgentEvent agent) {
            return agent(agent);
        }
        if (event instanceof WorkflowEvent workflow) {
            return workflow(workflow);
        }
        return event instanceof ProviderEvent provider ? provider(provider) : chat((ChatEvent) event);
    }

    private static @Nullable Integer replaced(CortexEvent event) {
        return event instanceof GuardrailChecked checked && checked.result().replacement() != null
                ? checked.result().violations().size()
                : null;
    }

    /**
     * An attempt begins, ends, or makes way for another provider's.
     *
     * @param provider who is asked
     * @param model what it is asked for; null for its default
     * @param code of the error that ended it
     * @param retryAfterMillis when the provider said to come back
     * @param to whom to ask in its place
     */
    record Step(
            @Nullable String provider,
            @Nullable String model,
            @Nullable String code,
            @Nullable Long retryAfterMillis,
            @Nullable String to) {

        static @Nullable Step of(CortexEvent event) {
            if (event instanceof BeforeProviderRequest before) {
                return new Step(before.provider(), before.model(), null, null, null);
            }
            if (event instanceof ProviderError failed) {
                return new Step(failed.provider(), null, failed.exception().code(), null, null);
            }
            if (event instanceof ProviderRateLimited limited && limited.retryAfter() != null) {
                return new Step(
                        limited.provider(), null, null, limited.retryAfter().toMillis(), null);
            }
            if (event instanceof AfterProviderResponse after) {
                return new Step(after.provider(), null, null, null, null);
            }
            return event instanceof ChatFallback fallback
                    ? new Step(fallback.from(), null, fallback.exception().code(), null, fallback.to())
                    : null;
        }
    }

    private static String chat(ChatEvent event) {
        if (event instanceof ChatStreamChunk chunk) {
            String what = chunk.chunk() instanceof TextDelta delta
                    ? "“" + delta.text() + "”"
                    : chunk.chunk().getClass().getSimpleName();
            return "#" + chunk.index() + " " + what;
        }
        if (event instanceof ChatStreamCompleted completed) {
            return completed.fullResponse().stopReason() + ", "
                    + tokens(completed.fullResponse().usage());
        }
        if (event instanceof ChatError failed) {
            return failed.exception().code() + ": " + failed.exception().message();
        }
        if (event instanceof ChatFallback fallback) {
            return fallback.from() + " → " + fallback.to() + ", after "
                    + fallback.exception().code();
        }
        Usage usage = usage(event);
        return usage == null ? "" : tokens(usage);
    }

    private static String provider(ProviderEvent event) {
        if (event instanceof BeforeProviderRequest before) {
            return event.provider() + (before.model() == null ? "" : ", " + before.model());
        }
        if (event instanceof AfterProviderResponse after) {
            return event.provider() + ", " + after.duration().toMillis() + " ms";
        }
        if (event instanceof ProviderError failed) {
            return failed.exception().code() + (failed.requestId() == null ? "" : ", request " + failed.requestId());
        }
        if (event instanceof ProviderRateLimited limited && limited.retryAfter() != null) {
            return event.provider() + ", again in " + limited.retryAfter().toMillis() + " ms";
        }
        return event.provider();
    }

    private static String tool(ToolEvent event) {
        if (event instanceof AfterToolExecution after) {
            return event.tool() + ", " + after.duration().toMillis() + " ms";
        }
        return event instanceof ToolError failed
                ? event.tool() + ", " + failed.exception().code()
                : event.tool();
    }

    private static String guardrail(GuardrailEvent event) {
        if (event instanceof GuardrailChecked checked) {
            int found = checked.result().violations().size();
            return event.guardrail() + ", " + (found == 0 ? "nothing found" : found + " found");
        }
        return event.guardrail();
    }

    private static String agent(AgentEvent event) {
        if (event instanceof AgentIterationStarted started) {
            return event.agent() + ", iteration " + started.iteration();
        }
        if (event instanceof AgentIterationCompleted completed) {
            return event.agent() + ", iteration " + completed.iteration();
        }
        if (event instanceof AgentToolCalled called) {
            return event.agent() + ", " + called.tool();
        }
        if (event instanceof AgentRunCompleted completed) {
            int asked = completed.iterations();
            return event.agent() + ", " + asked + (asked == 1 ? " iteration" : " iterations");
        }
        return event instanceof FailureEvent failed
                ? event.agent() + ", " + failed.exception().code()
                : event.agent();
    }

    private static String workflow(WorkflowEvent event) {
        if (event instanceof WorkflowNodeEntered entered) {
            return event.workflow() + ", " + entered.node();
        }
        if (event instanceof WorkflowNodeExited exited) {
            return event.workflow() + ", " + exited.node();
        }
        if (event instanceof WorkflowBranchTaken taken) {
            return event.workflow() + ", " + taken.node() + " → " + taken.branch();
        }
        if (event instanceof WorkflowPaused paused) {
            return event.workflow() + ", " + paused.state().currentNode() + ": " + paused.reason();
        }
        return event instanceof WorkflowFailed failed
                ? event.workflow() + ", " + failed.exception().code()
                : event.workflow();
    }

    private static @Nullable Usage usage(CortexEvent event) {
        if (event instanceof ChatStreamCancelled cancelled) {
            return cancelled.usage();
        }
        if (event instanceof ChatError failed) {
            return failed.usage();
        }
        return event instanceof AfterChatReceive received ? received.response().usage() : null;
    }

    private static String tokens(Usage usage) {
        return usage.inputTokens() + " in, " + usage.outputTokens() + " out" + (usage.estimated() ? ", estimated" : "");
    }
}
