package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.event.Note.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxRingTests {

    private static final int MANY = 200_000;

    private static int number(@Nullable CortexEvent event) {
        return event instanceof Said said ? said.number() : -1;
    }

    /** Reads until the writer has finished and nothing is left. */
    private static List<Integer> drain(MailboxRing ring, AtomicBoolean written) {
        List<Integer> read = new ArrayList<>();
        boolean last;
        do {
            last = written.get();
            for (CortexEvent event = ring.poll(); event != null; event = ring.poll()) {
                read.add(number(event));
            }
        } while (!last);
        return read;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 1000})
    void eachPushedEventIsReadOrDroppedWhileBothSidesRun(int size) throws Exception {
        MailboxRing ring = new MailboxRing(size);
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<List<Integer>> reader = CompletableFuture.supplyAsync(() -> drain(ring, written));
        int dropped = 0;

        for (int number = 0; number < MANY; number++) {
            dropped += ring.push(Note.said(number)) ? 1 : 0;
        }
        written.set(true);

        List<Integer> read = reader.get(30, TimeUnit.SECONDS);
        assertThat(read.size() + dropped).isEqualTo(MANY);
        assertThat(read).isSorted().doesNotHaveDuplicates().endsWith(MANY - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 1000})
    void eachOfferedEventIsReadOrRefusedWhileBothSidesRun(int size) throws Exception {
        MailboxRing ring = new MailboxRing(size);
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<List<Integer>> reader = CompletableFuture.supplyAsync(() -> drain(ring, written));
        int refused = 0;

        for (int number = 0; number < MANY; number++) {
            refused += ring.offer(Note.said(number)) ? 0 : 1;
        }
        written.set(true);

        List<Integer> read = reader.get(30, TimeUnit.SECONDS);
        assertThat(read.size() + refused).isEqualTo(MANY);
        assertThat(read).isSorted().doesNotHaveDuplicates().startsWith(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void sameEventPublishedAgainAndAgainIsCountedEachTime(int size) throws Exception {
        MailboxRing ring = new MailboxRing(size);
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<List<Integer>> reader = CompletableFuture.supplyAsync(() -> drain(ring, written));
        Said same = Note.said(7);
        int dropped = 0;

        for (int time = 0; time < MANY; time++) {
            dropped += ring.push(same) ? 1 : 0;
        }
        written.set(true);

        assertThat(reader.get(30, TimeUnit.SECONDS).size() + dropped).isEqualTo(MANY);
    }

    @Test
    void clearingTakesEverythingOutAndCountsIt() {
        MailboxRing ring = new MailboxRing(5);
        for (int number = 0; number < 12; number++) {
            ring.push(Note.said(number));
        }

        assertThat(ring.clear()).isEqualTo(5);
        assertThat(ring.poll()).isNull();
    }

    @Test
    void holdsNoMoreThanItsSize() {
        MailboxRing ring = new MailboxRing(5);
        int held = 0;
        while (ring.offer(Note.said(held))) {
            held++;
        }

        assertThat(held).isEqualTo(5);
    }

    @Test
    void roomIsUsedAgain() {
        MailboxRing ring = new MailboxRing(3);
        List<Integer> read = new ArrayList<>();

        for (int number = 0; number < 100; number++) {
            ring.offer(Note.said(number));
            read.add(number(ring.poll()));
        }

        assertThat(read).hasSize(100).isSorted().doesNotContain(-1);
    }
}
