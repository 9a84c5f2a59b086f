package io.cortexreactive;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A JVM of its own, on the class path of this one. It says line by line what it does, and is told line by line what to
 * do; what it says is kept, so that nobody can ask too late. Closing kills it.
 */
public final class ForkedJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Process process;
    private final PrintWriter orders;
    private final Queue<String> kept = new ConcurrentLinkedQueue<>();
    private final Sinks.Many<String> said = Sinks.many().replay().all();

    private ForkedJvm(Process process) {
        this.process = process;
        orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread reader = new Thread(this::read, "lines of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param options of the JVM
     * @param main the class to run
     */
    public static ForkedJvm start(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ForkedJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Surefire may hide it in the manifest of a jar. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(whole.split(File.pathSeparator)).distinct().collect(Collectors.joining(File.pathSeparator));
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> {
                kept.add(line);
                said.emitNext(line, Sinks.EmitFailureHandler.FAIL_FAST);
            });
        } catch (IOException | UncheckedIOException e) {
            // It was killed in the middle of a line.
        }
        said.tryEmitComplete();
    }

    /** Everything it says, from the beginning; completes with it. */
    public Flux<String> lines() {
        return said.asFlux();
    }

    /** Waits for a line that begins so, and gives it. */
    public String await(String begin) {
        return lines().filter(line -> line.startsWith(begin))
                .next()
                .timeout(PATIENCE)
                .onErrorMap(TimeoutException.class, late -> new AssertionError("No '" + begin + "': " + soFar()))
                .blockOptional()
                .orElseThrow(() -> new AssertionError("Ended without '" + begin + "': " + soFar()));
    }

    private String soFar() {
        return String.join("\n", kept);
    }

    /** Waits for its end, and gives everything it has said. */
    public String toEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Not ended after " + patience + ": " + soFar());
        }
        lines().blockLast(PATIENCE);
        return soFar();
    }

    public long pid() {
        return process.pid();
    }

    /** Tells it a line. */
    public void tell(String order) {
        orders.println(order);
    }

    /** Ends it without a word, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Asks it to end. */
    public void terminate() {
        signal("TERM");
    }

    /** Holds it where it is. */
    public void stop() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void proceed() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
            if (kill.onExit().join().exitValue() != 0) {
                throw new AssertionError("There is no process " + process.pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
