package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a decoder must keep: the same chunks and the same end, however the network splits the bytes. Extend it once for
 * each decoder; the class needs a name that ends in {@code Tests}.
 */
public abstract class ByteSplitContract {

    private static final long SEED = 20_261_122;

    /** For each decoder; one split is a whole answer, cut at one or many places. */
    private static final int FEW = 7_000;

    private static final int MANY = 500_000;

    private static final int MOST_CUTS = 40;

    /** Bodies by name: every kind of content, and every way to end. */
    protected abstract Map<String, byte[]> corpus();

    /** For one body. */
    protected abstract Decoding decoding();

    /**
     * A decoder about to begin.
     *
     * @param received what it tells of in its errors
     */
    public record Decoding(BodyDecoder<ChatChunk> decoder, ChatAccumulator received) {

        /** The chunks, then the error if there is one. */
        private List<Object> decode(byte[] bytes, int... cuts) {
            List<Object> told = new ArrayList<>();
            try {
                int from = 0;
                for (int cut : cuts) {
                    take(bytes, from, cut, told);
                    from = cut;
                }
                take(bytes, from, bytes.length, told);
                decoder.end(null);
                drain(told);
            } catch (RuntimeException error) {
                told.add(error.getClass().getName() + ": " + error.getMessage());
                told.add(error instanceof BrokenStreamException broken ? broken.partial() : "whole");
            }
            return told;
        }

        private void take(byte[] bytes, int from, int to, List<Object> told) {
            decoder.append(Unpooled.wrappedBuffer(bytes, from, to - from));
            drain(told);
        }

        private void drain(List<Object> told) {
            for (ChatChunk chunk = decoder.next(); chunk != null; chunk = decoder.next()) {
                received.add(chunk);
                told.add(chunk);
            }
        }
    }

    @Test
    public void corpusHasContentAndErrors() {
        List<List<Object>> all = corpus().values().stream()
                .map(bytes -> decoding().decode(bytes))
                .toList();

        assertThat(all)
                .hasSizeGreaterThan(5)
                .allSatisfy(told -> assertThat(told).isNotEmpty());
        assertThat(all).anySatisfy(told -> assertThat(told).last().isInstanceOf(ChatChunk.class));
        assertThat(all).anySatisfy(told -> assertThat(told).last().isNotInstanceOf(ChatChunk.class));
    }

    @Test
    public void everyByteMayBeTheLastOfItsPacket() {
        corpus().forEach((name, bytes) -> {
            List<Object> expected = decoding().decode(bytes);
            for (int cut = 0; cut <= bytes.length; cut++) {
                assertThat(decoding().decode(bytes, cut))
                        .describedAs("%s at %d", name, cut)
                        .isEqualTo(expected);
            }
        });
    }

    @Test
    public void bytesMayComeOneByOne() {
        corpus().forEach((name, bytes) -> {
            int[] cuts = new int[bytes.length];
            Arrays.setAll(cuts, at -> at);
            assertThat(decoding().decode(bytes, cuts))
                    .describedAs("%s", name)
                    .isEqualTo(decoding().decode(bytes));
        });
    }

    @Test
    public void randomSplitsChangeNothing() {
        splitRandomly(FEW);
    }

    @Test
    @Tag("faults")
    public void halfAMillionRandomSplitsChangeNothing() {
        splitRandomly(MANY);
    }

    private void splitRandomly(int splits) {
        List<Map.Entry<String, byte[]>> bodies = List.copyOf(corpus().entrySet());
        List<List<Object>> expected =
                bodies.stream().map(body -> decoding().decode(body.getValue())).toList();
        Random random = new Random(SEED);
        for (int split = 0; split < splits; split++) {
            int chosen = split % bodies.size();
            byte[] bytes = bodies.get(chosen).getValue();
            int[] cuts = cuts(random, bytes.length);
            if (!decoding().decode(bytes, cuts).equals(expected.get(chosen))) {
                assertThat(decoding().decode(bytes, cuts))
                        .describedAs("%s at %s", bodies.get(chosen).getKey(), Arrays.toString(cuts))
                        .isEqualTo(expected.get(chosen));
            }
        }
    }

    /** Anywhere, or close together, where the pieces are a few bytes or none at all. */
    private static int[] cuts(Random random, int length) {
        int count = 1 + random.nextInt(MOST_CUTS);
        boolean close = random.nextBoolean();
        int from = close ? random.nextInt(length) : 0;
        int to = close ? Math.min(length, from + MOST_CUTS) : length;
        return random.ints(count, from, to + 1).sorted().toArray();
    }
}
