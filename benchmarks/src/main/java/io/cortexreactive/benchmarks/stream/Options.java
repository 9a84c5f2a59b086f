package io.cortexreactive.benchmarks.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a benchmark is told on the command line.
 *
 * @param quick once and briefly, with figures that mean nothing
 * @param runs how often each task is measured
 * @param names whatever else there was
 */
public record Options(boolean quick, int runs, List<String> names) {

    private static final int RUNS = 3;
    private static final String RUNS_OPTION = "--runs=";

    public Options {
        names = List.copyOf(names);
    }

    /** Reads {@code --quick}, {@code --runs=5} and names. */
    public static Options parse(String... args) {
        List<String> names = new ArrayList<>(Arrays.asList(args));
        boolean quick = names.remove("--quick");
        int runs = names.stream()
                .filter(name -> name.startsWith(RUNS_OPTION))
                .mapToInt(name -> Integer.parseInt(name.substring(RUNS_OPTION.length())))
                .findFirst()
                .orElse(RUNS);
        names.removeIf(name -> name.startsWith(RUNS_OPTION));
        return new Options(quick, quick ? 1 : runs, names);
    }
}
