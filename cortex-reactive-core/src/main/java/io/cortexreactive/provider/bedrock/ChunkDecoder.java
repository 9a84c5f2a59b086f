package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderFailure;
import java.util.List;
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
 * Reads the events of one stream as the SDK gives them. What it does not know is passed over, as are tools that Bedrock
 * runs itself. Fed by one thread at a time.
 */
final class ChunkDecoder {

    private final ProviderFailure failure;
    private final ChunkAssembler assembler = new ChunkAssembler();

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
            return stop.contentBlockIndex() == null ? null : assembler.stopped(stop.contentBlockIndex());
        }
        if (event instanceof MessageStopEvent stop) {
            assembler.ended(SdkJson.fields(stop));
        } else if (event instanceof ConverseStreamMetadataEvent metadata) {
            assembler.metadata(SdkJson.fields(metadata));
        }
        return null;
    }

    private @Nullable ChatChunk delta(@Nullable Integer position, @Nullable ContentBlockDelta delta) {
        if (position == null || position < 0 || delta == null) {
            throw new ProtocolException("A content delta came without its index or without content", failure, null);
        }
        if (delta.text() != null) {
            return assembler.text(position, delta.text());
        }
        if (delta.toolUse() != null) {
            String piece = delta.toolUse().input();
            return piece == null ? null : assembler.arguments(position, piece);
        }
        return delta.reasoningContent() == null ? null : reasoning(position, delta.reasoningContent());
    }

    private @Nullable ChatChunk reasoning(int index, ReasoningContentBlockDelta delta) {
        if (delta.redactedContent() != null) {
            assembler.redacted(index, delta.redactedContent().asByteArrayUnsafe());
            return null;
        }
        if (delta.text() != null) {
            return assembler.thought(index, delta.text());
        }
        return delta.signature() == null ? null : assembler.signature(index, delta.signature());
    }

    private @Nullable ChatChunk start(ContentBlockStartEvent event) {
        ToolUseBlockStart call = event.start() == null ? null : event.start().toolUse();
        if (call == null || call.type() == ToolUseType.SERVER_TOOL_USE) {
            return null;
        }
        Integer position = event.contentBlockIndex();
        if (position == null || position < 0 || call.toolUseId() == null || call.name() == null) {
            throw new ProtocolException("A tool call began without its index, id or name", failure, null);
        }
        return assembler.callStarted(position, call.toolUseId(), call.name());
    }

    List<ChatChunk> open() {
        return assembler.open();
    }

    boolean isComplete() {
        return assembler.isComplete();
    }

    @Nullable
    AnswerEnd end() {
        return assembler.end();
    }
}
