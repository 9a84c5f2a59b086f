package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ByteSplitContract;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The decoder of ConverseStream, fed in pieces. */
class ConverseSplitTests extends ByteSplitContract {

    private static final byte[] START = Frames.event("messageStart", "{'role':'assistant'}");
    private static final byte[] STOP = Frames.event("messageStop", "{'stopReason':'end_turn','p':'abc'}");
    private static final byte[] USAGE = Frames.event(
            "metadata",
            "{'usage':{'inputTokens':3,'outputTokens':5,'totalTokens':15,'cacheReadInputTokens':7},"
                    + "'metrics':{'latencyMs':12},'trace':{'guardrail':{'actionReason':'ü€😀'}}}");

    private static final Map<String, byte[]> CORPUS = new LinkedHashMap<>();

    static {
        put("text", START, text("Hel"), text("lo ü€😀 \\n\\u20ac\\ud83d\\ude00 日本"), text(""), stop(0), STOP, USAGE);
        put(
                "tool calls",
                START,
                call(0, "a", "weather"),
                call(1, "b", "time"),
                arguments(0, "{\\\"city\\\":\\\"Troms"),
                arguments(1, "{}"),
                arguments(0, "ø 😀\\\"}"),
                stop(1),
                stop(0),
                Frames.event("messageStop", "{'stopReason':'tool_use'}"),
                USAGE);
        put(
                "reasoning",
                START,
                reasoning("'text':'Hm, ü€😀.'"),
                reasoning("'signature':'proof=='"),
                reasoning("'redactedContent':'AQ=='"),
                reasoning("'redactedContent':'AgM='"),
                stop(0),
                text("Hello"),
                STOP);
        put("unknown events and headers", Frames.event("somethingNew", "{}"), Frames.ofEveryHeader(), text("a"), STOP);
        put("exception", START, text("a"), Frames.of("exception", "throttlingException", "{'message':'später'}"));
        put("error of the framing", text("a"), Frames.of("error", "InternalFailure", ""));
        put("without the end", START, text("ü"), text("€😀"));
        put("cut inside a frame", text("a"), Arrays.copyOf(text("b"), 40));
        put("wrong checksum", text("ü€😀"), Frames.broken(text("b")), STOP);
        put(
                "a page in the middle",
                text("a"),
                "<html>Bad gateway</html>".repeat(3).getBytes(StandardCharsets.UTF_8));
        put("broken JSON", text("a"), Frames.event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'te"), STOP);
        put("bytes after the end", text("a"), STOP, USAGE, text("b"), new byte[] {1, 2, 3});
    }

    private static void put(String name, byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        CORPUS.put(name, all.toByteArray());
    }

    private static byte[] delta(int index, String delta) {
        return Frames.event(
                "contentBlockDelta", "{'contentBlockIndex':" + index + ",'delta':{" + delta + "},'p':'ab'}");
    }

    private static byte[] text(String text) {
        return delta(0, "'text':'" + text + "'");
    }

    private static byte[] reasoning(String content) {
        return delta(0, "'reasoningContent':{" + content + "}");
    }

    private static byte[] arguments(int index, String json) {
        return delta(index, "'toolUse':{'input':'" + json + "'}");
    }

    private static byte[] call(int index, String id, String name) {
        return Frames.event(
                "contentBlockStart",
                "{'contentBlockIndex':" + index + ",'start':{'toolUse':{'toolUseId':'" + id + "','name':'" + name
                        + "'}}}");
    }

    private static byte[] stop(int index) {
        return Frames.event("contentBlockStop", "{'contentBlockIndex':" + index + "}");
    }

    @Override
    protected Map<String, byte[]> corpus() {
        return CORPUS;
    }

    @Override
    protected Decoding decoding() {
        DirectCall call = new DirectCall(
                "bedrock", "model", ChatRequest.of("Hello?"), new ServiceErrors(Clock.systemUTC(), "here"));
        Usage estimate = Usage.estimated(1, 2);
        return new Decoding(
                new ConverseStreamDecoder(call, end -> end.completed("model", "req-1", () -> estimate)),
                call.received());
    }
}
