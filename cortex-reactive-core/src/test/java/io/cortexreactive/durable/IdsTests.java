package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.Lasting;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTests {

    private static final UUID COMMIT = new UUID(0, 1);
    private static final Guard GUARD = new Guard(new RunKey("", "r"), 1, 0);

    static Stream<String> invalid() {
        return Stream.of(
                "a\0b",
                "\ud83d",
                "\ude00a",
                "\ude00\ud83d",
                "x".repeat(601),
                "ü".repeat(301),
                "\uD83D\uDE00".repeat(151));
    }

    private static Stream<Consumer<String>> uses() {
        return Stream.of(
                id -> new RunKey(id, "r"),
                id -> new RunKey("t", id),
                id -> new Code(id, "1"),
                id -> new Code("w", id),
                id -> new Query(id, null, null, null, 1),
                id -> new Query("", id, null, null, 1),
                id -> new Answer(id, "r", "{}", COMMIT),
                id -> new BranchResult(GUARD, id, COMMIT, null, null),
                id -> new Transition(GUARD, COMMIT, Move.ADVANCE, id, null, Body.NONE, Schedule.NONE),
                id -> new Transition(GUARD, COMMIT, Move.ADVANCE, null, id, Body.NONE, Schedule.NONE),
                id -> new Progress(1, 1, id, 0, 0, null),
                id -> new NewRun.Terms(COMMIT, id, 1, null, null, null));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void whatSomeStoresCannotKeepIsRefusedByAll(String id) {
        assertThat(uses())
                .allSatisfy(use -> assertThatThrownBy(() -> use.accept(id))
                        .isInstanceOf(InvalidIdException.class)
                        .isInstanceOf(Lasting.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void whatMustBeNamedIsNotBlank(String id) {
        assertThatThrownBy(() -> new RunKey("", id)).isInstanceOf(InvalidIdException.class);
        assertThatThrownBy(() -> new Code(id, "1")).isInstanceOf(InvalidIdException.class);
        assertThatThrownBy(() -> new Code("w", id)).isInstanceOf(InvalidIdException.class);
        assertThatThrownBy(() -> new Once(id, "hash")).isInstanceOf(InvalidIdException.class);
        assertThatThrownBy(() -> new Answer("", id, "{}", COMMIT)).isInstanceOf(InvalidIdException.class);
        assertThatThrownBy(() -> new BranchResult(GUARD, id, COMMIT, null, null))
                .isInstanceOf(InvalidIdException.class);
    }

    @Test
    void keysThatCallersMakeUpMayBeLonger() {
        assertThatCode(() -> new Once("x".repeat(1_200), "hash")).doesNotThrowAnyException();
        assertThatCode(() -> new Answer("", "x".repeat(1_200), "{}", COMMIT)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Once("x".repeat(1_201), "hash"))
                .isInstanceOf(InvalidIdException.class)
                .hasMessage("An idempotency key has more than 1200 bytes.");
        assertThatThrownBy(() -> new Answer("", "x".repeat(1_201), "{}", COMMIT))
                .isInstanceOf(InvalidIdException.class);
    }

    @Test
    void idsMayHaveWhateverElseThereIs() {
        for (String id : new String[] {"a/b c'\"\\%", "日本", "\uD83D\uDE00", "x".repeat(600), "ü".repeat(300)}) {
            assertThat(uses())
                    .allSatisfy(use -> assertThatCode(() -> use.accept(id)).doesNotThrowAnyException());
        }
    }
}
