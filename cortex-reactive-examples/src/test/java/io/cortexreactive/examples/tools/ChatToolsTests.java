package io.cortexreactive.examples.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tool.ToolCallUpdate;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolRun;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ChatToolsTests {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-26T12:00:00Z"), ZoneOffset.UTC);

    private final Notes notes = new Notes();
    private final ToolExecutor executor =
            ToolExecutor.create(ToolRegistry.of(ChatTools.create(NOON, new OnePage(), notes)));

    @AfterEach
    void close() {
        executor.close().block(SOON);
    }

    private List<ToolCallUpdate> updates(ToolRun run, String tool, Map<String, Object> input) {
        return Objects.requireNonNull(executor.streamAll(List.of(ToolCall.of("call", tool, input)), run)
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .collectList()
                .block(SOON));
    }

    private ToolResult result(ToolRun run, String tool, Map<String, Object> input) {
        List<ToolCallUpdate> updates = updates(run, tool, input);
        return (ToolResult) updates.get(updates.size() - 1).update();
    }

    private ToolResult result(String tool, Map<String, Object> input) {
        return result(ToolRun.create(), tool, input);
    }

    @Test
    void theClockTellsTheTimeWhereAsked() {
        assertThat(result(ChatTools.CLOCK, Map.of("zone", "Asia/Tokyo")).output())
                .isEqualTo("Thursday, 26 November 2026, 21:00:00 in Asia/Tokyo");
        assertThat(result(ChatTools.CLOCK, Map.of()).output()).isEqualTo("Thursday, 26 November 2026, 12:00:00 in UTC");
    }

    @Test
    void aZoneThatIsNoneIsToldToTheModel() {
        ToolResult result = result(ChatTools.CLOCK, Map.of("zone", "Atlantis"));

        assertThat(result.errorKind()).contains(ToolErrorKind.INVALID_ARGUMENTS);
        assertThat(result.error()).contains("There is no time zone 'Atlantis'");
    }

    @Test
    void theCalculatorCalculates() {
        assertThat(result(ChatTools.CALCULATOR, Map.of("expression", "12 * (3 + 4)"))
                        .output())
                .isEqualTo("84");
        assertThat(result(ChatTools.CALCULATOR, Map.of("expression", "System.exit(1)"))
                        .errorKind())
                .contains(ToolErrorKind.INVALID_ARGUMENTS);
    }

    @Test
    void theLookUpTellsWhereItLooks() {
        List<ToolCallUpdate> updates = updates(ToolRun.create(), ChatTools.DOCUMENTATION, Map.of("words", "barn owls"));

        assertThat(updates)
                .extracting(ToolCallUpdate::update)
                .containsExactly(
                        new ToolProgress("Looks through 1 pages"),
                        new ToolProgress("Finds docs/owls.md"),
                        ToolResult.success("On barn owls: they hunt at night."));
    }

    @Test
    void aNoteIsRecordedForItsTenantOnceSomebodyAgrees() {
        Map<String, Object> note = Map.of("to", "Ada", "text", "Lunch?");

        ToolResult refused =
                result(ToolRun.create().withApproval((call, context) -> Mono.just(false)), ChatTools.NOTE, note);
        assertThat(refused.errorKind()).contains(ToolErrorKind.REFUSED);
        assertThat(notes.of("acme")).isEmpty();

        ToolResult agreed =
                result(ToolRun.create().withApproval((call, context) -> Mono.just(true)), ChatTools.NOTE, note);
        assertThat(agreed.output()).isEqualTo("Note 1 to Ada is recorded.");
        assertThat(notes.of("acme")).containsExactly(new Notes.Note(1, "Ada", "Lunch?"));
        assertThat(notes.of("globex")).isEmpty();
    }

    @Test
    void onlyTheLatestNotesAreKept() {
        for (int i = 1; i <= 25; i++) {
            notes.add("acme", "Ada", "Note");
        }

        assertThat(notes.of("acme"))
                .hasSize(20)
                .extracting(Notes.Note::number)
                .startsWith(6)
                .endsWith(25);
    }

    private static final class OnePage implements Documentation {

        @Override
        public int pages() {
            return 1;
        }

        @Override
        public List<String> places(String question) {
            return List.of("docs/owls.md");
        }

        @Override
        public String answer(String question) {
            return "On " + question + ": they hunt at night.";
        }
    }
}
