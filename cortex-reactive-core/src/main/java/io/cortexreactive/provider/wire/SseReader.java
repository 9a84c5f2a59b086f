package io.cortexreactive.provider.wire;

import io.cortexreactive.error.LimitExceededException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads server-sent events as the WHATWG's HTML standard has them, section 9.2.6: lines end in CR, LF or both, a blank
 * line ends an event, comments and unknown fields are passed over, and an event without data is none. The data stay
 * bytes. Not thread-safe.
 */
public final class SseReader {

    static final int MAX_LINE_BYTES = 1024 * 1024;
    static final int MAX_EVENT_BYTES = 4 * 1024 * 1024;

    private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = {};

    private final ByteWindow window = new ByteWindow();

    /** How many bytes of the window are known to hold no end of line. */
    private int scanned;

    private boolean begun;
    private boolean lineFeedMayFollow;

    private String name = "";
    private byte[] data = NONE;
    private int dataLength;
    private boolean hasData;
    private boolean told;

    /**
     * Takes more bytes.
     *
     * @throws LimitExceededException if a line has more than 1 MiB, an event 4 MiB, or the stream 64 MiB
     */
    public void append(ByteBuf bytes) {
        window.append(bytes);
    }

    /**
     * Goes to the next event; false if it has not come in full.
     *
     * @throws EventStreamReader.FrameException if a line is something else, such as a proxy's page
     */
    public boolean next() {
        if (told) {
            forget();
        }
        while (true) {
            int length = lineLength();
            if (length < 0) {
                return false;
            }
            int start = window.start();
            boolean blank = length == 0;
            if (!blank) {
                field(window.array(), start, start + length);
            }
            lineFeedMayFollow = window.array()[start + length] == '\r';
            window.skip(length + 1);
            scanned = 0;
            if (blank && dispatch()) {
                return true;
            }
        }
    }

    /** The event's type; empty if it has none. */
    public String name() {
        return name;
    }

    /** Holds the event's data from 0 to {@link #length()}, until the next call of {@link #next()}. */
    public byte[] data() {
        return data;
    }

    /** How long the data are. */
    public int length() {
        return dataLength;
    }

    /** Whether the data are exactly this ASCII text. */
    public boolean isData(String text) {
        if (text.length() != dataLength) {
            return false;
        }
        for (int i = 0; i < dataLength; i++) {
            if (data[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void forget() {
        told = false;
        name = "";
        hasData = false;
        dataLength = 0;
    }

    private boolean dispatch() {
        if (hasData) {
            told = true;
            return true;
        }
        forget();
        return false;
    }

    /** The bytes before the next end of line; -1 if there is none yet. */
    private int lineLength() {
        if (lineFeedMayFollow && window.size() > 0) {
            lineFeedMayFollow = false;
            if (window.array()[window.start()] == '\n') {
                window.skip(1);
            }
        }
        if (!begun && !begin()) {
            return -1;
        }
        byte[] bytes = window.array();
        for (int at = window.start() + scanned; at < window.end(); at++) {
            if (bytes[at] == '\n' || bytes[at] == '\r') {
                return bounded(at - window.start());
            }
        }
        scanned = bounded(window.size());
        return -1;
    }

    private static int bounded(int length) {
        if (length > MAX_LINE_BYTES) {
            throw new LimitExceededException("Line of an event stream, bytes", MAX_LINE_BYTES, length);
        }
        return length;
    }

    /** Passes over a byte order mark; false while there may still come one. */
    private boolean begin() {
        int seen = Math.min(window.size(), BOM.length);
        int start = window.start();
        if (!Arrays.equals(window.array(), start, start + seen, BOM, 0, seen)) {
            begun = true;
        } else if (seen == BOM.length) {
            window.skip(BOM.length);
            begun = true;
        }
        return begun;
    }

    private void field(byte[] line, int from, int to) {
        requireField(line[from]);
        int colon = from;
        while (colon < to && line[colon] != ':') {
            colon++;
        }
        int value = Math.min(to, colon + 1);
        if (value < to && line[value] == ' ') {
            value++;
        }
        if (Arrays.equals(line, from, colon, DATA, 0, DATA.length)) {
            addData(line, value, to);
        } else if (Arrays.equals(line, from, colon, EVENT, 0, EVENT.length)) {
            name = new String(line, value, to - value, StandardCharsets.UTF_8);
        }
    }

    /** A page, JSON or binary data would else pass for an unknown field, and swallow what follows on the same line. */
    private static void requireField(byte first) {
        boolean control = first >= 0 && first < ' ' && first != '\t';
        if (first == '<' || first == '{' || first == '[' || control) {
            throw new EventStreamReader.FrameException("A line of the event stream does not begin with a field's name");
        }
    }

    private void addData(byte[] line, int from, int to) {
        int at = hasData ? dataLength + 1 : 0;
        int size = at + to - from;
        if (size > MAX_EVENT_BYTES) {
            throw new LimitExceededException("Event of an event stream, bytes", MAX_EVENT_BYTES, size);
        }
        if (size > data.length) {
            data = Arrays.copyOf(data, Math.max(size, data.length * 2));
        }
        if (hasData) {
            data[dataLength] = '\n';
        }
        System.arraycopy(line, from, data, at, to - from);
        dataLength = size;
        hasData = true;
    }
}
