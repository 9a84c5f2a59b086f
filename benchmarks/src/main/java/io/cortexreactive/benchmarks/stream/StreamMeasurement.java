package io.cortexreactive.benchmarks.stream;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Measures one client in this process and prints one line of figures. */
final class StreamMeasurement {

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final int FIRST_TOKENS = 500;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private StreamMeasurement() {}

    /** Takes the client's name, the server's address, and the number of streams at a time, or {@code heap} and it. */
    public static void main(String[] args) throws InterruptedException {
        StreamClient client = StreamClient.of(args[0], URI.create(args[1]));
        String line = args[2].equals("heap")
                ? heap(client, Integer.parseInt(args[3]))
                : cpu(client, Integer.parseInt(args[2]));
        System.out.println("RESULT " + line);
        System.exit(0);
    }

    private static String cpu(StreamClient client, int concurrency) {
        run(client, concurrency, WARM_UP);
        double firstToken = firstTokenMicros(client);
        long cpu = PROCESS.getProcessCpuTime();
        long allocated = allocatedBytes();
        long chunks = run(client, concurrency, MEASURED);
        double micros = (PROCESS.getProcessCpuTime() - cpu) / 1e3 / chunks;
        long bytes = (allocatedBytes() - allocated) / chunks;
        return "%.3f %d %.0f %d".formatted(micros, bytes, firstToken, THREADS.getThreadCount());
    }

    /** Streams for so long, so many at a time; gives the number of chunks. */
    private static long run(StreamClient client, int concurrency, Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        Long chunks = Flux.range(0, concurrency)
                .flatMap(
                        i -> Flux.defer(() -> client.stream("plain")).repeat(() -> System.nanoTime() < until),
                        concurrency)
                .count()
                .block();
        return chunks == null ? 0 : chunks;
    }

    private static double firstTokenMicros(StreamClient client) {
        long[] nanos = new long[FIRST_TOKENS];
        for (int i = 0; i < FIRST_TOKENS; i++) {
            long start = System.nanoTime();
            client.stream("plain").doOnNext(new FirstTime(nanos, i, start)).blockLast();
        }
        Arrays.sort(nanos);
        return nanos[FIRST_TOKENS / 2] / 1e3;
    }

    /** Notes when the first piece came. */
    private static final class FirstTime implements java.util.function.Consumer<String> {

        private final long[] nanos;
        private final int index;
        private final long start;

        FirstTime(long[] nanos, int index, long start) {
            this.nanos = nanos;
            this.index = index;
            this.start = start;
        }

        @Override
        public void accept(String text) {
            if (nanos[index] == 0) {
                nanos[index] = System.nanoTime() - start;
            }
        }
    }

    private static long allocatedBytes() {
        long[] bytes = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
        return Arrays.stream(bytes).filter(count -> count > 0).sum();
    }

    /** Live heap for each stream that has had its first chunk and waits for more. */
    private static String heap(StreamClient client, int streams) throws InterruptedException {
        run(client, 1, Duration.ofSeconds(1));
        long idle = liveHeap();
        CountDownLatch begun = new CountDownLatch(streams);
        List<Disposable> open = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            open.add(client.stream("held").subscribe(text -> begun.countDown(), error -> begun.countDown()));
        }
        begun.await();
        long live = liveHeap();
        long broken = open.stream().filter(Disposable::isDisposed).count();
        return "%.1f %d %d".formatted((live - idle) / 1024.0 / streams, broken, THREADS.getThreadCount());
    }

    private static long liveHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
