package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderFailure;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlockStart;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseType;

/**
 * Turns the events of one stream into chunks, at most one each. What it does not know is passed over, as are tools that
 * Bedrock runs itself. One subscription, one decoder; fed by one thread at a time.
 */
final class ChunkDecoder {

    private final ProviderFailure failure;
    private final Map<Integer, ToolArguments> calls = new TreeMap<>();
    private final Map<Integer, ByteArrayOutputStream> redacted = new TreeMap<>();

    /** Written by whoever feeds, read by whoever ends the stream. */
    private volatile @Nullable AnswerEnd end;

    ChunkDecoder(ProviderFailure failure) {
        this.failure = failure;
    }

    /**
     * The chunk an event makes, or null.
     *
     * @throws io.cortexreactive.error.LimitExceededException if a tool call's arguments are too long
     * @throws ProtocolException if the event cannot come here
     */
    @Nullable
    ChatChunk decode(ConverseStreamOutput event) {
        if (event instanceof ContentBlockDeltaEvent delta) {
            return delta(delta.contentBlockIndex(), delta.delta());
        }
        if (event instanceof ContentBlockStartEvent start) {
            return start(start);
        }
        if (event instanceof ContentBlockStopEvent stop) {
            return stop(stop.contentBlockIndex());
        }
        if (event instanceof MessageStopEvent stop) {
            end = AnswerEnd.of(stop);
        } else if (event instanceof ConverseStreamMetadataEvent metadata) {
            AnswerEnd known = end;
            end = known == null ? null : known.with(metadata);
        }
        return null;
    }

    private @Nullable ChatChunk delta(@Nullable Integer position, @Nullable ContentBlockDelta delta) {
        if (position == null || delta == null) {
            throw new ProtocolException("A content delta came without its index or without content", failure, null);
        }
        int index = position;
        if (delta.text() != null) {
            return delta.text().isEmpty() ? null : new TextDelta(index, delta.text());
        }
        if (delta.toolUse() != null) {
            return arguments(index, delta.toolUse().input());
        }
        return delta.reasoningContent() == null ? null : reasoning(index, delta.reasoningContent());
    }

    private @Nullable ChatChunk arguments(int index, @Nullable String piece) {
        ToolArguments call = calls.get(index);
        if (call == null || piece == null || piece.isEmpty()) {
            return null;
        }
        call.add(piece);
        return new ToolCallDelta(index, piece);
    }

    private @Nullable ChatChunk reasoning(int index, ReasoningContentBlockDelta delta) {
        if (delta.redactedContent() != null) {
            // Kept until it is whole, because pieces of base64 do not simply join.
            redacted.computeIfAbsent(index, i -> new ByteArrayOutputStream())
                    .writeBytes(delta.redactedContent().asByteArrayUnsafe());
            return null;
        }
        if (delta.text() != null) {
            return delta.text().isEmpty() ? null : new ReasoningDelta(index, delta.text(), null);
        }
        return delta.signature() == null ? null : new ReasoningDelta(index, "", delta.signature());
    }

    private @Nullable ChatChunk start(ContentBlockStartEvent event) {
        ToolUseBlockStart call = event.start() == null ? null : event.start().toolUse();
        if (call == null || call.type() == ToolUseType.SERVER_TOOL_USE) {
            return null;
        }
        if (event.contentBlockIndex() == null || call.toolUseId() == null || call.name() == null) {
            throw new ProtocolException("A tool call began without its index, id or name", failure, null);
        }
        calls.put(event.contentBlockIndex(), new ToolArguments(call.toolUseId(), call.name()));
        return new ToolCallStarted(event.contentBlockIndex(), call.toolUseId(), call.name());
    }

    private @Nullable ChatChunk stop(@Nullable Integer index) {
        if (index == null) {
            return null;
        }
        ToolArguments call = calls.remove(index);
        if (call != null) {
            return new ToolCallCompleted(index, call.toCall());
        }
        ByteArrayOutputStream data = redacted.remove(index);
        return data == null
                ? null
                : new ReasoningDelta(index, Base64.getEncoder().encodeToString(data.toByteArray()), null, true);
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
