package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import java.util.Arrays;
import java.util.Objects;

/** Where an image or document is: here as bytes, or at a place that the provider reads itself. Nothing is fetched. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MediaSource.Bytes.class, name = "bytes"),
    @JsonSubTypes.Type(value = MediaSource.Location.class, name = "location")
})
public sealed interface MediaSource permits MediaSource.Bytes, MediaSource.Location {

    /** The content itself. */
    static MediaSource of(byte[] data) {
        return new Bytes(data);
    }

    /** A place the provider can read, such as {@code s3://bucket/key}. */
    static MediaSource of(URI uri) {
        return new Location(uri);
    }

    /** The content itself; copied in and out. */
    @SuppressWarnings("ArrayRecordComponent") // copied on both ways, equal by content
    record Bytes(byte[] data) implements MediaSource {

        public Bytes {
            data = Objects.requireNonNull(data, "data").clone();
        }

        /** How many bytes there are; copies none. */
        public int size() {
            return data.length;
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }

        @Override
        public String toString() {
            return "Bytes[" + data.length + "]";
        }
    }

    /** A place the provider can read. */
    record Location(URI uri) implements MediaSource {

        public Location {
            Objects.requireNonNull(uri, "uri");
        }
    }
}
