package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.provider.wire.ToolArguments;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes chunks of what a stream tells, at most one each, whoever reads the stream. One subscription, one of these; fed
 * by one thread at a time.
 */
final class ChunkAssembler {

    private final Map<Integer, ToolArguments> calls = new TreeMap<>();
    private final Map<Integer, ByteArrayOutputStream> redacted = new TreeMap<>();

    private int started;

    /** Written by whoever feeds, read by whoever ends the stream. */
    private volatile @Nullable AnswerEnd end;

    private boolean complete;

    @Nullable
    ChatChunk text(int index, String text) {
        return text.isEmpty() ? null : new TextDelta(index, text);
    }

    @Nullable
    ChatChunk thought(int index, String text) {
        return text.isEmpty() ? null : new ReasoningDelta(index, text, null);
    }

    ChatChunk signature(int index, String signature) {
        return new ReasoningDelta(index, "", signature);
    }

    /** Kept until it is whole, because pieces of base64 do not simply join. */
    void redacted(int index, byte[] data) {
        redacted.computeIfAbsent(index, i -> new ByteArrayOutputStream()).writeBytes(data);
    }

    /** @throws io.cortexreactive.error.LimitExceededException if there are too many */
    ChatChunk callStarted(int index, String id, String name) {
        ToolArguments.requireFew(++started);
        calls.put(index, new ToolArguments(id, name));
        return new ToolCallStarted(index, id, name);
    }

    /** @throws io.cortexreactive.error.LimitExceededException if they are too long */
    @Nullable
    ChatChunk arguments(int index, String piece) {
        ToolArguments call = calls.get(index);
        if (call == null || piece.isEmpty()) {
            return null;
        }
        call.add(piece);
        return new ToolCallDelta(index, piece);
    }

    @Nullable
    ChatChunk stopped(int index) {
        ToolArguments call = calls.remove(index);
        if (call != null) {
            return new ToolCallCompleted(index, call.toCall());
        }
        ByteArrayOutputStream data = redacted.remove(index);
        return data == null
                ? null
                : new ReasoningDelta(index, Base64.getEncoder().encodeToString(data.toByteArray()), null, true);
    }

    void ended(Map<String, Object> messageStop) {
        end = AnswerEnd.of(messageStop);
    }

    /** Counts only after the end marker, which it follows. */
    void metadata(Map<String, Object> fields) {
        AnswerEnd known = end;
        end = known == null ? null : known.with(fields);
        complete = known != null;
    }

    /** Whether nothing that belongs to the answer can still come. */
    boolean isComplete() {
        return complete;
    }

    /** Tool calls that Bedrock began and did not end, though it ended the answer. */
    List<ChatChunk> open() {
        return calls.entrySet().stream()
                .<ChatChunk>map(call ->
                        new ToolCallCompleted(call.getKey(), call.getValue().toCall()))
                .toList();
    }

    /** The end, if the end marker has come. */
    @Nullable
    AnswerEnd end() {
        return end;
    }
}
