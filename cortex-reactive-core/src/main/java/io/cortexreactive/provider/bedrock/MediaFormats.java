package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.MediaSource;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentFormat;
import software.amazon.awssdk.services.bedrockruntime.model.DocumentSource;
import software.amazon.awssdk.services.bedrockruntime.model.ImageFormat;
import software.amazon.awssdk.services.bedrockruntime.model.ImageSource;
import software.amazon.awssdk.services.bedrockruntime.model.S3Location;

/** Formats, sources and names of images and documents as Bedrock takes them. One for each request. */
final class MediaFormats {

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
            throw refusal.because("Bedrock reads images and documents from s3:// only, and nothing is fetched here: "
                    + location.uri() + ". Give the bytes instead.");
        }
        return S3Location.builder().uri(location.uri().toString()).build();
    }

    /**
     * A name that Bedrock accepts: letters, digits, single spaces, hyphens, brackets; different from all others in the
     * request.
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
