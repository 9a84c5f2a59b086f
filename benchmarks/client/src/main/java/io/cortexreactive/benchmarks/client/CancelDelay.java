package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Cancels after three chunks of a stream that would go on; the server tells when it saw the connection closed. */
final class CancelDelay {

    /** A client that does not close three in a row is not waited for any longer. */
    private static final int ENOUGH = 3;

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private CancelDelay() {}

    static Figures measure(StreamClient client, ServerControl server, Load load) throws Exception {
        Duration limit = load.measured().compareTo(LONGEST) < 0 ? load.measured() : LONGEST;
        List<Double> delays = new ArrayList<>();
        int tried = 0;
        double sentAfter = 0;
        for (int open = 0; tried < load.repeats() && open < ENOUGH; tried++) {
            String path = "/calls/steady-" + ProcessHandle.current().pid() + "-" + client.hashCode() + "-" + tried;
            long cancelled = cancelAfterThree(client, path.substring("/calls/".length()));
            Optional<String> closed = server.ask(path + "/closed", limit);
            open = closed.isPresent() ? 0 : open + 1;
            closed.ifPresent(micros -> delays.add((Long.parseLong(micros) - cancelled) / 1e3));
            sentAfter = Math.max(sentAfter, Double.parseDouble(server.ask(path)) - 3);
        }
        delays.sort(null);
        return Figures.of(
                "",
                "closed",
                100.0 * delays.size() / tried,
                "median",
                delays.isEmpty() ? Double.NaN : delays.get(delays.size() / 2),
                "p99",
                delays.isEmpty() ? Double.NaN : delays.get((int) Math.ceil(delays.size() * 0.99) - 1),
                "sentAfter",
                sentAfter);
    }

    /** Gives the time of the cancel. */
    private static long cancelAfterThree(StreamClient client, String model) throws Exception {
        CompletableFuture<Long> cancelled = new CompletableFuture<>();
        client.stream(model).subscribe(new BaseSubscriber<String>() {

            private int seen;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(String text) {
                if (++seen == 3) {
                    long now = PacedStreams.nowMicros();
                    cancel();
                    cancelled.complete(now);
                }
            }

            @Override
            protected void hookOnError(Throwable error) {
                cancelled.completeExceptionally(error);
            }

            @Override
            protected void hookOnComplete() {
                cancelled.completeExceptionally(new IllegalStateException("The stream ended"));
            }
        });
        return cancelled.get(30, TimeUnit.SECONDS);
    }
}
