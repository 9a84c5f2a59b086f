package io.cortexreactive.sse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published clients of the protocols, which {@code src/test/npm} names and reads with. */
final class NpmClients {

    private static final Path FOLDER =
            Path.of(System.getProperty("basedir", ".")).resolve("src/test/npm");

    private static final long MINUTES = 5;

    private NpmClients() {}

    /** Installs them unless they are there. Where there is no npm, the test says so and does not run. */
    static void install() {
        Assumptions.assumeTrue(hasNpm(), "There is no npm here, so no front end has read our streams.");
        if (!Files.exists(FOLDER.resolve("node_modules/.package-lock.json"))) {
            run(List.of("npm", "ci", "--no-audit", "--no-fund"));
        }
    }

    private static boolean hasNpm() {
        try {
            return new ProcessBuilder("npm", "--version").start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a protocol's client has seen of a stream. */
    static JsonNode read(String protocol, String url) {
        return JsonMapper.shared().readTree(run(List.of("node", "read.mjs", protocol, url)));
    }

    private static String run(List<String> command) {
        try {
            Path errors = Files.createTempFile("npm", ".txt");
            Path output = Files.createTempFile("npm", ".json");
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectError(errors.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " in " + FOLDER + " failed. "
                        + Files.readString(errors) + Files.readString(output));
            }
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
