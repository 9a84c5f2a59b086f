package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalEntry.Commit;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.workflow.RunImage.Change;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunImageTests {

    private static final int LIMIT = 10_000;

    private static JournalEntry entry(Kind kind, String branch, @Nullable String node, @Nullable String payload) {
        return new JournalEntry(
                1, branch, kind, node, payload, null, null, new Commit(new UUID(0, 1), 1, Instant.EPOCH));
    }

    private static JournalEntry entry(Kind kind, @Nullable String node, Change change) {
        return entry(kind, "", node, change.toJson(LIMIT).text());
    }

    @SuppressWarnings("NullAway") // A map that holds nulls cannot say so.
    private static Map<String, Object> nothing(String name) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, null);
        return map;
    }

    @Test
    void snapshotIsReadAsWhatItWas() {
        RunImage image = new RunImage(Map.of("a", 1), Map.of("c", List.of("x")));

        assertThat(image.toJson(LIMIT).text()).isEqualTo("{\"v\":1,\"data\":{\"a\":1},\"control\":{\"c\":[\"x\"]}}");
        assertThat(RunImage.fromJson(image.toJson(LIMIT).text())).isEqualTo(image);
    }

    @Test
    void changeIsReadAsWhatItWas() {
        Change change = new Change(List.of(1), Map.of("a", 1), nothing("gone"));

        assertThat(change.toJson(LIMIT).text())
                .isEqualTo("{\"v\":1,\"output\":[1],\"data\":{\"a\":1},\"control\":{\"gone\":null}}");
        assertThat(Change.fromJson(change.toJson(LIMIT).text())).isEqualTo(change);
        assertThat(Change.ofOutput(null).toJson(LIMIT).text()).isEqualTo("{\"v\":1,\"data\":{},\"control\":{}}");
    }

    @Test
    void outputOfANodeIsPutUnderItsId() {
        RunImage begun = RunImage.EMPTY.fold(entry(Kind.START, null, Change.ofData(Map.of("in", 1))));
        RunImage done = begun.fold(entry(Kind.NODE, "a", new Change("out", Map.of("more", 2), Map.of())));

        assertThat(done.data()).isEqualTo(Map.of("in", 1, "a", "out", "more", 2));
        assertThat(done).isEqualTo(begun.with("a", new Change("out", Map.of("more", 2), Map.of())));
        assertThat(done.fold(entry(Kind.TERMINAL, "z", Change.ofOutput("last"))).data())
                .containsEntry("z", "last");
        assertThat(done.fold(entry(Kind.NODE, "a", Change.ofOutput(null))).data())
                .as("in place of the one before")
                .isEqualTo(Map.of("in", 1, "more", 2));
    }

    @Test
    void answerIsNoOutput() {
        assertThat(RunImage.EMPTY.fold(entry(Kind.INPUT, "a", Change.ofOutput("yes"))))
                .isEqualTo(RunImage.EMPTY);
    }

    @Test
    void nullTakesOutOfTheControlButStaysInTheData() {
        RunImage image =
                new RunImage(Map.of("c", 1), Map.of("c", 1)).with(null, new Change(null, nothing("c"), nothing("c")));

        assertThat(image.control()).isEmpty();
        assertThat(image.data()).containsEntry("c", null);
    }

    @Test
    void savedStateReplacesWhatWasThere() {
        RunImage saved = new RunImage(Map.of("b", 2), Map.of("d", 2));
        RunImage image = new RunImage(Map.of("a", 1), Map.of("c", 1));

        assertThat(image.fold(entry(Kind.PATCH, "", null, saved.toJson(LIMIT).text())))
                .isEqualTo(saved);
    }

    @Test
    void branchesAndEntriesWithoutPayloadChangeNothing() {
        RunImage image = RunImage.of(Map.of("a", 1));

        assertThat(image.fold(entry(Kind.BRANCH, "b", "b", "no JSON at all"))).isEqualTo(image);
        assertThat(image.fold(entry(Kind.UNWIND, "", null, null))).isEqualTo(image);
    }

    @Test
    void entriesTogetherAreWhatTheyAreOneByOne() {
        List<JournalEntry> entries = List.of(
                entry(Kind.START, null, Change.ofData(Map.of("in", 1))),
                entry(Kind.NODE, "a", new Change(1, Map.of(), Map.of("c", 1))),
                entry(
                        Kind.PATCH,
                        "",
                        null,
                        RunImage.of(Map.of("p", 1)).toJson(LIMIT).text()),
                entry(Kind.NODE, "b", new Change(2, Map.of(), Map.of("d", 1))));
        RunImage each = RunImage.EMPTY;
        for (JournalEntry entry : entries) {
            each = each.fold(entry);
        }

        assertThat(RunImage.EMPTY.fold(entries)).isEqualTo(each);
        assertThat(each).isEqualTo(new RunImage(Map.of("p", 1, "b", 2), Map.of("d", 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"v\":\"1\",\"data\":{},\"control\":{}}",
                "{\"v\":0,\"data\":{},\"control\":{}}",
                "{\"v\":1,\"control\":{}}",
                "{\"v\":1,\"data\":{}}",
                "{\"v\":1,\"data\":[],\"control\":{}}",
                "{\"v\":1,\"data\":{},\"control\":null}"
            })
    void whatIsNoSnapshotIsCorrupt(String json) {
        assertThatExceptionOfType(CorruptStateException.class).isThrownBy(() -> RunImage.fromJson(json));
        assertThatExceptionOfType(CorruptStateException.class).isThrownBy(() -> Change.fromJson(json));
    }

    @Test
    void newerFormatIsSaidToBeNewer() {
        assertThatExceptionOfType(CorruptStateException.class)
                .isThrownBy(() -> RunImage.fromJson("{\"v\":2,\"state\":[]}"))
                .withMessageContaining("format 2, which is newer than 1");
    }

    @Test
    void whatCannotBeKeptIsRefusedBeforeItIsWritten() {
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> Change.ofOutput(Map.of("score", Double.NaN)))
                .withMessageContaining("'output.score'");
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> RunImage.of(Map.of("user", new Object())))
                .withMessageContaining("'data.user'");
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> RunImage.of(Map.of("a", "b".repeat(100))).toJson(100));
    }
}
