package io.cortexreactive.examples.app;

import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.chat.ChatEvent.ChatStreamChunk;
import io.cortexreactive.chat.ChatEvent.ChatStreamCompleted;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderEvent;
import io.cortexreactive.provider.ProviderEvent.AfterProviderResponse;
import io.cortexreactive.provider.ProviderEvent.BeforeProviderRequest;
import io.cortexreactive.provider.ProviderEvent.ProviderError;
import io.cortexreactive.provider.ProviderEvent.ProviderRateLimited;
import org.jspecify.annotations.Nullable;

/**
 * An event as the page shows it: small, whatever the event holds.
 *
 * @param type its simple class name
 * @param family {@code Chat} or {@code Provider}
 * @param meta when, for whom, in which order
 * @param summary the gist, for people; may be empty
 * @param usage where the event tells what a call has cost
 */
record EventLine(
        String type,
        String family,
        EventMeta meta,
        String summary,
        @Nullable Usage usage) {

    static EventLine of(CortexEvent event) {
        return new EventLine(
                event.getClass().getSimpleName(),
                event instanceof ProviderEvent ? "Provider" : "Chat",
                event.meta(),
                event instanceof ProviderEvent provider ? provider(provider) : chat((ChatEvent) event),
                usage(event));
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
