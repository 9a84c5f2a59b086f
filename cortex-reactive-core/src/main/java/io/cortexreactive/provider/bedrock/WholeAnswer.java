package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.provider.wire.ToolArguments;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseType;

/** Turns a whole response into the chunks that a stream of it would have had, without the last. */
final class WholeAnswer {

    private WholeAnswer() {}

    static List<ChatChunk> chunks(ConverseResponse response) {
        List<ChatChunk> chunks = new ArrayList<>();
        if (response.output() == null || response.output().message() == null) {
            return chunks;
        }
        List<ContentBlock> blocks = response.output().message().content();
        for (int index = 0; index < blocks.size(); index++) {
            add(chunks, index, blocks.get(index));
        }
        return chunks;
    }

    private static void add(List<ChatChunk> chunks, int index, ContentBlock block) {
        if (block.text() != null) {
            if (!block.text().isEmpty()) {
                chunks.add(new TextDelta(index, block.text()));
            }
        } else if (block.reasoningContent() != null) {
            ReasoningDelta reasoning = reasoning(index, block.reasoningContent());
            if (reasoning != null) {
                chunks.add(reasoning);
            }
        } else if (block.toolUse() != null && block.toolUse().type() != ToolUseType.SERVER_TOOL_USE) {
            ToolCall call = call(block.toolUse());
            chunks.add(new ToolCallStarted(index, call.id(), call.name()));
            chunks.add(new ToolCallCompleted(index, call));
        }
    }

    private static @Nullable ReasoningDelta reasoning(int index, ReasoningContentBlock block) {
        if (block.redactedContent() != null) {
            byte[] data = block.redactedContent().asByteArrayUnsafe();
            return new ReasoningDelta(index, Base64.getEncoder().encodeToString(data), null, true);
        }
        return block.reasoningText() == null
                ? null
                : new ReasoningDelta(
                        index,
                        block.reasoningText().text(),
                        block.reasoningText().signature());
    }

    private static ToolCall call(ToolUseBlock block) {
        ToolArguments arguments = new ToolArguments(block.toolUseId(), block.name());
        Document input = block.input();
        if (input != null) {
            arguments.add(WireJson.text(SdkJson.value(input)));
        }
        return arguments.toCall();
    }
}
