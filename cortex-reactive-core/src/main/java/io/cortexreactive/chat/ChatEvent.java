package io.cortexreactive.chat;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a chat call. Each subscription to {@code stream} or {@code send} gives {@link BeforeChatSend}, then
 * {@link ChatStreamStarted} and a {@link ChatStreamChunk} for each chunk, and exactly one end:
 * {@link ChatStreamCompleted} followed by {@link AfterChatReceive}, or {@link ChatError}, or
 * {@link ChatStreamCancelled}. One to {@code broadcast} gives {@link ChatBroadcasting} before.
 */
public sealed interface ChatEvent extends CortexEvent {

    /**
     * A channel is this call's, which begins now.
     *
     * @param channel what {@link Broadcaster#follow} is to be given
     */
    record ChatBroadcasting(EventMeta meta, ChatRequest request, String channel) implements ChatEvent {}

    /** A call begins; nothing has been sent. */
    record BeforeChatSend(EventMeta meta, ChatRequest request) implements ChatEvent {}

    /** A call has its whole answer. */
    record AfterChatReceive(EventMeta meta, ChatRequest request, ChatResponse response) implements ChatEvent {}

    /** The first chunk is here. */
    record ChatStreamStarted(EventMeta meta, ChatRequest request) implements ChatEvent {}

    /**
     * A chunk came.
     *
     * @param index its position in the stream, from 0
     */
    record ChatStreamChunk(EventMeta meta, ChatChunk chunk, long index) implements ChatEvent {}

    /** The stream is complete. */
    record ChatStreamCompleted(EventMeta meta, ChatRequest request, ChatResponse fullResponse) implements ChatEvent {}

    /**
     * The call failed.
     *
     * @param usage what it cost as far as known; estimated where the provider had not told
     */
    record ChatError(EventMeta meta, ChatRequest request, ErrorInfo exception, Usage usage)
            implements ChatEvent, FailureEvent {}

    /**
     * A provider failed, and another, or another of its models, is asked.
     *
     * @param from the id of the one that failed; null if there was none
     * @param to the id of the one that is asked now
     * @param model its model; null for its default
     */
    record ChatFallback(
            EventMeta meta,
            ChatRequest request,
            @Nullable String from,
            String to,
            @Nullable String model,
            ErrorInfo exception)
            implements ChatEvent {}

    /**
     * The consumer cancelled.
     *
     * @param usage what it cost as far as known; estimated where the provider had not told
     */
    record ChatStreamCancelled(EventMeta meta, ChatRequest request, Usage usage) implements ChatEvent {}
}
