package io.cortexreactive.examples.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps runs of agents: shared by all processes of a directory, and outliving each. */
class RunQueueIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final RunKey KEY = new RunKey("acme", "run-1");
    private static final String UNUSABLE = "Runs of agents cannot be kept on Redis of CORTEX_REDIS_URL: ";

    private static void begin(AgentRunQueue queue) {
        NewRun.Terms terms = new NewRun.Terms(new UUID(0, 1), "agents", 100, null, null, null);
        NewRun run = new NewRun(
                KEY,
                new RunRecord.Code("research", "1"),
                "agent",
                new NewRun.Content("{}", "{}"),
                null,
                RunRecord.Lineage.NONE,
                terms);
        queue.start(run).block(SOON);
    }

    private static boolean hasRun(RunQueue queue) {
        return Objects.requireNonNull(queue.queue().load(KEY).hasElement().block(SOON));
    }

    private static Path port(Path directory) {
        return directory.resolve("redis").resolve("port");
    }

    @Test
    void processesShareWhatIsInADirectory(@TempDir Path directory) {
        try (RunQueue first = RunQueue.embedded(directory);
                RunQueue second = RunQueue.embedded(directory)) {
            begin(first.queue());

            assertThat(hasRun(second)).isTrue();
        }
    }

    @Test
    void whoStaysKeepsTheServerThatAnotherOneHasStarted(@TempDir Path directory) {
        RunQueue first = RunQueue.embedded(directory);
        try (RunQueue second = RunQueue.embedded(directory)) {
            begin(first.queue());
            first.close();

            assertThat(hasRun(second)).isTrue();
        }
    }

    @Test
    void theLastOneEndsTheServerAndWhatItHasKeptStays(@TempDir Path directory) {
        try (RunQueue first = RunQueue.embedded(directory)) {
            begin(first.queue());
        }
        assertThat(port(directory)).doesNotExist();

        try (RunQueue second = RunQueue.embedded(directory)) {
            assertThat(hasRun(second)).isTrue();
        }
    }

    @Test
    void theServerOutlivesAKilledProcessAndIsFoundAgain(@TempDir Path directory) throws IOException {
        String port;
        try (ForkedJvm application = ForkedJvm.start(List.of(), KilledQueueUser.class, directory.toString())) {
            application.await(KilledQueueUser.READY);
            port = Files.readString(port(directory));
            application.kill();
        }
        try (RunQueue next = RunQueue.embedded(directory)) {
            assertThat(port(directory)).hasContent(port);
            assertThat(next.place()).contains(directory.toString());
        }
        assertThat(port(directory)).doesNotExist();
    }

    @Test
    void aPortThatNobodyHasAnyMoreIsForgotten(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("redis"));
        Files.writeString(port(directory), "1");

        try (RunQueue queue = RunQueue.embedded(directory)) {
            begin(queue.queue());

            assertThat(hasRun(queue)).isTrue();
        }
    }

    @Test
    void aServerOfAnotherDirectoryIsNotTaken(@TempDir Path directory, @TempDir Path other) throws IOException {
        try (RunQueue theirs = RunQueue.embedded(other)) {
            begin(theirs.queue());
            Files.createDirectories(directory.resolve("redis"));
            Files.copy(port(other), port(directory));

            try (RunQueue ours = RunQueue.embedded(directory)) {
                assertThat(hasRun(ours)).isFalse();
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeOneIsSaid(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("a-file"));

        assertThatThrownBy(() -> RunQueue.embedded(file))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("Embedded Redis cannot be started in " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://ada:secret@localhost:6379", "ada:secret"})
    void whatIsNoAddressIsSaidWithoutItsPassword(String url) {
        assertThatThrownBy(() -> RunQueue.at(url))
                .isInstanceOf(DatabaseSetupException.class)
                .hasNoCause()
                .hasMessageStartingWith("CORTEX_REDIS_URL takes")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aServerThatIsNotThereIsSaidAtTheStart() {
        assertThatThrownBy(() -> RunQueue.at("redis://ada:secret@localhost:1"))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageStartingWith(UNUSABLE)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aServerThatIsSilentIsNotWaitedForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RunQueue.at("redis://localhost:" + silent.getLocalPort(), Duration.ofMillis(200)))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessage(UNUSABLE + "It does not answer.");
        }
    }
}
