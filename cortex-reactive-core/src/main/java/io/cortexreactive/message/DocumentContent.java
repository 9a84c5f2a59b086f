package io.cortexreactive.message;

import java.net.URI;
import java.util.Objects;

/**
 * A document, such as a PDF.
 *
 * @param name what the model calls it; providers restrict the characters
 * @param mediaType such as {@code application/pdf}
 * @param source the bytes, or a place the provider can read
 */
public record DocumentContent(String name, String mediaType, MediaSource source) implements Content {

    public DocumentContent {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(source, "source");
    }

    /** A document given as bytes. */
    public static DocumentContent of(String name, String mediaType, byte[] data) {
        return new DocumentContent(name, mediaType, MediaSource.of(data));
    }

    /** A document the provider reads itself. */
    public static DocumentContent of(String name, String mediaType, URI uri) {
        return new DocumentContent(name, mediaType, MediaSource.of(uri));
    }
}
