package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.provider.bedrock.ResponseLimits.FrameGuard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class FrameGuardTests {

    private final FrameGuard guard = new FrameGuard();

    private static ByteBuffer frame(int payload) {
        return new Message(Map.of(":event-type", HeaderValue.fromString("x")), new byte[payload]).toByteBuffer();
    }

    /** The head of a frame that says it is this long. */
    private static ByteBuffer head(int length) {
        ByteBuffer head = ByteBuffer.allocate(12).putInt(length).putInt(0);
        CRC32 crc = new CRC32();
        crc.update(head.array(), 0, 8);
        return head.putInt((int) crc.getValue()).flip();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tooLargeFrameIsFoundHoweverTheBytesAreSplit(long seed) {
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        for (int i = 0; i < 50; i++) {
            bytes.put(frame(random.nextInt(500)));
        }
        bytes.put(head(FrameGuard.MAX_FRAME_BYTES + 1)).flip();

        assertThatThrownBy(() -> feedInPieces(bytes, random))
                .isInstanceOfSatisfying(LimitExceededException.class, error -> {
                    assertThat(error.limit()).isEqualTo(FrameGuard.MAX_FRAME_BYTES);
                    assertThat(error.actual()).isEqualTo(FrameGuard.MAX_FRAME_BYTES + 1L);
                });
    }

    private void feedInPieces(ByteBuffer bytes, Random random) {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), 1 + random.nextInt(40));
            guard.accept(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    @Test
    void bytesAreNotConsumed() {
        ByteBuffer frame = frame(100);
        guard.accept(frame);

        assertThat(frame.position()).isZero();
    }

    @Test
    void largestFramePasses() {
        assertThatCode(() -> guard.accept(head(FrameGuard.MAX_FRAME_BYTES))).doesNotThrowAnyException();
    }

    @Test
    void garbageIsLeftToTheDecoder() {
        ByteBuffer html = ByteBuffer.wrap("<html><body>Bad gateway</body></html>".getBytes(StandardCharsets.UTF_8));

        assertThatCode(() -> guard.accept(html)).doesNotThrowAnyException();
    }

    @Test
    void endlessStreamIsCut() {
        ByteBuffer chunk = frame(1024 * 1024);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        guard.accept(chunk.duplicate());
                    }
                })
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("Response stream");
    }
}
