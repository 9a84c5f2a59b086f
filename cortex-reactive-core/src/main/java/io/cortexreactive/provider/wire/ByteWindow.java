package io.cortexreactive.provider.wire;

import io.cortexreactive.error.LimitExceededException;
import io.netty.buffer.ByteBuf;

/** Bytes that have come and are not used up: those between {@code start} and {@code end} of one array that grows. */
final class ByteWindow {

    /** The most that one body may have in all, whatever is in it. */
    static final long MAX_BYTES = 64L * 1024 * 1024;

    private static final int FIRST_SIZE = 1024;
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int start;
    private int end;
    private long total;

    /** @throws LimitExceededException if it were more than {@link #MAX_BYTES} in all */
    void append(ByteBuf more) {
        int count = more.readableBytes();
        total += count;
        if (total > MAX_BYTES) {
            throw new LimitExceededException("Response stream, bytes", MAX_BYTES, total);
        }
        makeRoom(count);
        more.getBytes(more.readerIndex(), bytes, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        if (bytes.length - end >= count) {
            return;
        }
        int kept = end - start;
        byte[] target = bytes.length - kept >= count
                ? bytes
                : new byte[Math.max(FIRST_SIZE, Math.max(Math.addExact(kept, count), kept * 2))];
        System.arraycopy(bytes, start, target, 0, kept);
        bytes = target;
        start = 0;
        end = kept;
    }

    byte[] array() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int size() {
        return end - start;
    }

    /** Uses up bytes from the front. They stay readable in the array until the next {@link #append}. */
    void skip(int count) {
        start += count;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /** The big-endian number at this distance from the front. */
    int intAt(int offset) {
        int at = start + offset;
        return ((bytes[at] & 0xff) << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }
}
