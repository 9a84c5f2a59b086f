package io.cortexreactive.benchmarks.server;

import io.cortexreactive.benchmarks.client.Load;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sends a chunk to each of many streams every {@link Load#PACE}. The streams are spread over cohorts, one of which has
 * its turn each millisecond; a turn encodes one chunk, with the time of sending as its text.
 */
final class Pacer {

    private static final int COHORTS = (int) Load.PACE.toMillis();
    private static final int TURNS_REMEMBERED = 1 << 20;

    private final Wire wire;
    private final List<List<ChannelHandlerContext>> cohorts = new ArrayList<>();
    private final long[] lagMicros = new long[TURNS_REMEMBERED];
    private final long start = System.nanoTime();
    private long turns;
    private int lags;
    private int next;

    private Pacer(Wire wire) {
        this.wire = wire;
        for (int i = 0; i < COHORTS; i++) {
            cohorts.add(new ArrayList<>());
        }
    }

    static Pacer start(Wire wire, EventLoop loop) {
        Pacer pacer = new Pacer(wire);
        Future<?> unused = loop.scheduleAtFixedRate(pacer::turn, 1, 1, TimeUnit.MILLISECONDS);
        return pacer;
    }

    /** Until its connection closes. */
    void add(ChannelHandlerContext stream) {
        cohorts.get(next++ % COHORTS).add(stream);
    }

    private void turn() {
        List<ChannelHandlerContext> cohort = cohorts.get((int) (turns++ % COHORTS));
        if (cohort.isEmpty()) {
            return;
        }
        lagMicros[lags++ % TURNS_REMEMBERED] = (System.nanoTime() - start) / 1_000 - turns * 1_000;
        // One for all of them, which no write may end.
        ByteBuf chunk = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(wire.chunk(" " + Call.nowMicros())));
        for (Iterator<ChannelHandlerContext> streams = cohort.iterator(); streams.hasNext(); ) {
            ChannelHandlerContext stream = streams.next();
            if (stream.channel().isActive()) {
                Answers.send(stream, chunk.duplicate());
            } else {
                streams.remove();
            }
        }
    }

    /** How late turns were since this was last asked, in milliseconds: median and 99th percentile. */
    String lag() {
        long[] sorted = Arrays.copyOf(lagMicros, Math.min(lags, TURNS_REMEMBERED));
        Arrays.sort(sorted);
        lags = 0;
        return sorted.length == 0
                ? "0 0"
                : String.format(
                        Locale.ROOT,
                        "%.3f %.3f",
                        sorted[sorted.length / 2] / 1e3,
                        sorted[(int) (sorted.length * 0.99)] / 1e3);
    }
}
