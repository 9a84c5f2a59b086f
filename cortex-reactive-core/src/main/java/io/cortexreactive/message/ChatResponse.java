package io.cortexreactive.message;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A whole answer.
 *
 * @param message what the model said: text, reasoning and tool calls in order
 * @param usage the tokens of the call
 * @param stopReason why the model stopped
 * @param model the model that answered, if told
 * @param metadata such as the request id and rate-limit headers
 */
public record ChatResponse(
        Message message,
        Usage usage,
        StopReason stopReason,
        @Nullable String model,
        Map<String, Object> metadata) {

    public ChatResponse {
        metadata = Copies.map(metadata);
    }

    /** The text of the answer. */
    public String text() {
        return message.text();
    }

    /** The tool calls of the answer, in order. */
    public List<ToolCall> toolCalls() {
        return message.toolCalls();
    }

    /** Whether the model waits for tool results. */
    public boolean hasToolCalls() {
        return !toolCalls().isEmpty();
    }

    /**
     * Folds a stream into one response. Subscribing subscribes to {@code chunks} with unbounded demand; cancelling
     * cancels it; its errors pass through. A stream that ends without {@link ChatCompleted} gives
     * {@link UnfinishedResponseException}.
     */
    public static Mono<ChatResponse> collect(Flux<ChatChunk> chunks) {
        return Mono.defer(() -> {
            ChatAccumulator answer = new ChatAccumulator();
            return chunks.contextWrite(answer::share).doOnNext(answer::add).then(Mono.fromSupplier(answer::toResponse));
        });
    }
}
