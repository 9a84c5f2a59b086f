package io.cortexreactive;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatEvent.AfterChatReceive;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * A process in which calls go on that somebody watches and a deadline bounds, and which says how many times it holds
 * what they have been answered.
 */
final class LiveCalls {

    private static final int CALLS = 24;
    private static final int PIECES = 128;
    private static final String PIECE = "0123456789abcdef".repeat(256);
    private static final ScriptedReply REPLY = ScriptedReply.builder()
            .repeat(PIECE, PIECES + 1)
            .fault(Fault.stallAfter(PIECES))
            .build();

    private final CountDownLatch begun = new CountDownLatch(CALLS);
    private final CountDownLatch told = new CountDownLatch(CALLS * PIECES);

    private LiveCalls() {}

    /** Argument: the protocol. */
    public static void main(String[] arguments) throws InterruptedException {
        SimulatedModelServer server = Objects.requireNonNull(
                SimulatedModelServer.builder().script(call -> REPLY).start().block());
        Cortex cortex = Cortex.builder()
                .provider(Wire.valueOf(arguments[0]).provider(server.endpoint(), ProviderTimeouts.DEFAULTS, CALLS))
                .resilience(ChatResilience.of(ResiliencePolicy.builder()
                        .deadline(Duration.ofMinutes(10))
                        .build()))
                .build();
        cortex.events().on(AfterChatReceive.class).subscribe();
        System.out.printf("held %.1f times%n", new LiveCalls().held(cortex.chat()));
        System.exit(0);
    }

    private double held(ChatClient chat) throws InterruptedException {
        List<Call> calls = Stream.generate(Call::new).limit(CALLS).toList();
        calls.forEach(call -> chat.stream(ChatRequest.of("Go on.")).subscribe(call));
        begun.await();
        long before = used();
        calls.forEach(call -> call.request(PIECES - 1));
        told.await();
        return (double) (used() - before) / ((long) CALLS * (PIECES - 1) * PIECE.length());
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private final class Call extends BaseSubscriber<ChatChunk> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(ChatChunk chunk) {
            begun.countDown();
            told.countDown();
        }

        @Override
        protected void hookOnError(Throwable error) {
            throw new IllegalStateException(error);
        }
    }
}
