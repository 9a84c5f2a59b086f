package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.TextDelta;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class ContentDeltaTests {

    private static final String USUAL = "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello\"},\"p\":\"abcXYZ019\"}";

    private static @Nullable TextDelta read(String json) {
        byte[] bytes = ("before" + json + "after").getBytes(StandardCharsets.UTF_8);
        return ContentDelta.Plain.read(bytes, "before".length(), bytes.length - "after".length());
    }

    private static @Nullable ChatChunk parsed(byte[] json) {
        ContentDelta delta = new ContentDelta();
        try {
            delta.read(json, 0, json.length);
        } catch (JacksonException e) {
            return null;
        }
        return delta.isWhole() ? delta.addTo(new ChunkAssembler()) : null;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello\"},\"p\":\"abcXYZ019\"} | 0 | Hello",
                "{\"contentBlockIndex\":12,\"delta\":{\"text\":\"it's {a:[b]}, 100%\"}} | 12 | it's {a:[b]}, 100%",
                "{\"contentBlockIndex\":999999999,\"delta\":{\"text\":\"a\"},\"p\":\"\"} | 999999999 | a"
            })
    void usualPayloadIsRead(String json, int index, String text) {
        assertThat(read(json)).isEqualTo(new TextDelta(index, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"contentBlockIndex\":0}",
                "{\"contentBlockIndex\":,\"delta\":{\"text\":\"a\"}}",
                "{\"contentBlockIndex\":00,\"delta\":{\"text\":\"a\"}}",
                "{\"contentBlockIndex\":-1,\"delta\":{\"text\":\"a\"}}",
                "{\"contentBlockIndex\":1234567890,\"delta\":{\"text\":\"a\"}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\"}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\\nb\"}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\nb\"}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\u00fc\"}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\",\"more\":1}}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"},\"p\":\"a\",\"more\":1}",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"}} ",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a\"}",
                "{\"contentBlockIndex\": 0,\"delta\":{\"text\":\"a\"}}",
                "{\"delta\":{\"text\":\"a\"},\"contentBlockIndex\":0}"
            })
    void anythingElseIsLeftToTheParser(String json) {
        assertThat(read(json)).isNull();
    }

    @Test
    void whatIsReadIsWhatTheParserReads() {
        Random random = new Random(20_261_125);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] json = damaged(USUAL.getBytes(StandardCharsets.US_ASCII), random);
            TextDelta plain = ContentDelta.Plain.read(json, 0, json.length);
            if (plain != null) {
                read++;
                assertThat(parsed(json)).isEqualTo(plain);
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    /** One or two bytes changed, left out or put in. */
    private static byte[] damaged(byte[] json, Random random) {
        byte[] changed = json;
        for (int times = random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(changed.length);
            byte other = random.nextBoolean() ? json[random.nextInt(json.length)] : (byte) random.nextInt(256);
            changed = switch (random.nextInt(3)) {
                case 0 -> joined(Arrays.copyOf(changed, at), Arrays.copyOfRange(changed, at + 1, changed.length));
                case 1 -> joined(Arrays.copyOf(changed, at + 1), Arrays.copyOfRange(changed, at, changed.length));
                default -> changed.clone();
            };
            if (changed.length > at) {
                changed[at] = other;
            }
        }
        return changed;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
