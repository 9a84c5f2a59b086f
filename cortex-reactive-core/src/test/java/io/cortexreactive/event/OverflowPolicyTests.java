package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cortexreactive.event.Note.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class OverflowPolicyTests {

    private final EventHub hub = Hubs.quiet();
    private final List<Recorder<Said>> idle = new ArrayList<>();

    @AfterEach
    void close() {
        idle.forEach(Recorder::cancel);
        Hubs.close(hub);
    }

    private void publish(int count) {
        for (int number = 0; number < count; number++) {
            hub.publish(Note.said(number));
        }
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> numbers(Recorder<Said> recorder) {
        return recorder.received().stream().map(Said::number).toList();
    }

    private Recorder<Said> idle(EventStream view) {
        Recorder<Said> recorder = view.on(Said.class).subscribeWith(Recorder.asking(0));
        idle.add(recorder);
        return recorder;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 100, 1000})
    void dropOldestKeepsTheNewest(int size) {
        EventStream view = hub.stream().buffer(size, OverflowPolicy.DROP_OLDEST);
        Recorder<Said> recorder = idle(view);

        publish(3 * size + 1);
        recorder.request(Long.MAX_VALUE);

        assertThat(numbers(recorder.awaitMore(size))).isEqualTo(numbers(2 * size + 1, 3 * size + 1));
        assertThat(view.dropped()).isEqualTo(2 * size + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 100, 1000})
    void dropNewestKeepsTheOldest(int size) {
        EventStream view = hub.stream().buffer(size, OverflowPolicy.DROP_NEWEST);
        Recorder<Said> recorder = idle(view);

        publish(3 * size + 1);
        recorder.request(Long.MAX_VALUE);

        assertThat(numbers(recorder.awaitMore(size))).isEqualTo(numbers(0, size));
        assertThat(view.dropped()).isEqualTo(2 * size + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 100, 1000})
    void failDeliversWhatIsBufferedAndThenTheError(int size) {
        EventStream view = hub.stream().buffer(size, OverflowPolicy.FAIL);
        Recorder<Said> recorder = idle(view);

        publish(3 * size + 1);
        recorder.request(Long.MAX_VALUE);

        assertThat(numbers(recorder.awaitEnd())).isEqualTo(numbers(0, size));
        assertThat(recorder.failure()).isInstanceOf(EventOverflowException.class);
        assertThat(view.dropped()).isEqualTo(1);
    }

    @Test
    void failWaitsUntilWhatIsBufferedIsTaken() {
        Recorder<Said> recorder = idle(hub.stream().buffer(2, OverflowPolicy.FAIL));
        publish(3);

        recorder.request(1);
        assertThat(recorder.awaitMore(1).failure()).isNull();
        recorder.request(1);

        assertThat(recorder.awaitEnd().failure()).isInstanceOf(EventOverflowException.class);
    }

    @Test
    void closingDoesNotWaitForAFailedSubscription() {
        Recorder<Said> recorder = idle(hub.stream().buffer(1, OverflowPolicy.FAIL));
        publish(2);
        recorder.request(1);
        recorder.awaitEnd();

        StepVerifier.withVirtualTime(hub::close).expectComplete().verify(Hubs.LONG);
    }

    @Test
    void subscribingAgainAfterAFailureStartsAfresh() {
        EventStream view = hub.stream().buffer(1, OverflowPolicy.FAIL);
        Recorder<Said> failed = idle(view);
        publish(2);
        failed.request(1);
        failed.awaitEnd();

        Recorder<Said> again = view.on(Said.class).subscribeWith(Recorder.unbounded());
        hub.publish(Note.said(7));

        assertThat(numbers(again.awaitMore(1))).containsExactly(7);
    }

    @Test
    void defaultIsToKeepTheNewest1024() {
        Recorder<Said> recorder = idle(hub.stream());

        publish(2000);
        recorder.request(Long.MAX_VALUE);

        assertThat(numbers(recorder.awaitMore(1024))).isEqualTo(numbers(976, 2000));
        assertThat(hub.stream().dropped()).isEqualTo(976);
    }

    @Test
    void viewsCountOnTheirOwn() {
        EventStream small = hub.stream().buffer(1, OverflowPolicy.DROP_OLDEST);
        EventStream large = hub.stream().buffer(8, OverflowPolicy.DROP_OLDEST);
        idle(small);
        idle(large);

        publish(10);

        assertThat(List.of(small.dropped(), large.dropped(), hub.stream().dropped()))
                .containsExactly(9L, 2L, 0L);
    }

    @Test
    void viewCountsAllOfItsSubscriptions() {
        EventStream view = hub.stream().buffer(4, OverflowPolicy.DROP_NEWEST);
        idle(view);
        idle(view);

        publish(10);

        assertThat(view.dropped()).isEqualTo(12);
    }

    @Test
    void eventOfAnotherTypeTakesNoRoom() {
        EventStream view = hub.stream().buffer(1, OverflowPolicy.DROP_OLDEST);
        Recorder<Said> recorder = idle(view);
        hub.publish(Note.said(1));

        hub.publish(Note.heard("something else"));
        recorder.request(1);

        assertThat(numbers(recorder.awaitMore(1))).containsExactly(1);
        assertThat(view.dropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, (1 << 20) + 1})
    void bufferOfAnImpossibleSizeIsRefused(int size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hub.stream().buffer(size, OverflowPolicy.FAIL))
                .withMessageContaining("" + size);
    }
}
