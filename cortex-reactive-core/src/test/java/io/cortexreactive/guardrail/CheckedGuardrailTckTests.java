package io.cortexreactive.guardrail;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The Reactive Streams contract of a stream about which a guardrail is asked; run by TestNG's engine. */
@Test
public class CheckedGuardrailTckTests extends PublisherVerification<ChatChunk> {

    /** For the TestNG engine. */
    public CheckedGuardrailTckTests() {
        super(new TestEnvironment(500, 50, false));
    }

    /** Each check releases half a window, which is one element; the end releases what is left as one. */
    @Override
    public Publisher<ChatChunk> createPublisher(long elements) {
        int count = (int) Math.min(elements, 1_000_000);
        Flux<ChatChunk> source = Flux.range(0, count).map(number -> new TextDelta(number, "word"));
        return Answers.guarded(source, new Asked());
    }

    @Override
    public Publisher<ChatChunk> createFailedPublisher() {
        return Answers.guarded(Flux.error(new IllegalStateException("for the test")), new Asked());
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000_000;
    }

    private static final class Asked implements Guardrail {

        @Override
        public String id() {
            return "asked";
        }

        @Override
        public HoldBack holdBack() {
            return HoldBack.chars(4);
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            return Mono.just(GuardrailResult.pass());
        }
    }
}
