package io.cortexreactive.memory;

import io.cortexreactive.chat.ChatClient;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a model is told of a conversation. Immutable and thread-safe; one serves all conversations and tenants. */
public interface ConversationMemory {

    /**
     * Opens a conversation for one run of the tenant in the Reactor Context. Cancelled before it has given one, it
     * holds nothing; whoever is given one closes it. {@link Mono#usingWhen} does, even where it is given as it is
     * cancelled.
     *
     * @param conversationId which; null for a run outside of any conversation, of which nothing is kept when it is
     *     closed
     * @param conversations where they are kept
     * @return fails with {@link ConversationBusyException} where another run has the conversation and this one does not
     *     wait, or no longer
     */
    Mono<Conversation> open(@Nullable String conversationId, Conversations conversations);

    /** Everything. */
    static WindowMemory buffer() {
        return DefaultWindowMemory.of(BufferWindow::new);
    }

    /**
     * The latest messages, and what the user had said before them. What is asked last and what followed last always
     * stay, though they may be more.
     *
     * @param messages 3 or more: a question, a tool call and its result
     */
    static WindowMemory slidingWindow(int messages) {
        MemoryConfigurationException.require(messages >= 3, "A sliding window must have 3 messages at least.");
        return DefaultWindowMemory.of(() -> new RecentWindow(RecentMeasure.messages(messages)));
    }

    /** As much of the latest as fits; see {@link #tokenLimit(long, Truncation)}. */
    static WindowMemory tokenLimit(long tokens) {
        return tokenLimit(tokens, Truncation.OLDEST);
    }

    /**
     * As much as fits, counted by {@link io.cortexreactive.message.TokenEstimate}; instructions and tools of the
     * request do not count. The window fails with {@link io.cortexreactive.error.LimitExceededException} where what is
     * asked last and what followed last do not fit.
     *
     * @param truncation what is left out
     */
    static WindowMemory tokenLimit(long tokens, Truncation truncation) {
        MemoryConfigurationException.require(tokens > 0, "A limit of tokens must be positive.");
        RecentMeasure measure = RecentMeasure.tokens(tokens, truncation);
        return DefaultWindowMemory.of(() -> new RecentWindow(measure));
    }

    /** A summary of what is older, and the latest messages; see {@link #summary(ChatClient, SummarySettings)}. */
    static WindowMemory summary(ChatClient chat) {
        return summary(chat, SummarySettings.DEFAULTS);
    }

    /**
     * A summary of what is older, and the latest messages. A model makes it when a window is asked for and there are
     * too many messages: from the summary before and the messages since, so that none is read twice. It is kept in the
     * store. Its usage is booked as that of any call of {@code chat}. A model that fails fails no run: the window then
     * has the messages themselves, and it is asked again once there are as many more.
     */
    static WindowMemory summary(ChatClient chat, SummarySettings settings) {
        Summarizer summarizer = new Summarizer(chat, settings);
        return DefaultWindowMemory.of(() -> new SummaryWindow(summarizer));
    }
}
