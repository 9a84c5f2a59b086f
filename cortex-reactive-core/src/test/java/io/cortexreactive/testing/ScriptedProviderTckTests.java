package io.cortexreactive.testing;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link ScriptedProvider#stream}. */
public final class ScriptedProviderTckTests extends PublisherVerification<ChatChunk> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public ScriptedProviderTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    /** The end of the answer is an element, too; without any, it is left out. */
    @Override
    public Publisher<ChatChunk> createPublisher(long elements) {
        long pieces = Math.max(0, elements - 1);
        return play(ScriptedReply.builder().repeat("tick", pieces).build()).skip(elements == 0 ? 1 : 0);
    }

    @Override
    public Publisher<ChatChunk> createFailedPublisher() {
        return play(ScriptedReply.fail(Fault.status(503, "ServiceUnavailableException", "later")));
    }

    private static Flux<ChatChunk> play(ScriptedReply reply) {
        return ScriptedProvider.builder().script(ReplyScript.always(reply)).build().stream(ChatRequest.of("Hello?"));
    }
}
