package io.cortexreactive.provider;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service told about a failed call.
 *
 * @param provider the provider's id
 * @param model the model asked for, if known
 * @param status the HTTP status; null where there was no response, and for errors inside a stream
 * @param requestId the service's id of the call, for its support
 * @param body the beginning of the error body, at most 2 KiB of UTF-8, with anything that looks like a key masked
 */
public record ProviderFailure(
        String provider,
        @Nullable String model,
        @Nullable Integer status,
        @Nullable String requestId,
        @Nullable String body)
        implements Serializable {

    public ProviderFailure {
        body = body == null ? null : ErrorBody.redact(body);
    }

    /** Nothing is known but who was asked for what. */
    public static ProviderFailure of(String provider, @Nullable String model) {
        return new ProviderFailure(provider, model, null, null, null);
    }

    /** Makes a service's error body safe to keep: short, and without anything that looks like a credential. */
    private static final class ErrorBody {

        static final int MAX_BYTES = 2048;

        private static final Pattern CREDENTIAL = Pattern.compile(
                "(?i)(bearer\\s+|(?:api[-_]?key|authorization|token|secret|signature|credential)[\"']?\\s*[:=]\\s*[\"']?)"
                        + "[^\\s\"',;&]{8,}"
                        + "|\\b(?:sk|ak|pk)-[\\w-]{8,}"
                        + "|\\bA(?:KIA|SIA)[A-Z0-9]{12,}"
                        + "|\\bABSK[\\w+/=]{12,}");

        private ErrorBody() {}

        /** What fits, up to a whole character. */
        private static String cut(String text) {
            CharBuffer chars = CharBuffer.wrap(text);
            StandardCharsets.UTF_8.newEncoder().encode(chars, ByteBuffer.allocate(MAX_BYTES), true);
            return chars.hasRemaining() ? text.substring(0, chars.position()) : text;
        }

        static String redact(String body) {
            // Redact first: a cut in the middle of a key would hide it from the pattern.
            String head = body.length() > 2 * MAX_BYTES ? body.substring(0, 2 * MAX_BYTES) : body;
            String redacted = CREDENTIAL
                    .matcher(head)
                    .replaceAll(
                            match -> match.group(1) == null ? "***" : Matcher.quoteReplacement(match.group(1)) + "***");
            return cut(redacted);
        }
    }
}
