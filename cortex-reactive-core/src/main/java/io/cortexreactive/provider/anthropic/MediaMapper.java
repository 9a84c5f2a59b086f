package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.MediaSource;
import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Maps images and documents. Nothing is fetched here: an address goes to the service as it is. */
final class MediaMapper {

    private static final String PDF = "application/pdf";
    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    private final Refusal refusal;

    MediaMapper(Refusal refusal) {
        this.refusal = refusal;
    }

    Map<String, Object> image(ImageContent image) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "image");
        block.put(
                "source",
                image.source() instanceof MediaSource.Bytes bytes
                        ? base64(imageType(image.mediaType()), bytes)
                        : place((MediaSource.Location) image.source()));
        return block;
    }

    private String imageType(String mediaType) {
        String plain = plain(mediaType);
        String type = plain.equals("image/jpg") ? "image/jpeg" : plain;
        if (!IMAGES.contains(type)) {
            throw refusal.because("Anthropic takes no images of type '" + mediaType + "'. It takes: "
                    + String.join(", ", new TreeSet<>(IMAGES)) + ".");
        }
        return type;
    }

    Map<String, Object> document(DocumentContent document) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "document");
        block.put(
                "source",
                document.source() instanceof MediaSource.Bytes bytes
                        ? bytes(document.mediaType(), bytes)
                        : place((MediaSource.Location) document.source()));
        if (!document.name().isBlank()) {
            block.put("title", document.name());
        }
        return block;
    }

    /** All text is plain text for the service. */
    private Map<String, Object> bytes(String mediaType, MediaSource.Bytes bytes) {
        String plain = plain(mediaType);
        if (plain.equals(PDF)) {
            return base64(PDF, bytes);
        }
        if (plain.startsWith("text/")) {
            return source("text", "text/plain", new String(bytes.data(), StandardCharsets.UTF_8));
        }
        throw refusal.because(
                "Anthropic takes no documents of type '" + mediaType + "'. It takes PDF, and text of any kind.");
    }

    private static String plain(String mediaType) {
        return mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> base64(String mediaType, MediaSource.Bytes bytes) {
        return source("base64", mediaType, Base64.getEncoder().encodeToString(bytes.data()));
    }

    private static Map<String, Object> source(String type, String mediaType, String data) {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("type", type);
        source.put("media_type", mediaType);
        source.put("data", data);
        return source;
    }

    /** An uploaded file is named by an id, which is no address of anything. */
    private Map<String, Object> place(MediaSource.Location location) {
        URI uri = location.uri();
        if (uri.getScheme() == null) {
            return Map.of("type", "file", "file_id", uri.toString());
        }
        boolean web = uri.getScheme().equals("https") || uri.getScheme().equals("http");
        if (!web) {
            throw refusal.because("Anthropic reads images and documents from the web or from an upload, and nothing is"
                    + " fetched here: " + uri + ". Give the bytes instead.");
        }
        return Map.of("type", "url", "url", uri.toString());
    }
}
