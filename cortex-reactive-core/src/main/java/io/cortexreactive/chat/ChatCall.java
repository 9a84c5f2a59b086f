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
import io.cortexreactive.message.UnfinishedResponseException;
import io.cortexreactive.message.Usage;
import io.cortexreactive.resilience.Relay;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/**
 * One chat call, told as events. Signals come one at a time, but cancel may come from any thread at any moment. Through
 * {@code state} only one of them is told at a time: so events keep their order, the end is the last, and whoever tells
 * sees all of the answer so far. Nobody waits for that: a cancel that comes while a chunk is told leaves the telling to
 * it.
 */
final class ChatCall {

    private static final int IDLE = 0;
    private static final int TELLING = 1;
    private static final int CANCELLED_MEANWHILE = 2;
    private static final int ENDED = 3;

    private final EventPublisher events;
    private final EventScope scope;
    private final ChatRequest request;

    private final AtomicInteger state = new AtomicInteger(IDLE);

    /** Always kept, because whoever subscribes during the call gets the whole answer too. */
    private final ChatAccumulator answer = new ChatAccumulator();

    private long index;

    ChatCall(EventPublisher events, ContextView context, ChatRequest request) {
        this.events = events;
        scope = EventScope.of(context, request.metadata());
        this.request = request;
        answer.join(context);
    }

    Flux<ChatChunk> observe(Flux<ChatChunk> chunks) {
        if (events.wants(BeforeChatSend.class)) {
            events.publish(new BeforeChatSend(scope.next(), request));
        }
        return Relay.<ChatChunk>on(chunks, Watched::new);
    }

    private void chunk(ChatChunk chunk) {
        if (!state.compareAndSet(IDLE, TELLING)) {
            return;
        }
        answer.add(chunk);
        tell(chunk);
        if (chunk instanceof ChatCompleted) {
            completed();
        } else if (!state.compareAndSet(TELLING, IDLE)) {
            state.set(ENDED);
            tellCancelled();
        }
    }

    private void tell(ChatChunk chunk) {
        if (index == 0 && events.wants(ChatStreamStarted.class)) {
            events.publish(new ChatStreamStarted(scope.next(), request));
        }
        if (events.wants(ChatStreamChunk.class)) {
            events.publish(new ChatStreamChunk(scope.next(), chunk, index));
        }
        index++;
    }

    /**
     * Told with the end marker, not with the signal after it: a consumer may have seen enough and cancel in between.
     */
    private void completed() {
        state.set(ENDED);
        boolean completed = events.wants(ChatStreamCompleted.class);
        boolean received = events.wants(AfterChatReceive.class);
        if (completed || received) {
            tellCompleted(completed, received, answer.toResponse());
        }
    }

    private void tellCompleted(boolean completed, boolean received, ChatResponse response) {
        if (completed) {
            events.publish(new ChatStreamCompleted(scope.next(), request, response));
        }
        if (received) {
            events.publish(new AfterChatReceive(scope.next(), request, response));
        }
    }

    private void requireEnd() {
        if (state.get() != ENDED) {
            throw new UnfinishedResponseException();
        }
    }

    private void tellFailed(Throwable error) {
        if (state.compareAndSet(IDLE, ENDED) && events.wants(ChatError.class)) {
            events.publish(new ChatError(scope.next(), request, ErrorInfo.of(error), usage(error)));
        }
    }

    /** A call that was refused has cost nothing. */
    private Usage usage(Throwable error) {
        if (error instanceof KnownCost known) {
            return known.usage();
        }
        return index == 0 && Refusals.include(error) ? Usage.NONE : answer.usage(request);
    }

    private void tellCancelledOnce() {
        // IDLE and TELLING alternate, so it takes a few tries at most.
        for (int now = state.get(); now == IDLE || now == TELLING; now = state.get()) {
            if (now == IDLE && state.compareAndSet(IDLE, ENDED)) {
                tellCancelled();
                return;
            }
            if (now == TELLING && state.compareAndSet(TELLING, CANCELLED_MEANWHILE)) {
                return;
            }
        }
    }

    private void tellCancelled() {
        if (events.wants(ChatStreamCancelled.class)) {
            events.publish(new ChatStreamCancelled(scope.next(), request, answer.usage(request)));
        }
    }

    /** The chunks on their way to the consumer. */
    private final class Watched extends Relay<ChatChunk> {

        Watched(CoreSubscriber<? super ChatChunk> actual) {
            super(actual, answer.share(actual.currentContext()));
        }

        @Override
        public void onNext(ChatChunk chunk) {
            if (isTooLate(chunk)) {
                return;
            }
            try {
                chunk(chunk);
            } catch (Throwable thrown) {
                fail(chunk, thrown);
                return;
            }
            actual.onNext(chunk);
        }

        @Override
        protected void completed() {
            requireEnd();
        }

        @Override
        protected Throwable failed(Throwable error) {
            tellFailed(error);
            return error;
        }

        @Override
        protected void cancelled() {
            tellCancelledOnce();
        }
    }
}
