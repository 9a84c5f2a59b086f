package io.cortexreactive.examples.backend;

import io.cortexreactive.testing.SimulatedModelServer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * All providers that can be chosen, the default one first.
 *
 * @param server what simulates them; null for real ones
 */
public record Backends(List<Backend> all, @Nullable SimulatedModelServer server) {

    public Backends {
        all = List.copyOf(all);
    }

    /** Whether no real model answers. */
    public boolean isSimulated() {
        return server != null;
    }

    /** The one of this id. */
    public Optional<Backend> find(String id) {
        return all.stream().filter(backend -> backend.id().equals(id)).findFirst();
    }

    /** Their ids, for people who named another. */
    public String ids() {
        return all.stream().map(Backend::id).collect(Collectors.joining(", "));
    }

    /** Their names, for people. */
    public String names() {
        return all.stream().map(Backend::name).collect(Collectors.joining(", "));
    }

    /** What people must know of the answers before they read one. */
    public String notice() {
        return isSimulated()
                ? "No language model answers here. An extractive responder looks your words up in this project's own"
                        + " documentation and quotes what stands there, through a simulated model server that speaks"
                        + " the wire protocols of the providers. Everything between that server and this page is the"
                        + " real thing."
                : "Answers come from " + names() + ". Each costs what the provider charges for it.";
    }

    /** Ends the simulated server; the providers are closed by whoever they were given to. */
    public Mono<Void> close() {
        return server == null ? Mono.empty() : server.close();
    }
}
