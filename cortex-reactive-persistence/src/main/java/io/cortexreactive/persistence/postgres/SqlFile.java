package io.cortexreactive.persistence.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements by name, each ready to be sent. In the file each begins with {@code -- :name}; <code>${name}</code> stands
 * for a table, or for another part of the file.
 */
record SqlFile(Map<String, String> parts) {

    private static final Pattern PART = Pattern.compile("(?m)^-- :(\\w+)\\R");
    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

    SqlFile {
        parts = Map.copyOf(parts);
    }

    /** The text of a file beside this class. */
    static String text(String name) {
        try (InputStream in = Objects.requireNonNull(SqlFile.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("StringSplitter") // all texts between names, the one before the first included
    static SqlFile of(String text, Map<String, String> tables) {
        Map<String, String> raw = new HashMap<>(tables);
        String[] bodies = PART.split(text);
        Matcher names = PART.matcher(text);
        for (int i = 1; names.find(); i++) {
            raw.put(names.group(1), bodies[i].strip());
        }
        Map<String, String> ready = new HashMap<>();
        raw.forEach((name, body) -> ready.put(name, filled(body, raw)));
        return new SqlFile(ready);
    }

    /** A text with something in each of its places. */
    static String filled(String body, Map<String, String> values) {
        return PLACE.matcher(body)
                .replaceAll(place -> Matcher.quoteReplacement(
                        filled(Objects.requireNonNull(values.get(place.group(1)), place.group()), values)));
    }

    String get(String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    /** A statement with its values. */
    Query query(String name, Object... values) {
        return Query.of(get(name), values);
    }
}
