package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.chat.ChatEvent.BeforeChatSend;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.chat.ChatEvent.ChatStreamChunk;
import io.cortexreactive.chat.ChatEvent.ChatStreamCompleted;
import io.cortexreactive.chat.ChatEvent.ChatStreamStarted;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.TokenCounter;
import io.cortexreactive.message.UnfinishedResponseException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One chat call, told as events. Signals come one at a time, but cancel may come from any thread at any moment: what it
 * reads is safe to read, and whichever end comes first is the only one told.
 */
final class ChatCall {

    private final EventPublisher events;
    private final EventScope scope;
    private final ChatRequest request;

    private final AtomicBoolean ended = new AtomicBoolean();
    private final TokenCounter output = new TokenCounter();

    private final @Nullable ChatAccumulator answer;
    private long index;

    ChatCall(EventPublisher events, EventScope scope, ChatRequest request) {
        this.events = events;
        this.scope = scope;
        this.request = request;
        this.answer = events.wants(ChatStreamCompleted.class) || events.wants(AfterChatReceive.class)
                ? new ChatAccumulator()
                : null;
    }

    Flux<ChatChunk> observe(Flux<ChatChunk> chunks) {
        if (events.wants(BeforeChatSend.class)) {
            events.publish(new BeforeChatSend(scope.next(), request));
        }
        return chunks.doOnNext(this::chunk)
                .doOnComplete(this::requireEnd)
                .doOnError(this::failed)
                .doOnCancel(this::cancelled);
    }

    private void chunk(ChatChunk chunk) {
        output.add(chunk);
        if (answer != null) {
            answer.add(chunk);
        }
        if (index == 0 && events.wants(ChatStreamStarted.class)) {
            events.publish(new ChatStreamStarted(scope.next(), request));
        }
        if (events.wants(ChatStreamChunk.class)) {
            events.publish(new ChatStreamChunk(scope.next(), chunk, index));
        }
        index++;
        if (chunk instanceof ChatCompleted) {
            completed();
        }
    }

    /**
     * Told with the end marker, not with the signal after it: a consumer may have seen enough and cancel in between.
     */
    private void completed() {
        if (!ended.compareAndSet(false, true) || answer == null) {
            return;
        }
        ChatResponse response = answer.toResponse();
        if (events.wants(ChatStreamCompleted.class)) {
            events.publish(new ChatStreamCompleted(scope.next(), request, response));
        }
        if (events.wants(AfterChatReceive.class)) {
            events.publish(new AfterChatReceive(scope.next(), request, response));
        }
    }

    private void requireEnd() {
        if (!ended.get()) {
            throw new UnfinishedResponseException();
        }
    }

    private void failed(Throwable error) {
        if (ended.compareAndSet(false, true) && events.wants(ChatError.class)) {
            events.publish(new ChatError(scope.next(), request, ErrorInfo.of(error), output.usage(request)));
        }
    }

    private void cancelled() {
        if (ended.compareAndSet(false, true) && events.wants(ChatStreamCancelled.class)) {
            events.publish(new ChatStreamCancelled(scope.next(), request, output.usage(request)));
        }
    }
}
