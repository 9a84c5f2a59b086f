package io.cortexreactive.benchmarks.client;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;

/** Measures clients of this class path in this process, and prints a line of figures for each task. */
public final class ClientProcess {

    private ClientProcess() {}

    /** Takes the server's address, then client, measurement and load for each task. */
    public static void main(String[] args) {
        int exit = 1;
        try {
            measure(args);
            exit = 0;
        } catch (Exception | Error e) {
            e.printStackTrace(System.err);
        } finally {
            // A shutdown hook may wait for a run that never ends: AgentScope's does.
            Runtime.getRuntime().halt(exit);
        }
    }

    private static void measure(String[] args) throws Exception {
        URI server = URI.create(args[0]);
        Map<String, Function<URI, StreamClient>> factories = new HashMap<>();
        ServiceLoader.load(StreamClients.class).forEach(clients -> factories.putAll(clients.byName()));
        Map<String, StreamClient> clients = new HashMap<>();
        for (int i = 1; i < args.length; i += 3) {
            StreamClient client = clients.computeIfAbsent(args[i], name -> create(factories, name, server));
            Figures figures = Measurement.valueOf(args[i + 1])
                    .measure(client, new ServerControl(server), Load.parse(args[i + 2]));
            System.out.println(figures.line());
        }
    }

    private static StreamClient create(Map<String, Function<URI, StreamClient>> factories, String name, URI server) {
        Function<URI, StreamClient> factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("There is no client " + name + " among " + factories.keySet());
        }
        return factory.apply(server);
    }
}
