package io.cortexreactive.tool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Reads what a handler gave as progress and a result. */
final class HandlerAnswer {

    /** What a flux gave, until it is known whether it is too much. */
    private final List<Object> elements = new ArrayList<>();

    private long bytes;
    private boolean progressed;
    private boolean answered;

    private HandlerAnswer() {}

    static Flux<ToolUpdate> updates(@Nullable Publisher<?> answer) {
        if (answer == null) {
            return Flux.error(new NullPointerException("The tool gave null, and not a publisher."));
        }
        return answer instanceof Mono<?> single ? single(single) : Flux.defer(() -> new HandlerAnswer().many(answer));
    }

    private static Flux<ToolUpdate> single(Mono<?> answer) {
        return answer.map(HandlerAnswer::update)
                .defaultIfEmpty(ToolResult.success(null))
                .flux();
    }

    private static ToolUpdate update(Object value) {
        return value instanceof ToolUpdate update ? update : ToolResult.success(value);
    }

    private Flux<ToolUpdate> many(Publisher<?> answer) {
        return Flux.from(answer).handle(this::next).concatWith(Mono.defer(this::end));
    }

    private void next(Object value, SynchronousSink<ToolUpdate> sink) {
        if (value instanceof ToolUpdate update) {
            answered = answered || update instanceof ToolResult;
            progressed = true;
            sink.next(update);
            return;
        }
        elements.add(value);
        bytes += ToolJson.size(value, ToolJson.MAX_RESULT_BYTES);
        if (bytes > ToolJson.MAX_RESULT_BYTES) {
            answered = true;
            sink.next(ToolResult.success(elements));
            sink.complete();
        } else {
            sink.next(new ToolProgress(value));
        }
    }

    /** Who tells progress on its own, and no element, has to give a result on its own, too. */
    private Mono<ToolUpdate> end() {
        return answered || (progressed && elements.isEmpty()) ? Mono.empty() : Mono.just(ToolResult.success(elements));
    }
}
