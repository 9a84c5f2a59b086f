package io.cortexreactive.provider.openai;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.MediaSource;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.provider.openai.RequestMapper.Refusal;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Maps what a user says. Nothing is fetched here: an address goes to the server as it is. */
final class ContentMapper {

    private final Refusal refusal;

    ContentMapper(Refusal refusal) {
        this.refusal = refusal;
    }

    /** Adds the part, unless it has nothing to send. */
    void addTo(List<Map<String, Object>> parts, Role role, Content part) {
        if (part instanceof TextContent text) {
            if (!text.text().isEmpty()) {
                parts.add(Map.of("type", "text", "text", text.text()));
            }
        } else if (part instanceof ImageContent image) {
            String url = url(image.mediaType(), image.source());
            parts.add(Map.of("type", "image_url", "image_url", Map.of("url", url)));
        } else if (part instanceof DocumentContent document) {
            parts.add(Map.of("type", "file", "file", file(document)));
        } else if (!(part instanceof CachePoint)) {
            throw refusal.because("A message of role " + role + " cannot carry "
                    + part.getClass().getSimpleName()
                    + ": tool calls and reasoning are the assistant's, tool results answer it.");
        }
    }

    /** A single text goes as a text, which every server takes. */
    static Object compact(List<Map<String, Object>> parts) {
        Object only = parts.size() == 1 ? parts.get(0).get("text") : null;
        return only == null ? parts : only;
    }

    private static Map<String, Object> file(DocumentContent document) {
        if (document.source() instanceof MediaSource.Location location && isUploaded(location.uri())) {
            return Map.of("file_id", location.uri().toString());
        }
        return Map.of("filename", document.name(), "file_data", url(document.mediaType(), document.source()));
    }

    /** An uploaded file is named by an id, which is no address of anything. */
    private static boolean isUploaded(URI uri) {
        return uri.getScheme() == null;
    }

    private static String url(String mediaType, MediaSource source) {
        return source instanceof MediaSource.Bytes bytes
                ? "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes.data())
                : ((MediaSource.Location) source).uri().toString();
    }
}
