package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cortexreactive.event.Note.Heard;
import io.cortexreactive.event.Note.Said;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class EventCostTests {

    private static final int TIMES = 200_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes that this thread allocates for each question, rounded down. */
    private long bytesPerQuestion(EventHub hub, Class<? extends CortexEvent> type) {
        ask(hub, type);
        long before = threads.getCurrentThreadAllocatedBytes();
        ask(hub, type);
        return (threads.getCurrentThreadAllocatedBytes() - before) / TIMES;
    }

    private static void ask(EventHub hub, Class<? extends CortexEvent> type) {
        for (int time = 0; time < TIMES; time++) {
            if (hub.wants(type)) {
                hub.publish(Note.said(time));
            }
        }
    }

    @Test
    void eventThatNobodyListensToCostsNoMemory() {
        EventHub hub = Hubs.quiet();
        hub.stream().on(Heard.class).subscribe();

        assertThat(bytesPerQuestion(hub, Said.class)).isZero();
        Hubs.close(hub);
    }

    @Test
    void disabledEventCostsNoMemory() {
        EventHub hub = Hubs.disabling("Said");
        hub.stream().all().subscribe();

        assertThat(bytesPerQuestion(hub, Said.class)).isZero();
        Hubs.close(hub);
    }

    @Test
    void measureSeesTheMemoryOfAWantedEvent() {
        EventHub hub = Hubs.quiet();
        hub.stream().all().subscribe();

        assertThat(bytesPerQuestion(hub, Said.class)).isPositive();
        Hubs.close(hub);
    }
}
