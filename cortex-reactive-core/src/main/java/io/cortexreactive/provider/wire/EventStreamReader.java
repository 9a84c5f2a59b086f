package io.cortexreactive.provider.wire;

import io.cortexreactive.error.LimitExceededException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames of {@code application/vnd.amazon.eventstream}: total length, length of the headers, checksum of these
 * two, headers, payload, checksum of all before it. See "Event stream encoding" in the AWS documentation of Amazon
 * Transcribe. Both checksums are checked. Not thread-safe.
 */
public final class EventStreamReader {

    /** The most that one frame may have. */
    public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final int STRING = 7;

    /** By type: true, false, byte, short, int, long, then two with a length of their own, timestamp, UUID. */
    private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

    private final ByteWindow window = new ByteWindow();
    private final CRC32 crc = new CRC32();
    /** 0 until the head of the next frame has come. */
    private int frameLength;

    private int headersLength;

    private int headersFrom;
    private int payloadFrom;
    private int payloadTo;

    /** Of the header that was looked for last. */
    private int valueFrom;

    private int valueTo;

    /**
     * Takes more bytes. What was read of the frame before is gone then.
     *
     * @throws LimitExceededException if the stream has more than 64 MiB
     */
    public void append(ByteBuf bytes) {
        window.append(bytes);
    }

    /**
     * Goes to the next frame; false if it has not come in full.
     *
     * @throws FrameException if these bytes are no frame
     * @throws LimitExceededException if the frame has more than 16 MiB
     */
    public boolean next() {
        if (frameLength == 0 && window.size() >= PRELUDE) {
            readPrelude();
        }
        if (frameLength == 0 || window.size() < frameLength) {
            return false;
        }
        int checked = frameLength - CHECKSUM;
        check(checked, "frame");
        headersFrom = window.start() + PRELUDE;
        payloadFrom = headersFrom + headersLength;
        payloadTo = window.start() + checked;
        window.skip(frameLength);
        frameLength = 0;
        return true;
    }

    /** Whether bytes of a frame have come that is not whole. */
    public boolean isInFrame() {
        return window.size() > 0;
    }

    private void readPrelude() {
        check(PRELUDE - CHECKSUM, "frame's head");
        long length = Integer.toUnsignedLong(window.intAt(0));
        long headers = Integer.toUnsignedLong(window.intAt(Integer.BYTES));
        if (length > MAX_FRAME_BYTES) {
            throw new LimitExceededException("AWS event-stream frame, bytes", MAX_FRAME_BYTES, length);
        }
        if (length < PRELUDE + headers + CHECKSUM) {
            throw new FrameException("A frame of " + length + " bytes cannot have " + headers + " bytes of headers");
        }
        frameLength = (int) length;
        headersLength = (int) headers;
    }

    private void check(int covered, String what) {
        crc.reset();
        crc.update(window.array(), window.start(), covered);
        if ((int) crc.getValue() != window.intAt(covered)) {
            throw new FrameException("The checksum of a " + what + " is wrong");
        }
    }

    /**
     * A header of the frame that is text; null if there is none of this name.
     *
     * @throws FrameException if the headers are malformed
     */
    public @Nullable String header(String name) {
        return find(name) ? new String(window.array(), valueFrom, valueTo - valueFrom, StandardCharsets.UTF_8) : null;
    }

    /**
     * Whether the frame has this header as text, without making a text of it.
     *
     * @param value in ASCII
     * @throws FrameException if the headers are malformed
     */
    public boolean hasHeader(String name, String value) {
        return find(name) && isText(valueFrom, valueTo, value);
    }

    private boolean find(String name) {
        byte[] bytes = window.array();
        int at = headersFrom;
        while (at < payloadFrom) {
            int nameFrom = at + 1;
            int nameTo = nameFrom + (bytes[at] & 0xff);
            valueFrom = nameTo + 1 + lengthBytes(nameTo);
            valueTo = valueFrom + valueLength(nameTo);
            at = valueTo;
            if (at > payloadFrom) {
                throw malformed();
            }
            if (bytes[nameTo] == STRING && isText(nameFrom, nameTo, name)) {
                return true;
            }
        }
        return false;
    }

    private int lengthBytes(int typeAt) {
        return bytesOfType(typeAt) < 0 ? Short.BYTES : 0;
    }

    private int valueLength(int typeAt) {
        int fixed = bytesOfType(typeAt);
        if (fixed >= 0) {
            return fixed;
        }
        if (typeAt + Short.BYTES >= payloadFrom) {
            throw malformed();
        }
        byte[] bytes = window.array();
        return ((bytes[typeAt + 1] & 0xff) << Byte.SIZE) | (bytes[typeAt + 2] & 0xff);
    }

    private int bytesOfType(int typeAt) {
        if (typeAt >= payloadFrom) {
            throw malformed();
        }
        int type = window.array()[typeAt];
        if (type < 0 || type >= VALUE_BYTES.length) {
            throw malformed();
        }
        return VALUE_BYTES[type];
    }

    private static FrameException malformed() {
        return new FrameException("The headers of a frame are malformed");
    }

    private boolean isText(int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (window.array()[i] != text.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    /** The array that holds the payload, from {@link #payloadFrom()} to {@link #payloadTo()}. */
    public byte[] array() {
        return window.array();
    }

    /** Where the payload begins. */
    public int payloadFrom() {
        return payloadFrom;
    }

    /** Where the payload ends. */
    public int payloadTo() {
        return payloadTo;
    }

    /** Bytes that are no frame. */
    public static final class FrameException extends RuntimeException {

        private static final long serialVersionUID = 1;

        /** @param message what is wrong with them */
        public FrameException(String message) {
            super(message);
        }
    }
}
