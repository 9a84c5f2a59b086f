package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.ClientProcess;
import io.cortexreactive.benchmarks.client.Figures;
import io.cortexreactive.benchmarks.server.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server's process, if there is one, and those of clients. */
public final class Processes implements AutoCloseable {

    private static final Path TASKSET = Path.of("/usr/bin/taskset");
    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final int ANY_CORE = -1;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final @Nullable Process server;
    private final String address;
    private final boolean pinned;

    private Processes(@Nullable Process server, String address, boolean pinned) {
        this.server = server;
        this.address = address;
        this.pinned = pinned;
    }

    /** Starts the server; with {@code pinned}, on a core that clients are kept away from. */
    static Processes start(boolean pinned) throws IOException {
        Process server = java(
                        pinned ? SERVER_CORE : ANY_CORE,
                        List.of("-Xmx2g"),
                        System.getProperty("java.class.path"),
                        ModelServer.class.getName(),
                        List.of())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String port = server.inputReader().readLine();
        if (port == null) {
            throw new IOException("The server did not start");
        }
        return new Processes(server, "http://127.0.0.1:" + port, pinned);
    }

    /** For clients that talk to nobody, on all cores. */
    public static Processes withoutServer() {
        return new Processes(null, "about:blank", false);
    }

    /** For clients that talk to somebody else's server, on all cores. */
    public static Processes against(String address) {
        return new Processes(null, address, false);
    }

    static boolean canPin() {
        return Files.isExecutable(TASKSET) && Runtime.getRuntime().availableProcessors() > 1;
    }

    /** All tasks of a class path in one process, and all processes side by side. */
    public void runTogether(List<Task> tasks, Results results) throws IOException, InterruptedException {
        Map<String, List<Task>> byClassPath = new LinkedHashMap<>();
        for (Task task : tasks) {
            byClassPath
                    .computeIfAbsent(ClassPaths.of(task.client()), path -> new ArrayList<>())
                    .add(task);
        }
        run(List.copyOf(byClassPath.values()), results);
    }

    /**
     * Runs the tasks of a group one after the other in one process, with the options of the first; groups side by side.
     */
    public void run(List<List<Task>> groups, Results results) throws IOException, InterruptedException {
        List<Process> clients = new ArrayList<>();
        for (List<Task> tasks : groups) {
            clients.add(start(tasks));
        }
        for (int i = 0; i < clients.size(); i++) {
            Iterator<Task> waiting = groups.get(i).iterator();
            String complaint = read(clients.get(i), waiting, results);
            int exit = clients.get(i).waitFor();
            waiting.forEachRemaining(task -> results.fail(task, "exit " + exit + " " + complaint));
        }
    }

    private Process start(List<Task> tasks) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(address));
        tasks.forEach(task -> arguments.addAll(task.arguments()));
        Task first = tasks.get(0);
        Process client = java(
                        pinned ? CLIENT_CORE : ANY_CORE,
                        first.jvm(),
                        ClassPaths.of(first.client()),
                        ClientProcess.class.getName(),
                        arguments)
                .redirectErrorStream(true)
                .start();
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(client::destroyForcibly);
        return client;
    }

    /** Gives what the process said of why it failed, if it did. */
    private static String read(Process client, Iterator<Task> waiting, Results results) throws IOException {
        String complaint = "";
        try (BufferedReader lines = client.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Figures.isResult(line) && waiting.hasNext()) {
                    results.add(waiting.next(), Figures.parse(line));
                } else if (complaint.isEmpty() && line.matches(".*(Exception|Error)\\b.*")) {
                    complaint = line;
                }
            }
        }
        return complaint;
    }

    private static ProcessBuilder java(
            int core, List<String> options, String classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (core != ANY_CORE) {
            command.addAll(List.of(TASKSET.toString(), "-c", String.valueOf(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    @Override
    public void close() {
        if (server != null) {
            server.destroy();
        }
    }
}
