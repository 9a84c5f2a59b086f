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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The server's process, and those of clients; pinned to different cores where that can be done. */
final class Processes implements AutoCloseable {

    private static final Path TASKSET = Path.of("/usr/bin/taskset");
    private static final int SERVER_CORE = 0;
    private static final int CLIENT_CORE = 1;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Process server;
    private final String address;

    private Processes(Process server, String address) {
        this.server = server;
        this.address = address;
    }

    static Processes start() throws IOException {
        Process server = java(
                        SERVER_CORE,
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
        return new Processes(server, "http://127.0.0.1:" + port);
    }

    static boolean pinned() {
        return Files.isExecutable(TASKSET) && Runtime.getRuntime().availableProcessors() > 1;
    }

    /** Runs tasks one after the other in one process, whose options are those of the first. */
    void run(List<Task> tasks, Results results) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(address));
        tasks.forEach(task -> arguments.addAll(task.arguments()));
        Task first = tasks.get(0);
        Process client = java(
                        CLIENT_CORE,
                        first.jvm(),
                        ClassPaths.of(first.client()),
                        ClientProcess.class.getName(),
                        arguments)
                .redirectErrorStream(true)
                .start();
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(client::destroyForcibly);
        Iterator<Task> waiting = tasks.iterator();
        String complaint = read(client, waiting, results);
        int exit = client.waitFor();
        waiting.forEachRemaining(task -> results.fail(task, "exit " + exit + " " + complaint));
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
        if (pinned()) {
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
        server.destroy();
    }
}
