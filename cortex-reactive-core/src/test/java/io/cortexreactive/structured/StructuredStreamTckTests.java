package io.cortexreactive.structured;

import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;

/** The Reactive Streams TCK against {@link StructuredOutput#stream}: each piece of the text is an element. */
public final class StructuredStreamTckTests extends PublisherVerification<Object> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public StructuredStreamTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    /** The end of the answer is an element, too; without any, it is left out. */
    @Override
    public Publisher<Object> createPublisher(long elements) {
        ScriptedReply reply = ScriptedReply.builder()
                .chunks("{\"a\":\"")
                .repeat("tick", Math.max(0, elements - 2))
                .chunks("\"}")
                .build();
        return play(reply).skip(Math.max(0, 2 - elements));
    }

    @Override
    public Publisher<Object> createFailedPublisher() {
        return play(ScriptedReply.fail(Fault.status(503, "ServiceUnavailableException", "later")));
    }

    private static reactor.core.publisher.Flux<Object> play(ScriptedReply reply) {
        return Asked.of(
                ScriptedProvider.builder().script(ReplyScript.always(reply)).build(), StructuredStrategy.PROMPT)
                .stream(Asked.TRIP, Schema.object());
    }
}
