package io.cortexreactive.examples.app;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tool.ToolApproval;
import io.cortexreactive.tool.ToolContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Tool calls that wait for somebody to approve them. None waits longer than its answer is waited for. Thread-safe. */
@Component
final class Approvals {

    private final Map<String, Open> waiting = new ConcurrentHashMap<>();
    private final Duration patience;

    Approvals(ExampleProperties properties) {
        patience = properties.approval();
    }

    /**
     * Waits for {@link #answer}; who says nothing in time refuses.
     *
     * @param tell is told of each call that waits, on any thread, also of two at once
     */
    ToolApproval asking(Consumer<Asked> tell) {
        return (call, context) -> Mono.defer(() -> decision(call, context, tell));
    }

    private Mono<Boolean> decision(ToolCall call, ToolContext context, Consumer<Asked> tell) {
        // A model may use the id of a call twice.
        String id = Tenancy.newCorrelationId();
        Sinks.One<Boolean> decision = Sinks.one();
        waiting.put(id, new Open(context.tenantId(), decision));
        return decision.asMono()
                .doOnSubscribe(subscribed -> tell.accept(Asked.of(id, call, context, patience)))
                .timeout(patience, Mono.just(false))
                .doFinally(end -> waiting.remove(id));
    }

    /**
     * Decides on a call.
     *
     * @throws RejectedException if none of this tenant's waits under this id
     */
    void answer(String tenant, String id, boolean approved) {
        Open open = waiting.get(id);
        if (open == null || !tenant.equals(open.tenant) || !waiting.remove(id, open)) {
            throw new RejectedException(
                    HttpStatus.NOT_FOUND, "unknown_approval", "No call waits for this approval, or no longer.");
        }
        open.decision.tryEmitValue(approved);
    }

    /** How many calls wait. */
    int waiting() {
        return waiting.size();
    }

    private record Open(@Nullable String tenant, Sinks.One<Boolean> decision) {}

    /**
     * A call waits for approval. A step of the run for the page.
     *
     * @param type tells it from the other steps
     * @param approvalId what to answer to
     * @param callId the call
     * @param index its position among the calls of the answer, since two may have one id
     * @param input the arguments that it will run with
     * @param millis how long it waits
     */
    record Asked(String type, String approvalId, String callId, int index, Map<String, Object> input, long millis) {

        private static Asked of(String approvalId, ToolCall call, ToolContext context, Duration patience) {
            int index = context.callIndex();
            return new Asked("approval_required", approvalId, call.id(), index, call.input(), patience.toMillis());
        }
    }
}
