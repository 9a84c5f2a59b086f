package io.cortexreactive.provider.wire;

import io.cortexreactive.error.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a call proves itself with. Services quote it in errors, and not every key looks like one, so it is taken out by
 * its very text.
 */
public final class CallSecrets {

    /** Nothing is known. */
    public static final CallSecrets NONE = new CallSecrets(Stream.of());

    private static final String MASK = "***";

    /** Less is no secret, and might be a part of any text. */
    private static final int MIN_LENGTH = 8;

    private static final Pattern SECRET_HEADER =
            Pattern.compile("(?i).*(?:auth|key|token|secret|cookie|password|credential|signature).*");

    /** Says which of many keys it is, and not the key. */
    private static final String SIGNED = "AWS4-";

    /** Longer ones first: one may begin like another. */
    private final List<String> values;

    private CallSecrets(Stream<String> values) {
        this.values = values.filter(value -> value.length() >= MIN_LENGTH)
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Those in the headers of a request, by their names, and others; null for one that there is not. */
    public static CallSecrets of(Map<String, String> headers, @Nullable Secret... others) {
        return new CallSecrets(Stream.concat(
                in(headers), Arrays.stream(others).filter(Objects::nonNull).map(Secret::reveal)));
    }

    private static Stream<String> in(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> SECRET_HEADER.matcher(header.getKey()).matches())
                .map(Map.Entry::getValue)
                .filter(value -> !value.startsWith(SIGNED))
                .flatMap(value -> Stream.of(value, value.substring(value.indexOf(' ') + 1)));
    }

    /** The text without them. */
    public String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    /** A part of some bytes without them; the bytes themselves stay as they are. */
    public byte[] mask(byte[] bytes, int from, int to) {
        // A character for each byte, as headers have it.
        String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        return mask(text).getBytes(StandardCharsets.ISO_8859_1);
    }
}
