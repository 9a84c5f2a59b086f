package io.cortexreactive.benchmarks.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Frames of AWS's event stream: length, length of headers, checksum of both; headers, payload, checksum of all. */
final class FrameDecoder implements FloorClients.Decoder {

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final byte[] DELTA = "contentBlockDelta".getBytes(StandardCharsets.UTF_8);

    private final CRC32 crc = new CRC32();
    private byte[] frame = new byte[1024];
    private ByteBuf held = Unpooled.EMPTY_BUFFER;

    @Override
    public List<String> decode(ByteBuf bytes) {
        List<String> texts = new ArrayList<>();
        ByteBuf all = FloorClients.join(held, bytes);
        while (all.readableBytes() >= PRELUDE && all.readableBytes() >= all.getInt(all.readerIndex())) {
            int length = all.readInt();
            frame = frame.length < length ? new byte[length] : frame;
            all.getBytes(all.readerIndex() - Integer.BYTES, frame, 0, length);
            all.skipBytes(length - Integer.BYTES);
            String text = text(length);
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        held = FloorClients.copyOfRest(all);
        all.release();
        return texts;
    }

    private String text(int length) {
        check(PRELUDE - CHECKSUM);
        check(length - CHECKSUM);
        int payload = PRELUDE + intAt(Integer.BYTES);
        if (!isDelta(payload)) {
            return "";
        }
        int size = length - CHECKSUM - payload;
        System.arraycopy(frame, payload, frame, 0, size);
        return FloorClients.text(frame, size, "text");
    }

    private void check(int end) {
        crc.reset();
        crc.update(frame, 0, end);
        if ((int) crc.getValue() != intAt(end)) {
            throw new IllegalStateException("Checksum at " + end);
        }
    }

    /** The name can only be that of the event among the headers that come. */
    private boolean isDelta(int end) {
        for (int i = PRELUDE; i <= end - DELTA.length; i++) {
            if (frame[i] == 'c' && Arrays.equals(frame, i, i + DELTA.length, DELTA, 0, DELTA.length)) {
                return true;
            }
        }
        return false;
    }

    private int intAt(int index) {
        return (frame[index] & 0xff) << 24
                | (frame[index + 1] & 0xff) << 16
                | (frame[index + 2] & 0xff) << 8
                | (frame[index + 3] & 0xff);
    }
}
