package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.provider.wire.ToolArguments;
import io.cortexreactive.provider.wire.WireJson;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes chunks of what the events tell. Blocks and deltas of a kind that is not known are passed over. One
 * subscription, one of these; fed by one thread at a time.
 */
final class ChunkAssembler {

    private final Queue<ChatChunk> out;
    private final Map<Integer, OpenCall> calls = new TreeMap<>();
    private final AnswerEnd end = new AnswerEnd();
    private int begun;

    ChunkAssembler(Queue<ChatChunk> out) {
        this.out = out;
    }

    /**
     * @throws io.cortexreactive.error.LimitExceededException for too many tool calls, or arguments that are too long
     */
    void add(MessageEvent event) {
        switch (event.type()) {
            case "content_block_delta" -> addDelta(event);
            case "content_block_start" -> begin(event.index(), event.object("content_block"));
            case "content_block_stop" -> stop(event.index());
            case "message_start" -> end.begun(event.object("message"));
            case "message_delta" -> end.changed(event.object("delta"), event.object("usage"));
            default -> {}
        }
    }

    private void addDelta(MessageEvent event) {
        int index = event.index();
        switch (event.deltaType()) {
            case "text_delta" -> addText(index, event.piece());
            case "thinking_delta" -> addThought(index, event.piece(), null);
            case "signature_delta" -> addThought(index, "", event.piece());
            case "input_json_delta" -> addArguments(index, event.piece());
            default -> {}
        }
    }

    /** A block mostly begins empty, but need not. */
    private void begin(int index, Map<?, ?> block) {
        switch (text(block, "type")) {
            case "text" -> addText(index, text(block, "text"));
            case "thinking" -> {
                String signature = text(block, "signature");
                addThought(index, text(block, "thinking"), signature.isEmpty() ? null : signature);
            }
            case "redacted_thinking" -> out.add(new ReasoningDelta(index, text(block, "data"), null, true));
            case "tool_use" -> beginCall(index, block);
            default -> {}
        }
    }

    private static String text(Map<?, ?> block, String name) {
        return block.get(name) instanceof String text ? text : "";
    }

    private void addText(int index, String piece) {
        if (!piece.isEmpty()) {
            out.add(new TextDelta(index, piece));
        }
    }

    private void addThought(int index, String piece, @Nullable String signature) {
        if (!piece.isEmpty() || signature != null) {
            out.add(new ReasoningDelta(index, piece, signature));
        }
    }

    private void beginCall(int index, Map<?, ?> block) {
        ToolArguments.requireFew(++begun);
        String id = text(block, "id");
        String name = text(block, "name");
        Map<?, ?> input = block.get("input") instanceof Map<?, ?> given ? given : Map.of();
        calls.put(index, new OpenCall(new ToolArguments(id, name), input));
        out.add(new ToolCallStarted(index, id, name));
    }

    /** Tools that the service runs itself have arguments, too, and those are not for us. */
    private void addArguments(int index, String piece) {
        OpenCall call = calls.get(index);
        if (call != null && !piece.isEmpty()) {
            call.input = Map.of();
            call.arguments.add(piece);
            out.add(new ToolCallDelta(index, piece));
        }
    }

    private void stop(int index) {
        OpenCall call = calls.get(index);
        if (call != null) {
            if (!call.input.isEmpty()) {
                addArguments(index, WireJson.text(call.input));
            }
            calls.remove(index);
            out.add(new ToolCallCompleted(index, call.arguments.toCall()));
        }
    }

    /** Completes what is open, and tells how the answer ended. */
    AnswerEnd end() {
        calls.keySet().stream().toList().forEach(this::stop);
        return end;
    }

    /** A call whose arguments come. */
    private static final class OpenCall {

        private final ToolArguments arguments;

        /** The arguments, where the block begins with them and none follow; else empty. */
        private Map<?, ?> input;

        OpenCall(ToolArguments arguments, Map<?, ?> input) {
            this.arguments = arguments;
            this.input = input;
        }
    }
}
