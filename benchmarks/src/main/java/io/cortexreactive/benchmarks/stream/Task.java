package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One measurement of one client.
 *
 * @param client such as {@code bedrock/cortex}
 * @param jvm options of its process
 */
public record Task(String client, Measurement measurement, Load load, List<String> jvm) {

    private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)g");

    public Task {
        jvm = List.copyOf(jvm);
    }

    /** The largest heap it is given, where that is in GiB; or 0. */
    int heapGib() {
        return jvm.stream()
                .map(HEAP::matcher)
                .filter(Matcher::matches)
                .mapToInt(option -> Integer.parseInt(option.group(1)))
                .findFirst()
                .orElse(0);
    }

    List<String> arguments() {
        return List.of(client, measurement.name(), load.text());
    }
}
