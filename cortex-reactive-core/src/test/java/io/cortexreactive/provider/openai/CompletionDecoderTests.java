package io.cortexreactive.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.wire.HttpCall;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** The decoder against what servers send. The fixtures say in comments what is peculiar to each. */
class CompletionDecoderTests {

    private static final Usage USAGE = Usage.of(20, 9);

    private static byte[] fixture(String name) {
        try (InputStream in = CompletionDecoderTests.class.getResourceAsStream(name + ".sse")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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

    private static byte[] delta(String delta) {
        return events("{'choices':[{'index':0,'delta':" + delta + "}]}");
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = {};
        for (byte[] part : parts) {
            int length = all.length;
            all = Arrays.copyOf(all, length + part.length);
            System.arraycopy(part, 0, all, length, part.length);
        }
        return all;
    }

    private static byte[] stop() {
        return events("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}", "[DONE]");
    }

    /** One call with its decoder, fed by hand. */
    private static final class Feed {

        private final CompletionCall call;
        private final CompletionDecoder decoder;
        private final List<ChatChunk> chunks = new ArrayList<>();

        Feed(boolean whole) {
            WholeExchange exchange = new WholeExchange(
                    "openai",
                    "asked",
                    HttpCall.get(URI.create("http://localhost/v1/chat/completions"), Map.of()),
                    new ServiceErrors(Clock.systemUTC()));
            call = new CompletionCall(exchange, ChatRequest.of("Hello?"));
            decoder = whole ? CompletionDecoder.whole(call, "id_") : CompletionDecoder.stream(call, "id_");
        }

        void take(byte[] bytes, int from, int to) {
            decoder.append(Unpooled.wrappedBuffer(bytes, from, to - from));
            drain();
        }

        List<ChatChunk> end(@Nullable Throwable error) {
            decoder.end(error);
            drain();
            return chunks;
        }

        private void drain() {
            for (ChatChunk chunk = decoder.next(); chunk != null; chunk = decoder.next()) {
                call.received().add(chunk);
                chunks.add(chunk);
            }
        }
    }

    private static List<ChatChunk> decode(byte[] bytes) {
        Feed feed = new Feed(false);
        feed.take(bytes, 0, bytes.length);
        return feed.end(null);
    }

    private static ChatResponse answer(List<ChatChunk> chunks) {
        ChatAccumulator answer = new ChatAccumulator();
        chunks.forEach(answer::add);
        return answer.toResponse();
    }

    private static ChatResponse answer(String fixture) {
        return answer(decode(fixture(fixture)));
    }

    @Test
    void openAi() {
        ChatResponse answer = answer("openai");

        assertThat(answer.text()).isEqualTo("Hello, wörld ✨ 日本 😀 \"quoted\"\n");
        assertThat(answer.usage()).isEqualTo(new Usage(12, 9, 8, 0, false));
        assertThat(answer.stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(answer.model()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(answer.metadata())
                .containsEntry("systemFingerprint", "fp_a1")
                .containsEntry("serviceTier", "default")
                .containsEntry("providerStopReason", "stop");
    }

    @Test
    void openAiCallsSideBySide() {
        List<ChatChunk> chunks = decode(fixture("openai-tools"));

        assertThat(chunks)
                .startsWith(
                        new ToolCallStarted(0, "call_a", "weather"),
                        new ToolCallDelta(0, "{\"ci"),
                        new ToolCallDelta(0, "ty\":\"Tromsø\"}"),
                        new ToolCallStarted(1, "call_b", "time"),
                        new ToolCallDelta(1, "{}"),
                        new ToolCallCompleted(0, ToolCall.of("call_a", "weather", Map.of("city", "Tromsø"))),
                        new ToolCallCompleted(1, ToolCall.of("call_b", "time", Map.of())))
                .hasSize(8);
        assertThat(answer(chunks).stopReason()).isEqualTo(StopReason.TOOL_USE);
    }

    @Test
    void openAiRefusal() {
        ChatResponse answer = answer("openai-refusal");

        assertThat(answer.text()).isEqualTo("I can't help with that.");
        assertThat(answer.stopReason()).isEqualTo(StopReason.of("refusal"));
    }

    @Test
    void ollama() {
        ChatResponse answer = answer("ollama");

        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("Two cities, two calls.", null, false),
                        ToolCall.of("call_1", "weather", Map.of("city", "Oslo")),
                        ToolCall.of("call_2", "weather", Map.of("city", "Rome")));
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(answer.usage()).isEqualTo(USAGE);
    }

    @Test
    void ollamaWithoutIndex() {
        ChatResponse answer = answer("ollama-old");

        assertThat(answer.toolCalls())
                .containsExactly(
                        ToolCall.of("call_1", "weather", Map.of("city", "Oslo")),
                        ToolCall.of("id_1", "time", Map.of()));
        assertThat(answer.usage().estimated()).isTrue();
    }

    @Test
    void vllm() {
        ChatResponse answer = answer("vllm");

        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("The user counts. Go on.", null, false), new TextContent("one two three"));
        assertThat(answer.stopReason()).isEqualTo(StopReason.STOP_SEQUENCE);
        assertThat(answer.usage()).isEqualTo(USAGE);
    }

    @Test
    void vllmCalls() {
        assertThat(answer("vllm-tools").toolCalls())
                .containsExactly(ToolCall.of("chatcmpl-tool-1", "weather", Map.of("city", "Oslo")));
    }

    @Test
    void lmStudio() {
        ChatResponse answer = answer("lmstudio");

        assertThat(answer.message().content())
                .containsExactly(
                        new TextContent("Let me look."), ToolCall.of("365174485", "weather", Map.of("city", "Oslo")));
        assertThat(answer.usage().estimated()).isTrue();
    }

    @Test
    void azure() {
        ChatResponse answer = answer("azure");

        assertThat(answer.text()).isEqualTo("Violets are");
        assertThat(answer.stopReason()).isEqualTo(StopReason.CONTENT_FILTERED);
        assertThat(answer.model()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(answer.usage()).isEqualTo(USAGE);
    }

    @Test
    void openRouter() {
        ChatResponse answer = answer("openrouter");

        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent(
                                "The user greets.",
                                "proof==",
                                false,
                                Map.of("format", "anthropic-claude-v1", "index", 0)),
                        new ReasoningContent(
                                "c2VjcmV0", null, true, Map.of("format", "anthropic-claude-v1", "index", 1)),
                        new TextContent("Hello!"));
        assertThat(answer.usage()).isEqualTo(new Usage(10, 9, 4, 6, false));
    }

    @Test
    void blocksOfReasoningAreKeptApartWithAllThatIsSaidOfThem() {
        byte[] bytes = join(
                delta("{'reasoning':'Hm','reasoning_details':[{'type':'reasoning.summary','summary':'Hm','id':'rs_1',"
                        + "'format':'openai-responses-v1','index':0}]}"),
                delta("{'reasoning':'.','reasoning_details':[{'type':'reasoning.summary','summary':'.','index':0}]}"),
                delta("{'reasoning':'So','reasoning_details':[{'type':'reasoning.text','text':'So','index':1}]}"),
                delta("{'content':'a'}"),
                stop());

        assertThat(answer(decode(bytes)).message().content())
                .startsWith(
                        new ReasoningContent(
                                "Hm.",
                                null,
                                false,
                                Map.of(
                                        "type",
                                        "reasoning.summary",
                                        "id",
                                        "rs_1",
                                        "format",
                                        "openai-responses-v1",
                                        "index",
                                        0)),
                        new ReasoningContent("So", null, false, Map.of("index", 1)));
    }

    @Test
    void openRouterError() {
        assertThatThrownBy(() -> decode(fixture("openrouter-error")))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessageContaining("Provider disconnected");
    }

    @Test
    void deepSeek() {
        ChatResponse answer = answer("deepseek");

        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("Compare 9.11 and 9.8.", null, false), new TextContent("9.8 is larger."));
        assertThat(answer.usage()).isEqualTo(new Usage(4, 9, 16, 0, false));
    }

    @Test
    void lineEndsOfAnyKind() {
        String text = new String(fixture("openai"), StandardCharsets.UTF_8);

        assertThat(decode(bytes(text.replace("\n", "\r\n")))).isEqualTo(decode(bytes(text)));
        assertThat(decode(bytes(text.replace("\n", "\r")))).isEqualTo(decode(bytes(text)));
    }

    @ParameterizedTest
    @CsvSource({
        "stop, end_turn",
        "length, max_tokens",
        "tool_calls, tool_use",
        "function_call, tool_use",
        "content_filter, content_filtered",
        "eos_token, eos_token"
    })
    void reasonsToStop(String told, String expected) {
        byte[] bytes = events("{'choices':[{'index':0,'delta':{},'finish_reason':'" + told + "'}]}");

        assertThat(answer(decode(bytes)).stopReason().value()).isEqualTo(expected);
    }

    @Test
    void answerIsWholeWithoutDone() {
        byte[] bytes =
                join(delta("{'content':'a'}"), events("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}"));

        assertThat(answer(decode(bytes)).text()).isEqualTo("a");
    }

    @Test
    void doneWithoutReasonIsIncomplete() {
        byte[] bytes = join(delta("{'content':'a'}"), events("[DONE]"));

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOfSatisfying(
                        IncompleteStreamException.class,
                        error -> assertThat(error.partialText()).isEqualTo("a"));
    }

    @Test
    void endWithoutReasonIsIncomplete() {
        assertThatThrownBy(() -> decode(delta("{'content':'a'}"))).isInstanceOf(IncompleteStreamException.class);
        assertThatThrownBy(() -> decode(join(
                        delta("{'content':'a'}"),
                        events("{'choices':[{'index':0,'delta':{'content':'b'},'finish_reason':''}]}", "[DONE]"))))
                .isInstanceOf(IncompleteStreamException.class);
        assertThatThrownBy(() -> decode(new byte[0])).isInstanceOf(IncompleteStreamException.class);
    }

    @Test
    void eventThatIsCutOffIsIncomplete() {
        byte[] bytes = fixture("openai");
        int end = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\"stop\"") + 3;
        Feed feed = new Feed(false);
        feed.take(bytes, 0, end);

        assertThatThrownBy(() -> feed.end(null)).isInstanceOf(IncompleteStreamException.class);
    }

    @Test
    void connectionThatBreaksAfterTheReasonDoesNotMatter() {
        byte[] bytes =
                join(delta("{'content':'a'}"), events("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}"));
        Feed feed = new Feed(false);
        feed.take(bytes, 0, bytes.length);

        assertThat(feed.end(new IOException("reset"))).last().isInstanceOf(ChatCompleted.class);
    }

    @Test
    void errorAfterTheReasonDoesNotMatter() {
        byte[] bytes = events("{'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}", "{'error':{'code':500}}");

        assertThat(decode(bytes)).singleElement().isInstanceOf(ChatCompleted.class);
    }

    @Test
    void textBetweenReasoningAndCallsKeepsItsPlace() {
        byte[] bytes = join(
                delta("{'content':'a','reasoning':'t'}"),
                delta("{'tool_calls':[{'index':0,'id':'c','function':{'name':'f','arguments':'{}'}}]}"),
                delta("{'content':'b'}"),
                stop());

        assertThat(answer(decode(bytes)).message().content())
                .containsExactly(
                        new ReasoningContent("t", null, false),
                        new TextContent("a"),
                        ToolCall.of("c", "f", Map.of()),
                        new TextContent("b"));
    }

    @Test
    void piecesOfCallsMayAlternate() {
        byte[] bytes = join(
                delta("{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':'{'}},"
                        + "{'index':1,'id':'b','function':{'name':'g','arguments':'{'}}]}"),
                delta("{'tool_calls':[{'index':0,'function':{'arguments':'}'}}]}"),
                delta("{'tool_calls':[{'index':1,'function':{'arguments':'}'}}]}"),
                stop());

        assertThat(answer(decode(bytes)).toolCalls())
                .containsExactly(ToolCall.of("a", "f", Map.of()), ToolCall.of("b", "g", Map.of()));
    }

    @Test
    void callWithoutIndexGoesOnWithTheLastOrByItsId() {
        byte[] bytes = join(
                delta("{'tool_calls':[{'id':'a','function':{'name':'f','arguments':'{'}}]}"),
                delta("{'tool_calls':[{'id':'b','function':{'name':'g'}}]}"),
                delta("{'tool_calls':[{'function':{'arguments':'{}'}}]}"),
                delta("{'tool_calls':[{'id':'a','function':{'arguments':'}'}}]}"),
                stop());

        assertThat(answer(decode(bytes)).toolCalls())
                .containsExactly(ToolCall.of("a", "f", Map.of()), ToolCall.of("b", "g", Map.of()));
    }

    @Test
    void nameMayComeAfterTheArguments() {
        byte[] bytes = join(
                delta("{'tool_calls':[{'index':0,'id':'a','function':{'arguments':'{'}}]}"),
                delta("{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'}'}}]}"),
                stop());

        assertThat(decode(bytes))
                .startsWith(new ToolCallStarted(0, "a", "f"), new ToolCallDelta(0, "{"), new ToolCallDelta(0, "}"));
    }

    @Test
    void argumentsMayBeTheObjectItself() {
        byte[] bytes = join(
                delta("{'tool_calls':[{'index':0,'id':'a','function':{'arguments':{'city': 'Tromsø'},'name':'f'}}]}"),
                stop());

        assertThat(answer(decode(bytes)).toolCalls()).containsExactly(ToolCall.of("a", "f", Map.of("city", "Tromsø")));
    }

    @Test
    void argumentsThatAreNoObjectAreKeptAsTheyCame() {
        byte[] bytes =
                join(delta("{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':'[1'}}]}"), stop());

        assertThat(answer(decode(bytes)).toolCalls()).containsExactly(new ToolCall("a", "f", Map.of(), "[1"));
    }

    @Test
    void functionCallOfOldIsACall() {
        byte[] bytes = join(
                delta("{'function_call':{'name':'f','arguments':'{'}}"),
                delta("{'function_call':{'arguments':'}'}}"),
                events("{'choices':[{'index':0,'delta':{},'finish_reason':'function_call'}]}"));

        assertThat(answer(decode(bytes)).toolCalls()).containsExactly(ToolCall.of("id_0", "f", Map.of()));
    }

    @Test
    void otherChoicesArePassedOver() {
        byte[] bytes = join(
                events("{'choices':[{'index':1,'delta':{'content':'no'},'finish_reason':'stop'}]}"),
                delta("{'content':'yes'}"),
                stop());

        assertThat(answer(decode(bytes)).text()).isEqualTo("yes");
    }

    @Test
    void wholeAnswerMakesTheSameChunks() {
        byte[] body = bytes("""
                {"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant",
                "content":"Let me look.","reasoning_content":"Hm.","tool_calls":[
                {"id":"a","type":"function","function":{"name":"f","arguments":"{\\"n\\":1}"}},
                {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},
                "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":20,"completion_tokens":9}}""");
        Feed feed = new Feed(true);
        feed.take(body, 0, 50);
        feed.take(body, 50, body.length);
        ChatResponse answer = answer(feed.end(null));

        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("Hm.", null, false),
                        new TextContent("Let me look."),
                        ToolCall.of("a", "f", Map.of("n", 1)),
                        ToolCall.of("b", "g", Map.of()));
        assertThat(answer.usage()).isEqualTo(USAGE);
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
    }

    @Test
    void wholeAnswerWithoutReasonIsIncomplete() {
        Feed feed = new Feed(true);
        byte[] body = bytes("{\"choices\":[]}");
        feed.take(body, 0, body.length);

        assertThatThrownBy(() -> feed.end(null)).isInstanceOf(IncompleteStreamException.class);
    }

    @Test
    void tooLongLineIsRefused() {
        byte[] line = bytes("data: {\"x\":\"" + "x".repeat(2 * 1024 * 1024));

        assertThatThrownBy(() -> decode(line)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void tooDeepJsonIsRefused() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThatThrownBy(() -> decode(bytes("data: {\"x\":" + deep + "}\n\n")))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("depth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'choices':[", "[]", "'oops'", "{} {}", "nonsense"})
    void eventThatIsNoObjectIsRefused(String data) {
        assertThatThrownBy(() -> decode(events(data))).isInstanceOf(JacksonException.class);
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] bytes = delta("{'content':'??'}");
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("??");
        bytes[at] = (byte) 0xc3;
        bytes[at + 1] = (byte) 0x28;

        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void flatErrorIsAnError() {
        byte[] bytes = join(
                delta("{'content':'a'}"),
                events("{'object':'error','message':'out of memory','type':'SomethingElse','code':null}"));

        assertThatThrownBy(() -> decode(bytes))
                .hasMessageContaining("out of memory")
                .isInstanceOfSatisfying(
                        StreamInterruptedException.class,
                        error -> assertThat(error.partialText()).isEqualTo("a"));
    }

    @Test
    void reasonErrorWithoutAnErrorBreaksTheAnswerOff() {
        assertThatThrownBy(() -> decode(events("{'choices':[{'index':0,'delta':{},'finish_reason':'error'}]}")))
                .isInstanceOf(StreamInterruptedException.class);
    }

    @Test
    void oneChunkAtATimeIsDecoded() {
        Feed feed = new Feed(false);
        byte[] bytes = join(delta("{'content':'a'}"), events("nonsense"));
        feed.decoder.append(Unpooled.wrappedBuffer(bytes));

        assertThat(feed.decoder.next()).isEqualTo(new TextDelta(0, "a"));
    }
}
