package io.cortexreactive.structured;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * However an answer is split, what can be seen after each piece is the longest completion of what came: measured
 * against a slow reader that tries all ways to close the text, and leaves the rest to Jackson.
 */
class JsonSplitTests {

    private static final Pattern ATOM = Pattern.compile("[-+.0-9A-Za-z]+$");
    private static final Pattern HALF = Pattern.compile("\\\\u[dD][89abAB][0-9a-fA-F]{2}$");
    private static final String[] TEXTS = {
        "",
        "a",
        "Oslo",
        "\"",
        "\\",
        "/",
        "\n\t",
        "\u0001",
        "æøå",
        "\uD83D\uDE00",
        "{",
        "]",
        ",",
        ": ",
        "\\u",
        "'",
        "null",
        "\u2028"
    };

    @RepeatedTest(60)
    void everySplitShowsTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String text = document(random);
        List<Object> expected = new ArrayList<>();
        for (int end = 0; end <= text.length(); end++) {
            expected.add(completion(text.substring(0, end)));
        }

        for (int split = 0; split < 10; split++) {
            List<Integer> ends = split == 0 ? everyChar(text) : ends(text, random);
            JsonReader reader = new JsonReader();
            List<Object> shown = new ArrayList<>();
            int from = 0;
            for (int end : ends) {
                reader.take(text.substring(from, end));
                shown.add(reader.soFar());
                from = end;
            }
            reader.end();

            // Compared at the end, for none may have changed meanwhile.
            for (int i = 0; i < ends.size(); i++) {
                assertThat(shown.get(i)).as(text.substring(0, ends.get(i))).isEqualTo(expected.get(ends.get(i)));
            }
            assertThat(reader.root()).isEqualTo(JsonMapper.shared().readValue(text, Map.class));
        }
    }

    @RepeatedTest(30)
    void everyBreakIsReadTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder broken = new StringBuilder(document(random));
        for (int i = 0; i <= random.nextInt(3); i++) {
            broken.setCharAt(random.nextInt(broken.length()), "{}[]:,\"\\x1 ".charAt(random.nextInt(11)));
        }
        String text = broken.toString();
        JsonReader whole = new JsonReader();
        whole.take(text);
        whole.end();

        for (int split = 0; split < 10; split++) {
            JsonReader reader = new JsonReader();
            int from = 0;
            for (int end : split == 0 ? everyChar(text) : ends(text, random)) {
                reader.take(text.substring(from, end));
                from = end;
            }
            reader.end();

            assertThat(reader.error()).isEqualTo(whole.error());
            assertThat(reader.root()).isEqualTo(whole.root());
        }
    }

    @RepeatedTest(30)
    void everySplitGivesTheSameElements(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < random.nextInt(6); i++) {
            items.add(value(random, 2));
        }
        String text = JsonMapper.shared().writeValueAsString(Map.of("elements", items));

        JsonReader reader = new JsonReader("elements");
        List<Object> elements = new ArrayList<>();
        int from = 0;
        for (int end : ends(text, random)) {
            reader.take(text.substring(from, end));
            elements.addAll(reader.takeElements());
            from = end;
        }

        assertThat(elements.stream()
                        .map(element -> element == OpenContainer.NOTHING ? "null" : element)
                        .toList())
                .isEqualTo(
                        items.stream().map(item -> item == null ? "null" : item).toList());
    }

    private static List<Integer> everyChar(String text) {
        List<Integer> ends = new ArrayList<>();
        for (int end = 1; end <= text.length(); end++) {
            ends.add(end);
        }
        return ends;
    }

    private static List<Integer> ends(String text, Random random) {
        List<Integer> ends = new ArrayList<>();
        int most = 1 + random.nextInt(20);
        for (int end = 0; end < text.length(); ) {
            end = Math.min(text.length(), end + random.nextInt(most + 1));
            ends.add(end);
        }
        return ends;
    }

    private static String document(Random random) {
        Map<String, Object> root = new LinkedHashMap<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            root.put(TEXTS[random.nextInt(TEXTS.length)] + i, value(random, 3));
        }
        String text = JsonMapper.shared().writeValueAsString(root);
        String escaped = random.nextBoolean() ? escape(text, random) : text;
        return random.nextBoolean() ? spaced(escaped, random) : escaped;
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt(2_000) - 1_000;
            case 3 -> random.nextInt(100) / 8.0;
            case 4 -> random.nextLong() | Long.MIN_VALUE >>> 1;
            case 5 -> TEXTS[random.nextInt(TEXTS.length)] + TEXTS[random.nextInt(TEXTS.length)];
            case 6 -> List.of();
            case 7 -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = 0; i < random.nextInt(4); i++) {
                    object.put(TEXTS[random.nextInt(TEXTS.length)] + i, value(random, depth - 1));
                }
                yield object;
            }
            default -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < random.nextInt(4); i++) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
        };
    }

    /** Whole characters: Jackson does not read one of which half is escaped. */
    private static String escape(String text, Random random) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(next -> {
            String raw = Character.toString(next);
            boolean plain = next <= 127 || random.nextBoolean();
            raw.chars().forEach(unit -> escaped.append(plain ? (char) unit + "" : String.format("\\u%04x", unit)));
        });
        return escaped.toString();
    }

    /** Spaces where JSON takes them: around what is outside of texts. */
    private static String spaced(String text, Random random) {
        StringBuilder spaced = new StringBuilder();
        boolean inText = false;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            boolean mark = !inText && "{}[]:,".indexOf(next) >= 0;
            spaced.append(mark && random.nextBoolean() ? " \n" : "")
                    .append(next)
                    .append(mark && random.nextBoolean() ? "\t" : "");
            if (inText && next == '\\') {
                spaced.append(text.charAt(++i));
            } else if (next == '"') {
                inText = !inText;
            }
        }
        return spaced.toString();
    }

    /** Cuts the text shorter and shorter until it is JSON once all that is open is closed. */
    private static @Nullable Object completion(String prefix) {
        if (!prefix.matches("(?s)\\s*\\{\\s*\"(?:[^\"\\\\]|\\\\.)*\"\\s*:.*")) {
            return null;
        }
        String text = isInText(prefix) ? prefix : ATOM.matcher(prefix).replaceFirst("");
        for (int end = text.length(); end > 0; end--) {
            String cut = text.substring(0, end);
            boolean inText = isInText(cut);
            boolean half = inText
                    && (Character.isHighSurrogate(cut.charAt(end - 1))
                            || HALF.matcher(cut).find());
            Object value = half ? null : parse(cut + (inText ? "\"" : "") + closing(cut));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Object parse(String text) {
        try {
            return JsonMapper.shared().readValue(text, Map.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isInText(String text) {
        boolean inText = false;
        for (int i = 0; i < text.length(); i++) {
            if (inText && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                inText = !inText;
            }
        }
        return inText;
    }

    private static String closing(String text) {
        Deque<Character> open = new ArrayDeque<>();
        boolean inText = false;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (inText && next == '\\') {
                i++;
            } else if (next == '"') {
                inText = !inText;
            } else if (!inText && (next == '{' || next == '[')) {
                open.push(next == '{' ? '}' : ']');
            } else if (!inText && (next == '}' || next == ']')) {
                open.poll();
            }
        }
        StringBuilder closing = new StringBuilder();
        open.forEach(closing::append);
        return closing.toString();
    }
}
