package io.cortexreactive.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.provider.wire.EventStreamReader.FrameException;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class EventStreamReaderTests {

    private final EventStreamReader reader = new EventStreamReader();

    private static byte[] frame(String type, String payload) {
        Map<String, HeaderValue> headers = Map.of(
                ":event-type",
                HeaderValue.fromString(type),
                "flag",
                HeaderValue.fromBoolean(true),
                "number",
                HeaderValue.fromInteger(7),
                "bytes",
                HeaderValue.fromByteArray(new byte[] {1, 2, 3}));
        ByteBuffer bytes = new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    private List<String> read(byte[] bytes) {
        reader.append(Unpooled.wrappedBuffer(bytes));
        List<String> frames = new ArrayList<>();
        while (reader.next()) {
            frames.add(reader.header(":event-type") + "="
                    + new String(
                            reader.array(),
                            reader.payloadFrom(),
                            reader.payloadTo() - reader.payloadFrom(),
                            StandardCharsets.UTF_8));
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void framesAreTheSameHoweverTheyAreSplit(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String payload = "ü€😀".repeat(random.nextInt(50));
            all.writeBytes(frame("type-" + i, payload));
            expected.add("type-" + i + "=" + payload);
        }
        List<String> frames = new ArrayList<>();
        byte[] bytes = all.toByteArray();
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 3_000));
            frames.addAll(read(Arrays.copyOfRange(bytes, from, to)));
            from = to;
        }

        assertThat(frames).isEqualTo(expected);
        assertThat(reader.isInFrame()).isFalse();
    }

    @Test
    void otherHeadersAreNoText() {
        read(frame("a", ""));

        assertThat(reader.header("number")).isNull();
        assertThat(reader.header("missing")).isNull();
    }

    @Test
    void headerWithoutAValueMayBeTheLast() {
        ByteBuffer frame = new Message(Map.of("flag", HeaderValue.fromBoolean(true)), new byte[0]).toByteBuffer();
        reader.append(Unpooled.wrappedBuffer(frame));

        assertThat(reader.next()).isTrue();
        assertThat(reader.header("flag")).isNull();
    }

    @Test
    void anyChangedByteIsNoticed() {
        byte[] good = frame("type", "payload");
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            EventStreamReader fresh = new EventStreamReader();
            fresh.append(Unpooled.wrappedBuffer(bad));
            assertThatThrownBy(fresh::next).describedAs("byte %d", i).isInstanceOf(FrameException.class);
        }
    }

    @Test
    void tooLargeFrameIsRefusedByItsHead() {
        assertThatThrownBy(() -> read(head(EventStreamReader.MAX_FRAME_BYTES + 1, 0)))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void headersLongerThanTheFrameAreRefused() {
        assertThatThrownBy(() -> read(head(100, 85))).isInstanceOf(FrameException.class);
    }

    private static byte[] head(int length, int headers) {
        ByteBuffer head = ByteBuffer.allocate(12).putInt(length).putInt(headers);
        CRC32 crc = new CRC32();
        crc.update(head.array(), 0, 8);
        return head.putInt((int) crc.getValue()).array();
    }

    @Test
    void tooLongStreamIsRefused() {
        byte[] many = frame("type", "x".repeat(1024 * 1024));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 65; i++) {
                        read(many);
                    }
                })
                .isInstanceOf(LimitExceededException.class);
    }
}
