package io.cortexreactive.provider.wire;

import io.netty.buffer.ByteBuf;

/** Bytes that have come and are not used up: those between {@code start} and {@code end} of one array that grows. */
final class ByteWindow {

    private static final int FIRST_SIZE = 1024;
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int start;
    private int end;

    void append(ByteBuf more) {
        int count = more.readableBytes();
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
