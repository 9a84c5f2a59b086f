package io.cortexreactive;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a configuration file: a mapping, a list, or a text. Reads its values with defaults, and complains with
 * file, line and key.
 *
 * @param value a {@code Map<String, ConfigNode>}, a {@code List<ConfigNode>}, or a {@code String}
 */
record ConfigNode(@Nullable String file, int line, String path, Object value) {

    /** For a configuration that was made in code. */
    static final ConfigNode NONE = new ConfigNode(null, 0, "", Map.of());

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    ConfigNode section(String name) {
        ConfigNode child = child(name);
        return child == null || child.isBlank()
                ? new ConfigNode(file, child == null ? line : child.line, pathOf(name), Map.of())
                : child;
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        return child(name) != null;
    }

    /** Refuses keys that nothing here reads: most often they are misspelt. */
    void allowOnly(String... known) {
        Set<String> names = Set.of(known);
        children().forEach((name, child) -> {
            if (!names.contains(name)) {
                throw child.wrong("is not known here. Known are: "
                        + String.join(", ", names.stream().sorted().toList()));
            }
        });
    }

    Set<String> names() {
        return children().keySet();
    }

    boolean bool(String name, boolean fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw wrong(name, "must be true or false, and is: " + text);
        };
    }

    @Nullable
    String text(String name) {
        ConfigNode child = child(name);
        if (child == null || child.isBlank()) {
            return null;
        }
        return child.scalar();
    }

    String text(String name, String fallback) {
        String text = text(name);
        return text == null ? fallback : text;
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw wrong(name, "must be one of " + List.of(type.getEnumConstants()) + ", and is: " + text);
    }

    int whole(String name, int fallback) {
        long value = large(name, fallback);
        if (value != (int) value) {
            throw wrong(name, "is too large: " + value);
        }
        return (int) value;
    }

    int positive(String name, int fallback) {
        int value = whole(name, fallback);
        if (value < 1) {
            throw wrong(name, "must be positive, and is: " + value);
        }
        return value;
    }

    long large(String name, long fallback) {
        String text = text(name);
        try {
            return text == null ? fallback : Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw wrong(name, "must be a whole number, and is: " + text);
        }
    }

    double decimal(String name, double fallback) {
        String text = text(name);
        try {
            double value = text == null ? fallback : new BigDecimal(text).doubleValue();
            if (text != null && Double.isInfinite(value)) {
                throw wrong(name, "is too large: " + text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw wrong(name, "must be a number, and is: " + text);
        }
    }

    /** As {@link #duration}; {@code off} for none. */
    @Nullable
    Duration optionalDuration(String name, @Nullable Duration fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        return text.equalsIgnoreCase("off") ? null : duration(name, Duration.ZERO);
    }

    /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 7d}, or ISO-8601; always positive. */
    Duration duration(String name, Duration fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        Duration duration = parse(name, text);
        if (duration.isZero() || duration.isNegative()) {
            throw wrong(name, "must be positive, and is: " + text);
        }
        return duration;
    }

    /** As {@link #duration}, where a plain number means seconds. */
    Duration seconds(String name, Duration fallback) {
        String text = text(name);
        return text != null && text.matches("[1-9]\\d{0,9}")
                ? Duration.ofSeconds(Long.parseLong(text))
                : duration(name, fallback);
    }

    /** As {@link #seconds}; null where nothing is said, or {@code off}. */
    @Nullable
    Duration optionalSeconds(String name) {
        String text = text(name);
        return text == null || text.equalsIgnoreCase("off") ? null : seconds(name, Duration.ZERO);
    }

    /** As {@link #duration}, or zero. */
    Duration durationFromZero(String name, Duration fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        Duration duration = parse(name, text);
        if (duration.isNegative()) {
            throw wrong(name, "must not be negative, and is: " + text);
        }
        return duration;
    }

    private Duration parse(String name, String text) {
        Matcher brief = SHORT_DURATION.matcher(text.trim());
        try {
            return brief.matches() ? brief(Long.parseLong(brief.group(1)), brief.group(2)) : Duration.parse(text);
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw wrong(name, "must be a duration such as 500ms, 10s or 2m, and is: " + text);
        }
    }

    private static Duration brief(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The texts of a list; a single text counts as a list of one. */
    @Nullable
    Set<String> texts(String name) {
        ConfigNode child = child(name);
        if (child == null) {
            return null;
        }
        Set<String> texts = new LinkedHashSet<>();
        if (child.value instanceof List<?> items) {
            items.forEach(item -> texts.add(((ConfigNode) item).scalar()));
        } else if (!child.isBlank()) {
            texts.add(child.scalar());
        }
        return texts;
    }

    /** The places of a list. */
    List<ConfigNode> items(String name) {
        ConfigNode child = child(name);
        if (child == null || child.isBlank()) {
            return List.of();
        }
        if (child.value instanceof List<?> items) {
            return items.stream().map(ConfigNode.class::cast).toList();
        }
        throw child.wrong("must be a list");
    }

    /** The texts of a mapping by name, without some, and without those left blank. */
    Map<String, Object> plainWithout(String... left) {
        Set<String> leave = Set.of(left);
        Map<String, Object> plain = new LinkedHashMap<>();
        children().forEach((name, child) -> {
            if (!leave.contains(name) && !child.isBlank()) {
                plain.put(name, child.scalar());
            }
        });
        return plain;
    }

    ConfigurationException wrong(String problem) {
        return new ConfigurationException(file, line, path, problem);
    }

    ConfigurationException wrong(String name, String problem) {
        ConfigNode child = child(name);
        return child == null ? new ConfigurationException(file, line, pathOf(name), problem) : child.wrong(problem);
    }

    /** Whether {@code off} stands in place of a section. */
    boolean isOff() {
        return value instanceof String text && text.equalsIgnoreCase("off");
    }

    private String scalar() {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("must be a single value");
    }

    private boolean isBlank() {
        return value instanceof String text && (text.isBlank() || text.equals("null") || text.equals("~"));
    }

    private @Nullable ConfigNode child(String name) {
        return children().get(name);
    }

    @SuppressWarnings("unchecked") // a map here is always made by YamlFile
    private Map<String, ConfigNode> children() {
        if (value instanceof Map<?, ?>) {
            return (Map<String, ConfigNode>) value;
        }
        if (isBlank()) {
            return Map.of();
        }
        throw wrong("must be a section with keys of its own");
    }
}
