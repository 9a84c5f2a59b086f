package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import java.util.List;

/**
 * One measurement of one client.
 *
 * @param client such as {@code bedrock/cortex}
 * @param jvm options of its process
 */
record Task(String client, Measurement measurement, Load load, List<String> jvm) {

    Task {
        jvm = List.copyOf(jvm);
    }

    List<String> arguments() {
        return List.of(client, measurement.name(), load.text());
    }
}
