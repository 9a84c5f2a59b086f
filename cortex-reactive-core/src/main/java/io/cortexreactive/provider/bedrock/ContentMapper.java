package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.MediaSource;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import io.cortexreactive.provider.wire.WireJson;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentFormat;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentSource;
import software.amazon.awssdk.services.bedrockruntime.model.ImageBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.ImageSource;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ReasoningTextBlock;
import software.amazon.awssdk.services.bedrockruntime.model.S3Location;
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

    /** Formats, sources and names of images and documents as Bedrock takes them. One for each request. */
    static final class MediaFormats {

        private static final int MAX_NAME_CHARS = 200;

        private static final Map<String, ImageFormat> IMAGES = Map.of(
                "image/png", ImageFormat.PNG,
                "image/jpeg", ImageFormat.JPEG,
                "image/jpg", ImageFormat.JPEG,
                "image/gif", ImageFormat.GIF,
                "image/webp", ImageFormat.WEBP);

        private static final Map<String, DocumentFormat> DOCUMENTS = Map.of(
                "application/pdf", DocumentFormat.PDF,
                "text/csv", DocumentFormat.CSV,
                "application/msword", DocumentFormat.DOC,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document", DocumentFormat.DOCX,
                "application/vnd.ms-excel", DocumentFormat.XLS,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", DocumentFormat.XLSX,
                "text/html", DocumentFormat.HTML,
                "text/plain", DocumentFormat.TXT,
                "text/markdown", DocumentFormat.MD,
                "text/x-markdown", DocumentFormat.MD);

        private final Refusal refusal;
        private final Set<String> documentNames = new HashSet<>();

        MediaFormats(Refusal refusal) {
            this.refusal = refusal;
        }

        ImageFormat image(String mediaType) {
            return known(IMAGES, mediaType, "images");
        }

        DocumentFormat document(String mediaType) {
            return known(DOCUMENTS, mediaType, "documents");
        }

        private <F> F known(Map<String, F> formats, String mediaType, String what) {
            String plain = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            F format = formats.get(plain);
            if (format == null) {
                throw refusal.because("Bedrock takes no " + what + " of type '" + mediaType + "'. It takes: "
                        + String.join(", ", new TreeSet<>(formats.keySet())) + ".");
            }
            return format;
        }

        ImageSource imageSource(MediaSource source) {
            return source instanceof MediaSource.Bytes bytes
                    ? ImageSource.fromBytes(SdkBytes.fromByteArrayUnsafe(bytes.data()))
                    : ImageSource.fromS3Location(s3((MediaSource.Location) source));
        }

        DocumentSource documentSource(MediaSource source) {
            return source instanceof MediaSource.Bytes bytes
                    ? DocumentSource.fromBytes(SdkBytes.fromByteArrayUnsafe(bytes.data()))
                    : DocumentSource.fromS3Location(s3((MediaSource.Location) source));
        }

        private S3Location s3(MediaSource.Location location) {
            if (!"s3".equals(location.uri().getScheme())) {
                throw refusal.because(
                        "Bedrock reads images and documents from s3:// only, and nothing is fetched here: "
                                + location.uri() + ". Give the bytes instead.");
            }
            return S3Location.builder().uri(location.uri().toString()).build();
        }

        /**
         * A name that Bedrock accepts: letters, digits, single spaces, hyphens, brackets; different from all others in
         * the request.
         */
        String documentName(String wanted) {
            String clean = wanted.replaceAll("[^A-Za-z0-9()\\[\\]-]+", " ").strip();
            String base = clean.isEmpty() ? "document" : cut(clean, MAX_NAME_CHARS);
            String name = base;
            for (int copy = 2; !documentNames.add(name); copy++) {
                String suffix = " (" + copy + ")";
                name = cut(base, MAX_NAME_CHARS - suffix.length()) + suffix;
            }
            return name;
        }

        private static String cut(String text, int length) {
            return text.length() <= length ? text : text.substring(0, length).strip();
        }
    }
}
