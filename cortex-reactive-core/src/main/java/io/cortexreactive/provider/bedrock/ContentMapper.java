package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import io.cortexreactive.provider.wire.WireJson;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningTextBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultStatus;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/**
 * Maps one part of a message. Without tools in the request, earlier calls and results become text, because Bedrock
 * refuses them then.
 */
final class ContentMapper {

    private final Refusal refusal;
    private final MediaFormats media;
    private final boolean withTools;
    private final boolean withCachePoints;

    ContentMapper(Refusal refusal, boolean withTools, boolean withCachePoints) {
        this.refusal = refusal;
        this.media = new MediaFormats(refusal);
        this.withTools = withTools;
        this.withCachePoints = withCachePoints;
    }

    /** The block, or null for a part that has nothing to send. */
    @Nullable
    ContentBlock map(Role role, Content part) {
        if (part instanceof TextContent text) {
            // Bedrock refuses blank text, and a model may well answer with some beside its tool calls.
            return text.text().isBlank() ? null : ContentBlock.fromText(text.text());
        }
        if (part instanceof CachePoint point) {
            return withCachePoints ? ContentBlock.fromCachePoint(CachePoints.of(point, refusal)) : null;
        }
        if (part instanceof ImageContent image) {
            return ContentBlock.fromImage(ImageBlock.builder()
                    .format(media.image(image.mediaType()))
                    .source(media.imageSource(image.source()))
                    .build());
        }
        return part instanceof DocumentContent document ? document(document) : conversation(role, part);
    }

    private ContentBlock document(DocumentContent document) {
        return ContentBlock.fromDocument(DocumentBlock.builder()
                .format(media.document(document.mediaType()))
                .name(media.documentName(document.name()))
                .source(media.documentSource(document.source()))
                .build());
    }

    private @Nullable ContentBlock conversation(Role role, Content part) {
        boolean assistant = role == Role.ASSISTANT;
        if (part instanceof ReasoningContent reasoning && assistant) {
            return ContentBlock.fromReasoningContent(reasoning(reasoning));
        }
        if (part instanceof ToolCall call && assistant) {
            return withTools ? ContentBlock.fromToolUse(toolUse(call)) : ContentBlock.fromText(asText(call));
        }
        if (part instanceof ToolResultContent result && !assistant) {
            return withTools ? ContentBlock.fromToolResult(toolResult(result)) : ContentBlock.fromText(asText(result));
        }
        throw refusal.because("A message of role " + role + " cannot carry "
                + part.getClass().getSimpleName()
                + ": tool calls and reasoning are the assistant's, tool results answer it.");
    }

    private ReasoningContentBlock reasoning(ReasoningContent reasoning) {
        if (reasoning.redacted()) {
            return ReasoningContentBlock.fromRedactedContent(SdkBytes.fromByteArrayUnsafe(opaque(reasoning.text())));
        }
        return ReasoningContentBlock.fromReasoningText(ReasoningTextBlock.builder()
                .text(reasoning.text())
                .signature(reasoning.signature())
                .build());
    }

    private byte[] opaque(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw refusal.because("Redacted reasoning must be the base64 data that the model gave, and is not base64.");
        }
    }

    private static ToolUseBlock toolUse(ToolCall call) {
        return ToolUseBlock.builder()
                .toolUseId(call.id())
                .name(call.name())
                .input(SdkJson.document(call.input()))
                .build();
    }

    private static ToolResultBlock toolResult(ToolResultContent result) {
        return ToolResultBlock.builder()
                .toolUseId(result.callId())
                .content(resultContent(result.result()))
                .status(result.error() ? ToolResultStatus.ERROR : ToolResultStatus.SUCCESS)
                .build();
    }

    /** Bedrock takes only objects as JSON, and refuses blank text but not an empty result. */
    private static List<ToolResultContentBlock> resultContent(@Nullable Object result) {
        if (result instanceof Map<?, ?>) {
            return List.of(ToolResultContentBlock.fromJson(SdkJson.document(result)));
        }
        String text = text(result);
        return text.isBlank() ? List.of() : List.of(ToolResultContentBlock.fromText(text));
    }

    private static String text(@Nullable Object result) {
        return result instanceof CharSequence text ? text.toString() : WireJson.text(result);
    }

    private static String asText(ToolCall call) {
        String arguments = call.invalidArguments() == null ? WireJson.text(call.input()) : call.invalidArguments();
        return "[Called tool " + call.name() + " (" + call.id() + ") with " + arguments + "]";
    }

    private static String asText(ToolResultContent result) {
        return "[Tool call " + result.callId() + (result.error() ? " failed: " : " answered: ") + text(result.result())
                + "]";
    }
}
