package io.cortexreactive.examples.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.chat.ChannelMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What keeps runs, where it cannot be had as it is asked for. */
class RunDatabaseIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String UNUSABLE = "Runs of workflows cannot be kept on PostgreSQL of CORTEX_POSTGRES_URL: ";

    @Test
    void twoApplicationsDoNotShareADirectory(@TempDir Path directory) {
        try (RunDatabase first = RunDatabase.embedded(directory)) {
            assertThat(first.place()).contains(directory.toString());
            assertThatThrownBy(() -> RunDatabase.embedded(directory))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("another application uses it")
                    .hasMessageContaining("CORTEX_DATABASE_DIR");
        }
    }

    @Test
    void anAnswerOutlivesTheApplication(@TempDir Path directory) {
        try (RunDatabase first = RunDatabase.embedded(directory)) {
            first.channels().publish("answer", Flux.just("Hello")).block(SOON);
        }
        try (RunDatabase second = RunDatabase.embedded(directory)) {
            ChannelMessage message = second.channels().follow("answer", null).blockFirst(SOON);
            assertThat(message).extracting(ChannelMessage::item).isEqualTo("Hello");
        }
    }

    @Test
    void aServerThatWasLeftBehindMakesWay(@TempDir Path directory) {
        try (ForkedJvm application = ForkedJvm.start(List.of(), KilledApplication.class, directory.toString())) {
            application.await(KilledApplication.READY);
            application.kill();
        }
        Path pidFile = directory.resolve("postgres").resolve("postmaster.pid");
        assertThat(pidFile).exists();

        RunDatabase.embedded(directory).close();

        assertThat(pidFile).doesNotExist();
    }

    @Test
    void aDirectoryThatCannotBeOneIsSaid(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("a-file"));

        assertThatThrownBy(() -> RunDatabase.embedded(file))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("cannot be started in " + file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://ada:secret@localhost/runs",
                "r2dbc:mysql://ada:secret@localhost/runs",
                "ada:secret"
            })
    void whatIsNoAddressIsSaidWithoutItsPassword(String url) {
        assertThatThrownBy(() -> RunDatabase.at(url))
                .isInstanceOf(DatabaseSetupException.class)
                .hasNoCause()
                .hasMessageStartingWith("CORTEX_POSTGRES_URL takes")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "pool:postgresql"})
    void aServerThatIsNotThereIsSaidAtTheStart(String driver) {
        assertThatThrownBy(() -> RunDatabase.at("r2dbc:" + driver + "://ada:secret@localhost:1/runs"))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageStartingWith(UNUSABLE)
                .hasMessageContaining("localhost")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aServerThatIsSilentIsNotWaitedForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "r2dbc:postgresql://ada:secret@localhost:" + silent.getLocalPort() + "/runs";

            assertThatThrownBy(() -> RunDatabase.at(url, Duration.ofMillis(200)))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessage(UNUSABLE + "It does not answer.");
        }
    }
}
