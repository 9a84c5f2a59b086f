package io.cortexreactive.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTests {

    private final SseReader reader = new SseReader();

    private List<String> read(byte[] bytes) {
        reader.append(Unpooled.wrappedBuffer(bytes));
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(reader.name() + "|" + new String(reader.data(), 0, reader.length(), StandardCharsets.UTF_8));
        }
        return events;
    }

    private List<String> read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            data: a__;|a
            data:a__;|a
            data:  a__;| a
            data__;|
            data: a_data: b__;|a+b
            data_data__;|+
            event: e_data: a__;e|a
            : comment_data: a__;|a
            id: 1_retry: 5_unknown: x_data: a__;|a
            : only a comment__data: a__;|a
            event: without data__data: a__;|a
            datum: x_data: a__;|a
            data: {"a":"b: c"}__;|{"a":"b: c"}
            meta.info: 1_data : x_foo bar_é: 1_data: a__;|a
            """)
    void eventsAreReadAsTheStandardSays(String text, String event) {
        for (String newline : List.of("\n", "\r", "\r\n")) {
            SseReaderTests fresh = new SseReaderTests();
            // A CR may still be half of a line end, so a comment shows that it was taken for a whole one.
            assertThat(fresh.read(text.replace("_", newline) + ":"))
                    .describedAs("%s", newline.length())
                    .containsExactly(event.replace("+", "\n"));
        }
    }

    @Test
    void byteOrderMarkIsPassedOver() {
        assertThat(read("\uFEFFdata: a\n\n")).containsExactly("|a");
    }

    @Test
    void unfinishedEventIsNotGiven() {
        assertThat(read("data: a\n\ndata: b\n")).containsExactly("|a");
    }

    @Test
    void nameAndDataAreForgottenBetweenEvents() {
        assertThat(read("event: e\ndata: a\n\ndata: b\n\n")).containsExactly("e|a", "|b");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eventsAreTheSameHoweverTheyAreSplit(long seed) {
        Random random = new Random(seed);
        String[] newlines = {"\n", "\r", "\r\n"};
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String newline = newlines[random.nextInt(newlines.length)];
            String data = "ü€😀".repeat(random.nextInt(30)) + i;
            text.append("event: e").append(i).append(newline).append(": ping").append(newline);
            text.append("data: ").append(data).append(newline).append(newline);
            expected.add("e" + i + "|" + data);
        }
        byte[] bytes = text.append("\n").toString().getBytes(StandardCharsets.UTF_8);
        List<String> events = new ArrayList<>();
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000));
            events.addAll(read(Arrays.copyOfRange(bytes, from, to)));
            from = to;
        }

        assertThat(events).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Bad gateway</html>", "{\"error\":1}", "[1]", "\u001f\u008b"})
    void somethingElseBeforeAFieldDoesNotSwallowIt(String text) {
        assertThatThrownBy(() -> read("data: a\n\n" + text + "data: a\n\n"))
                .isInstanceOf(EventStreamReader.FrameException.class);
    }

    @Test
    void tooLongLineIsRefusedBeforeItsEnd() {
        assertThatThrownBy(() -> read("data: " + "x".repeat(SseReader.MAX_LINE_BYTES)))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooLongEventIsRefused() {
        String line = "data: " + "x".repeat(SseReader.MAX_LINE_BYTES - 100) + "\n";
        assertThatThrownBy(() -> read(line.repeat(5))).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooLongStreamIsRefused() {
        byte[] comment = (":" + "x".repeat(1024 * 1023) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 65; i++) {
                        read(comment);
                    }
                })
                .isInstanceOf(LimitExceededException.class);
    }
}
