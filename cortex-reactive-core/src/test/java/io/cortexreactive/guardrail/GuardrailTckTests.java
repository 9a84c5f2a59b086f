package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;
import reactor.core.publisher.Flux;

/** The Reactive Streams contract of a stream that a scanner guards; run by TestNG's engine. */
@Test
public class GuardrailTckTests extends PublisherVerification<ChatChunk> {

    /** For the TestNG engine. */
    public GuardrailTckTests() {
        super(new TestEnvironment(500, 50, false));
    }

    /** Each word waits for the next, so there are as many as come in. */
    @Override
    public Publisher<ChatChunk> createPublisher(long elements) {
        int count = (int) Math.min(elements, Integer.MAX_VALUE);
        Flux<ChatChunk> source = Flux.range(0, count).map(number -> new TextDelta(0, "word "));
        return Answers.guarded(source, PiiGuardrail.create());
    }

    @Override
    public Publisher<ChatChunk> createFailedPublisher() {
        return Answers.guarded(Flux.error(new IllegalStateException("for the test")), PiiGuardrail.create());
    }
}
