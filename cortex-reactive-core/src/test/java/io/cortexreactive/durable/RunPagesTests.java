package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class RunPagesTests {

    private final RunSteps steps = new RunSteps(RunLog::inMemory);
    private final List<String> asked = new ArrayList<>();

    private static Cursor place(int number) {
        return new Cursor(Instant.EPOCH, Integer.toString(number));
    }

    /** @param kept a letter for each run there is: x where it cannot be read */
    private RunPages.Fetch store(String kept) {
        return (before, count) -> Mono.fromSupplier(() -> {
            int from = before == null ? 0 : Integer.parseInt(before.runId()) + 1;
            asked.add(from + "+" + count);
            List<Integer> found = Stream.iterate(from, number -> number < kept.length(), number -> number + 1)
                    .limit(count)
                    .toList();
            return new RunPages.Found(
                    found.stream().map(RunPagesTests::place).toList(),
                    found.stream()
                            .filter(number -> kept.charAt(number) != 'x')
                            .map(number -> steps.start())
                            .toList());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "abcde, 3, 3, [0+3]",
        "axcxe, 3, 3, '[0+3, 3+1, 4+1]'",
        "axc, 3, 2, '[0+3, 3+1]'",
        "ax, 3, 1, [0+3]",
        "xxxxa, 2, 1, '[0+2, 2+2, 4+2]'",
        "'', 2, 0, [0+2]"
    })
    void inPlaceOfThoseThatCannotBeReadComeTheNextOnes(String kept, int limit, int read, String pages) {
        List<RunRecord> runs = RunSteps.values(RunPages.read(new Query("acme", null, null, null, limit), store(kept)));

        assertThat(runs).hasSize(read);
        assertThat(asked).hasToString(pages);
    }
}
