package io.cortexreactive.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.wire.ToolArguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** The decoder against what the service sends. */
class MessageDecoderTests {

    private static final String STOP = "{'type':'message_stop'}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Single quotes for double ones, each line an event. */
    private static byte[] events(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append("data: ").append(line.replace('\'', '"')).append("\n\n");
        }
        return bytes(text.toString());
    }

    private static String text(String piece) {
        return delta(0, "'type':'text_delta','text':'" + piece + "'");
    }

    private static String delta(int index, String fields) {
        return "{'type':'content_block_delta','index':" + index + ",'delta':{" + fields + "}}";
    }

    private static String begin(int index, String fields) {
        return "{'type':'content_block_start','index':" + index + ",'content_block':{" + fields + "}}";
    }

    private static String end(int index) {
        return "{'type':'content_block_stop','index':" + index + "}";
    }

    private static String arguments(int index, String piece) {
        return delta(index, "'type':'input_json_delta','partial_json':'" + piece + "'");
    }

    private static List<ChatChunk> decode(String... events) {
        return MessageFeed.decode(events(events));
    }

    private static ChatResponse answer(List<ChatChunk> chunks) {
        ChatAccumulator answer = new ChatAccumulator();
        chunks.forEach(answer::add);
        return answer.toResponse();
    }

    private static ChatResponse fixture(String name) {
        return answer(MessageFeed.decode(MessageFeed.fixture(name)));
    }

    @Test
    void textWithUsageAndCache() {
        ChatResponse answer = fixture("text");

        assertThat(answer.text()).isEqualTo("Hello, wörld ✨ 日本 😀 \"quoted\"\n");
        assertThat(answer.usage()).isEqualTo(new Usage(12, 9, 8, 6, false));
        assertThat(answer.stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(answer.model()).isEqualTo("claude-sonnet-5-5");
        assertThat(answer.metadata()).isEqualTo(Map.of("messageId", "msg_01", "serviceTier", "standard"));
    }

    @Test
    void thinkingAndCallsInTheirPlaces() {
        List<ChatChunk> chunks = MessageFeed.decode(MessageFeed.fixture("thinking-tools"));

        assertThat(chunks)
                .startsWith(
                        new ReasoningDelta(0, "Two cities, ", null),
                        new ReasoningDelta(0, "two calls.", null),
                        new ReasoningDelta(0, "", "EqQBproof=="),
                        new ReasoningDelta(1, "c2VjcmV0", null, true),
                        new TextDelta(2, "Let me look."),
                        new ToolCallStarted(3, "toolu_1", "weather"),
                        new ToolCallDelta(3, "{\"city\": \"Trom"),
                        new ToolCallDelta(3, "sø\"}"),
                        new ToolCallCompleted(3, ToolCall.of("toolu_1", "weather", Map.of("city", "Tromsø"))),
                        new ToolCallStarted(4, "toolu_2", "time"),
                        new ToolCallCompleted(4, ToolCall.of("toolu_2", "time", Map.of())))
                .hasSize(12);
        assertThat(answer(chunks).message().content())
                .startsWith(
                        new ReasoningContent("Two cities, two calls.", "EqQBproof==", false),
                        new ReasoningContent("c2VjcmV0", null, true));
        assertThat(answer(chunks).stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(answer(chunks).usage()).isEqualTo(Usage.of(20, 9));
    }

    @Test
    void whatIsNotKnownIsPassedOver() {
        ChatResponse answer = fixture("server-tools");

        assertThat(answer.message().content()).containsExactly(new TextContent("It is cold."));
        assertThat(answer.stopReason()).isEqualTo(StopReason.STOP_SEQUENCE);
        assertThat(answer.metadata()).containsEntry("stopSequence", "END");
        assertThat(answer.usage()).isEqualTo(Usage.of(25, 9));
    }

    @Test
    void refusalSaysWhy() {
        ChatResponse answer = fixture("refusal");

        assertThat(answer.text()).isEqualTo("First, ");
        assertThat(answer.stopReason()).isEqualTo(StopReason.of("refusal"));
        assertThat(answer.metadata())
                .hasEntrySatisfying(
                        "stopDetails",
                        details -> assertThat(details)
                                .asInstanceOf(InstanceOfAssertFactories.MAP)
                                .containsEntry("category", "bio"));
    }

    @Test
    void errorInTheStream() {
        assertThatThrownBy(() -> MessageFeed.decode(MessageFeed.fixture("overloaded")))
                .hasMessageContaining("Overloaded")
                .isInstanceOfSatisfying(OverloadedException.class, error -> {
                    assertThat(error.requestId()).isEqualTo("req_05");
                    assertThat(error.status()).isNull();
                });
    }

    @Test
    void lineEndsOfAnyKind() {
        String text = new String(MessageFeed.fixture("text"), StandardCharsets.UTF_8);
        List<ChatChunk> expected = MessageFeed.decode(bytes(text));

        assertThat(MessageFeed.decode(bytes(text.replace("\n", "\r\n")))).isEqualTo(expected);
        assertThat(MessageFeed.decode(bytes(text.replace("\n", "\r")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "end_turn",
                "max_tokens",
                "stop_sequence",
                "tool_use",
                "pause_turn",
                "refusal",
                "model_context_window_exceeded",
                "something_new"
            })
    void reasonsToStopAreKept(String told) {
        List<ChatChunk> chunks = decode("{'type':'message_delta','delta':{'stop_reason':'" + told + "'}}", STOP);

        assertThat(answer(chunks).stopReason().value()).isEqualTo(told);
    }

    @Test
    void reasonAloneIsNotTheEnd() {
        assertThatThrownBy(() -> decode(text("a"), "{'type':'message_delta','delta':{'stop_reason':'end_turn'}}"))
                .isInstanceOfSatisfying(
                        IncompleteStreamException.class,
                        error -> assertThat(error.partialText()).isEqualTo("a"));
    }

    @Test
    void endWithoutAnythingIsIncomplete() {
        assertThatThrownBy(() -> decode()).isInstanceOf(IncompleteStreamException.class);
    }

    @Test
    void connectionThatBreaksBeforeTheEndIsAnError() {
        MessageFeed feed = new MessageFeed();
        byte[] bytes = events(text("a"));
        feed.take(bytes, 0, bytes.length);

        // No response had begun, as far as a feed by hand can tell.
        assertThatThrownBy(() -> feed.end(new IOException("reset"))).isInstanceOf(ProviderUnavailableException.class);
    }

    @Test
    void nothingAfterTheEndMatters() {
        MessageFeed feed = new MessageFeed();
        byte[] bytes = events(text("a"), STOP, "{'type':'error','error':{'type':'api_error'}}", "nonsense");
        feed.take(bytes, 0, bytes.length);

        assertThat(feed.end(new IOException("reset"))).hasSize(2).last().isInstanceOf(ChatCompleted.class);
    }

    @Test
    void usageThatIsToldInPartIsEstimatedInPart() {
        Usage usage = answer(decode(
                        "{'type':'message_start','message':{'usage':{'input_tokens':20,'output_tokens':1}}}",
                        text("some words"),
                        STOP))
                .usage();

        assertThat(usage.inputTokens()).isEqualTo(20);
        assertThat(usage.outputTokens()).isGreaterThan(1);
        assertThat(usage.estimated()).isTrue();
    }

    @Test
    void usageThatIsNotToldIsEstimated() {
        Usage usage = answer(decode(text("some words"), STOP)).usage();

        assertThat(usage.inputTokens()).isPositive();
        assertThat(usage.outputTokens()).isPositive();
        assertThat(usage.estimated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-3", "1e400", "9223372036854775808123", "'x'", "{}"})
    void usageThatCannotBeTrueIsEstimated(String tokens) {
        List<ChatChunk> chunks = decode(
                "{'type':'message_start','message':{'usage':{'input_tokens':20}}}",
                text("some words"),
                "{'type':'message_delta','delta':{},'usage':{'output_tokens':" + tokens + "}}",
                STOP);

        assertThat(answer(chunks).usage().estimated()).isTrue();
    }

    @Test
    void blocksMayBeginWithContent() {
        List<ChatChunk> chunks = decode(
                begin(0, "'type':'thinking','thinking':'Hm.','signature':'proof'"),
                begin(1, "'type':'text','text':'Hello'"),
                begin(2, "'type':'tool_use','id':'a','name':'f','input':{'n':1}"),
                end(2),
                STOP);

        assertThat(answer(chunks).message().content())
                .containsExactly(
                        new ReasoningContent("Hm.", "proof", false),
                        new TextContent("Hello"),
                        ToolCall.of("a", "f", Map.of("n", 1)));
    }

    @Test
    void piecesOfCallsMayAlternate() {
        List<ChatChunk> chunks = decode(
                begin(0, "'type':'tool_use','id':'a','name':'f','input':{}"),
                begin(1, "'type':'tool_use','id':'b','name':'g','input':{}"),
                arguments(0, "{"),
                arguments(1, "{"),
                arguments(0, "}"),
                arguments(1, "}"),
                end(1),
                STOP);

        assertThat(answer(chunks).toolCalls())
                .containsExactly(ToolCall.of("a", "f", Map.of()), ToolCall.of("b", "g", Map.of()));
    }

    @Test
    void argumentsThatAreNoObjectAreKeptAsTheyCame() {
        List<ChatChunk> chunks =
                decode(begin(0, "'type':'tool_use','id':'a','name':'f'"), arguments(0, "[1"), end(0), STOP);

        assertThat(answer(chunks).toolCalls()).containsExactly(new ToolCall("a", "f", Map.of(), "[1"));
    }

    @Test
    void errorIsKnownByTheNameOfItsEvent() {
        byte[] bytes = bytes("event: error\ndata: out of memory\n\n");

        assertThatThrownBy(() -> MessageFeed.decode(bytes)).isInstanceOf(StreamInterruptedException.class);
    }

    @Test
    void tooLongArgumentsAreRefused() {
        String[] events = new String[30];
        Arrays.fill(events, arguments(0, "x".repeat(10_000)));
        events[0] = begin(0, "'type':'tool_use','id':'a','name':'f','input':{}");

        assertThatThrownBy(() -> decode(events)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooManyCallsAreRefused() {
        String[] tooMany = new String[ToolArguments.MAX_CALLS + 1];
        Arrays.setAll(tooMany, i -> begin(i, "'type':'tool_use','id':'" + i + "','name':'f'") + "\n\ndata: " + end(i));
        String[] most = tooMany.clone();
        most[ToolArguments.MAX_CALLS] = STOP;

        assertThat(answer(decode(most)).toolCalls()).hasSize(ToolArguments.MAX_CALLS);
        assertThatThrownBy(() -> decode(tooMany)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooLongLineIsRefused() {
        byte[] line = bytes("data: {\"x\":\"" + "x".repeat(2 * 1024 * 1024));

        assertThatThrownBy(() -> MessageFeed.decode(line)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooDeepJsonIsRefused() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThatThrownBy(() -> decode("{'x':" + deep + "}"))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("depth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':", "[]", "'oops'", "{} {}", "nonsense"})
    void eventThatIsNoObjectIsRefused(String data) {
        assertThatThrownBy(() -> decode(data)).isInstanceOf(JacksonException.class);
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] bytes = events(text("??"));
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("??");
        bytes[at] = (byte) 0xc3;
        bytes[at + 1] = (byte) 0x28;

        assertThatThrownBy(() -> MessageFeed.decode(bytes)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void oneChunkAtATimeIsDecoded() {
        MessageFeed feed = new MessageFeed();
        byte[] bytes = events(text("a"), "nonsense");
        feed.append(bytes, 0, bytes.length);

        assertThat(feed.next()).isEqualTo(new TextDelta(0, "a"));
    }
}
