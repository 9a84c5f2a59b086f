package io.cortexreactive.tool;

import io.cortexreactive.error.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Arguments and results as JSON, of which never more is made than may be. */
final class ToolJson {

    static final int MAX_ARGUMENT_BYTES = 256 * 1024;
    static final int MAX_RESULT_BYTES = 1024 * 1024;

    /** Room for the marker that follows what was cut. */
    private static final int MARKER_BYTES = 256;

    private static final int DIGEST_DIGITS = 32;

    /** Anything that has nothing to tell is most likely no value, so it is refused. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private ToolJson() {}

    /**
     * What a model reads.
     *
     * @param cut whether there was more
     */
    record Text(String text, boolean cut) {}

    /**
     * Text as it is, anything else as JSON, cut at {@link #MAX_RESULT_BYTES}.
     *
     * @throws ToolOutputException if it is no JSON value
     */
    static Text text(@Nullable Object value) {
        BoundedText text = new BoundedText(new StringBuilder(), MAX_RESULT_BYTES);
        if (value instanceof CharSequence said) {
            text.addText(said);
        } else {
            write(value, text);
        }
        return new Text(text.toString(), text.full);
    }

    /** The same for equal values, in whichever order maps have them. */
    static String digest(Map<String, Object> values) {
        byte[] json =
                JSON.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).writeValueAsBytes(values);
        return Sha256.hex(json).substring(0, DIGEST_DIGITS);
    }

    /**
     * The bytes of its JSON.
     *
     * @return more than {@code limit}, but no saying how much, if it is larger
     * @throws ToolOutputException if it is no JSON value
     */
    static long size(@Nullable Object value, int limit) {
        BoundedText text = new BoundedText(null, limit);
        write(value, text);
        return text.full ? limit + 1L : text.bytes;
    }

    /** The value made of JSON types that its text stands for. */
    static @Nullable Object plain(@Nullable Object value, String text) {
        if (value instanceof CharSequence) {
            return text;
        }
        return value == null || value instanceof Number || value instanceof Boolean
                ? value
                : JSON.readValue(text, Object.class);
    }

    private static void write(@Nullable Object value, BoundedText text) {
        requireValue(value);
        try {
            JSON.writeValue(text, value);
        } catch (RuntimeException e) {
            if (!text.full) {
                throw new ToolOutputException(nameOf(value) + " cannot be written as JSON: " + e.getMessage(), e);
            }
        }
    }

    /** Jackson would write these as if they were beans. */
    private static void requireValue(@Nullable Object value) {
        if (value instanceof Publisher
                || value instanceof BaseStream
                || value instanceof CompletionStage
                || value instanceof InputStream
                || value instanceof Reader) {
            throw new ToolOutputException(nameOf(value) + " is no JSON value.", null);
        }
    }

    private static String nameOf(@Nullable Object value) {
        return value == null ? "null" : "A " + value.getClass().getSimpleName();
    }

    /** Takes text up to a number of bytes in UTF-8. */
    private static final class BoundedText extends Writer {

        private final @Nullable StringBuilder kept;
        private final int limit;
        private long bytes;
        private boolean full;

        BoundedText(@Nullable StringBuilder kept, int limit) {
            this.kept = kept;
            this.limit = limit;
        }

        @Override
        public void write(char[] chars, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                if (!add(chars[i])) {
                    throw new IOException("over " + limit + " bytes");
                }
            }
        }

        void addText(CharSequence text) {
            for (int i = 0; i < text.length() && add(text.charAt(i)); i++) {}
        }

        private boolean add(char c) {
            int size = bytesOf(c);
            full = full || bytes + size > limit;
            if (!full) {
                bytes += size;
                if (kept != null) {
                    kept.append(c);
                }
            }
            return !full;
        }

        /** Half of a surrogate pair is two of the pair's four bytes. */
        private static int bytesOf(char c) {
            if (c < 0x80) {
                return 1;
            }
            return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }

        @Override
        public String toString() {
            if (kept == null) {
                return "";
            }
            return full ? cut(kept).toString() : kept.toString();
        }

        private static StringBuilder cut(StringBuilder text) {
            int end = text.length();
            for (int freed = 0; end > 0 && freed < MARKER_BYTES; end--) {
                freed += bytesOf(text.charAt(end - 1));
            }
            if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            text.setLength(end);
            return text;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
