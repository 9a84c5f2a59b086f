package io.cortexreactive.guardrail;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailBlocked;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenCounter;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/** One call that is guarded, in one direction: asks guardrails, and tells what they decided. */
final class GuardedCall {

    private final EventPublisher events;
    private final ContextView context;
    private final ChatRequest request;
    private final Source source;
    private final Duration timeout;
    private final TokenCounter answer = new TokenCounter();
    private @Nullable EventScope scope;

    GuardedCall(EventPublisher events, ContextView context, ChatRequest request, Source source, Duration timeout) {
        this.events = events;
        this.context = context;
        this.request = request;
        this.source = source;
        this.timeout = timeout;
    }

    /** Counts what the model said, before anything is held back of it. */
    void count(ChatChunk chunk) {
        answer.add(chunk);
    }

    /** Whether anybody wants to know what was let through. */
    boolean isTold() {
        return events.wants(GuardrailChecked.class);
    }

    boolean checks(Guardrail guardrail, Part part) {
        return guardrail.checks(source, part);
    }

    /** What goes on of a whole text; throws if nothing does. */
    String scanned(Guardrail guardrail, Scanner scanner, Part part, String text) {
        try {
            return decided(guardrail, part, text, Verdict.of(new Unescaping(scanner), text));
        } catch (RuntimeException | StackOverflowError | LinkageError error) {
            throw failure(guardrail, error);
        }
    }

    /** Asks about a text, where it may block. Whatever is no decision is an error. */
    Mono<GuardrailResult> ask(Guardrail guardrail, Part part, String text) {
        GuardrailContent content = new GuardrailContent(text, source, part);
        return Mono.defer(() -> check(guardrail, content))
                .subscribeOn(Schedulers.boundedElastic())
                .timeout(timeout)
                .switchIfEmpty(Mono.error(() -> new GuardrailFailedException(guardrail.id(), "gave no result.", null)))
                .onErrorMap(TimeoutException.class, late -> new GuardrailTimeoutException(guardrail.id(), timeout))
                .onErrorMap(error -> failure(guardrail, error));
    }

    /** Reactor would throw these errors on, and nobody would hear of it. */
    private static Mono<GuardrailResult> check(Guardrail guardrail, GuardrailContent content) {
        try {
            return guardrail.check(content);
        } catch (StackOverflowError | LinkageError error) {
            return Mono.error(failure(guardrail, error));
        }
    }

    /**
     * The error to show. One of ours passes as it is, but for those that say something of a service: it would be taken
     * for the one that has answered, which did nothing wrong, and must be neither blamed nor paid again.
     */
    static RuntimeException failure(Guardrail guardrail, Throwable error) {
        return error instanceof CortexException ours
                        && !(error instanceof Transient || error instanceof ProviderException)
                ? ours
                : new GuardrailFailedException(
                        guardrail.id(), "failed: " + error.getClass().getSimpleName(), error);
    }

    /** What goes on after this decision about a whole text; throws if nothing does. */
    String decided(Guardrail guardrail, Part part, String text, GuardrailResult result) {
        String through = result.replacement() == null ? text : result.replacement();
        tell(guardrail, part, through, result);
        if (!result.passed()) {
            throw blocked(guardrail, part, result);
        }
        return through;
    }

    /** Tells of a decision. */
    void tell(Guardrail guardrail, Part part, String through, GuardrailResult result) {
        if (isTold()) {
            String text = result.passed() ? through : "";
            events.publish(new GuardrailChecked(
                    scope().next(), guardrail.id(), new GuardrailContent(text, source, part), result));
        }
    }

    /** Tells that nothing goes on; gives the error to raise. */
    GuardrailBlockedException blocked(Guardrail guardrail, Part part, GuardrailResult result) {
        if (events.wants(GuardrailBlocked.class)) {
            events.publish(new GuardrailBlocked(
                    scope().next(), guardrail.id(), new GuardrailContent("", source, part), result.violations()));
        }
        Usage usage = source == Source.INPUT ? Usage.NONE : answer.usage(request);
        return new GuardrailBlockedException(guardrail.id(), source, result.violations(), usage);
    }

    private EventScope scope() {
        EventScope known = scope;
        if (known == null) {
            known = EventScope.of(context, request.metadata());
            scope = known;
        }
        return known;
    }
}
