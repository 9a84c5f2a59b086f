package io.cortexreactive.benchmarks.client;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured once, by name.
 *
 * @param note what no figure says, on one line
 */
public record Figures(Map<String, Double> values, String note) {

    private static final String MARK = "RESULT ";

    /** Keeps the order. */
    public Figures {
        values = new LinkedHashMap<>(values);
    }

    static Figures of(String note, Object... namesAndValues) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
        }
        return new Figures(values, note);
    }

    /** The line a client process prints. */
    String line() {
        StringBuilder line = new StringBuilder(MARK);
        values.forEach((name, value) -> line.append(String.format(Locale.ROOT, "%s=%.4f ", name, value)));
        return line.append("| ").append(note.replace('\n', ' ')).toString();
    }

    /** Whether a client process printed this as a result. */
    public static boolean isResult(String line) {
        return line.startsWith(MARK);
    }

    /** Reads a line that is a result. */
    public static Figures parse(String line) {
        String[] parts = line.substring(MARK.length()).split("\\| ", 2);
        Map<String, Double> values = new LinkedHashMap<>();
        for (String pair : parts[0].trim().split(" ", -1)) {
            String[] nameAndValue = pair.split("=", 2);
            values.put(nameAndValue[0], Double.parseDouble(nameAndValue[1]));
        }
        return new Figures(values, parts.length > 1 ? parts[1] : "");
    }
}
