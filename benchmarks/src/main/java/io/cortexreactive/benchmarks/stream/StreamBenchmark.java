package io.cortexreactive.benchmarks.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs each client against the same server, each in a process of its own: the server on core 0, the client on core 1
 * (where there is a {@code taskset}). Prints medians of three runs, the spread, and the ratio to the first client.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.cortexreactive.benchmarks.stream.StreamBenchmark [clients]</pre>
 */
public final class StreamBenchmark {

    private static final int RUNS = 3;
    private static final List<String> CLIENTS = List.of("aws-sdk", "cortex", "cortex-sdk", "provider");
    private static final int LIVE = 1_000;

    private StreamBenchmark() {}

    /** Takes names of clients; all by default. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> clients = args.length == 0 ? CLIENTS : List.of(args);
        int port = freePort();
        Process server =
                java(0, List.of(), FrameServer.class, String.valueOf(port)).start();
        try {
            server.inputReader().readLine();
            String address = "http://127.0.0.1:" + port;
            for (int concurrency : new int[] {1, 64}) {
                System.out.printf("%n%d streams at a time, %d chunks each%n", concurrency, FrameServer.CHUNKS);
                System.out.printf("%-12s %28s %28s %24s%n", "", "CPU us/chunk", "bytes/chunk", "first token p50 us");
                table(clients, address, String.valueOf(concurrency));
            }
            System.out.printf("%n%d live streams%n%-12s %28s%n", LIVE, "", "heap KiB/stream");
            table(clients, address, "heap", String.valueOf(LIVE));
        } finally {
            server.destroy();
        }
    }

    private static void table(List<String> clients, String address, String... what)
            throws IOException, InterruptedException {
        double[] base = null;
        for (String client : clients) {
            List<double[]> runs = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                runs.add(measure(client, address, what));
            }
            int columns = what[0].equals("heap") ? 1 : 3;
            double[] medians = new double[columns];
            StringBuilder line = new StringBuilder("%-12s".formatted(client));
            for (int column = 0; column < columns; column++) {
                int of = column;
                double[] values =
                        runs.stream().mapToDouble(run -> run[of]).sorted().toArray();
                medians[column] = values[RUNS / 2];
                double ratio = base == null ? 1 : medians[column] / base[column];
                line.append("  %8.2f (%.1f-%.1f) x%.3f".formatted(medians[column], values[0], values[RUNS - 1], ratio));
            }
            base = base == null ? medians : base;
            System.out.println(line);
        }
    }

    private static double[] measure(String client, String address, String... what)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(client, address));
        arguments.addAll(Arrays.asList(what));
        Process process = java(
                        1,
                        List.of("-XX:+UseSerialGC", "-Xmx4g"),
                        StreamMeasurement.class,
                        arguments.toArray(new String[0]))
                .start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("RESULT ")) {
                    process.waitFor();
                    return Arrays.stream(line.substring("RESULT ".length()).split(" "))
                            .mapToDouble(Double::parseDouble)
                            .toArray();
                }
            }
        }
        throw new IOException(client + " gave no result");
    }

    private static ProcessBuilder java(int core, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        if (Path.of("/usr/bin/taskset").toFile().canExecute()) {
            command.addAll(List.of("taskset", "-c", String.valueOf(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
