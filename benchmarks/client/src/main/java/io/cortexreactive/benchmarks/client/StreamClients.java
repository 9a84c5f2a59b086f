package io.cortexreactive.benchmarks.client;

import java.net.URI;
import java.util.Map;
import java.util.function.Function;

/** The clients on a class path; found by {@link java.util.ServiceLoader}. */
public interface StreamClients {

    /** Makes a client for the server at an address. Named {@code protocol/client}, such as {@code bedrock/aws-sdk}. */
    Map<String, Function<URI, StreamClient>> byName();
}
