package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Asks for the next chunk 50 ms after it had the last one, for a while: all of them would take more than an hour. */
final class SlowConsumer {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private SlowConsumer() {}

    static Figures measure(StreamClient client, ServerControl server, Load load) throws Exception {
        Flux.from(client.stream("plain")).blockLast();
        String model = "flood-" + ProcessHandle.current().pid() + "-" + client.hashCode();
        long idle = ProcessFigures.liveHeap();
        Slow slow = new Slow();
        client.stream(model).subscribe(slow);
        long start = System.nanoTime();
        long peak = growth(idle, start + load.measured().toNanos() / 2, idle);
        String sentAtHalf = server.ask("/calls/" + model);
        peak = growth(idle, start + load.measured().toNanos(), peak);
        String sent = server.ask("/calls/" + model);
        slow.cancel();
        boolean waited = sent.equals(sentAtHalf) && Integer.parseInt(sent) < Load.FLOOD;
        Throwable error = slow.error.get();
        return Figures.of(
                error == null ? "" : "failed with " + error.getClass().getSimpleName(),
                "growth",
                (peak - idle) / 1048576.0,
                "taken",
                slow.taken.get(),
                "sent",
                Integer.parseInt(sent),
                "waited",
                waited ? 1 : 0,
                "failed",
                error == null ? 0 : 1);
    }

    /** The highest live heap until then. */
    private static long growth(long idle, long until, long highest) throws InterruptedException {
        long peak = Math.max(idle, highest);
        do {
            peak = Math.max(peak, ProcessFigures.liveHeap());
        } while (System.nanoTime() < until);
        return peak;
    }

    private static final class Slow extends BaseSubscriber<String> {

        final AtomicInteger taken = new AtomicInteger();
        final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(String text) {
            taken.incrementAndGet();
            Schedulers.parallel().schedule(() -> request(1), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        protected void hookOnError(Throwable cause) {
            error.set(cause);
        }
    }
}
