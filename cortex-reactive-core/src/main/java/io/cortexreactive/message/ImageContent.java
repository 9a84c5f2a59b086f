package io.cortexreactive.message;

import java.net.URI;
import java.util.Objects;

/**
 * An image.
 *
 * @param mediaType such as {@code image/png}
 * @param source the bytes, or a place the provider can read
 */
public record ImageContent(String mediaType, MediaSource source) implements Content {

    public ImageContent {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(source, "source");
    }

    /** An image given as bytes. */
    public static ImageContent of(String mediaType, byte[] data) {
        return new ImageContent(mediaType, MediaSource.of(data));
    }

    /** An image the provider reads itself. */
    public static ImageContent of(String mediaType, URI uri) {
        return new ImageContent(mediaType, MediaSource.of(uri));
    }
}
