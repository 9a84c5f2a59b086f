package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.SseReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Where a completion's JSON objects come from. */
interface EventSource {

    void append(ByteBuf bytes);

    /** Goes to the next object; false if it has not come in full. */
    boolean next();

    /** Holds the object from 0 to {@link #length()}. */
    byte[] data();

    int length();

    /** Whether this is no object but the mark that no more come. */
    boolean isDone();

    /** Whether there is but one. */
    boolean isWhole();

    /** No more bytes will come. */
    void end(@Nullable Throwable error);

    /** The events of a stream. */
    final class Events implements EventSource {

        private static final String DONE = "[DONE]";

        private final SseReader reader = new SseReader();

        @Override
        public void append(ByteBuf bytes) {
            reader.append(bytes);
        }

        @Override
        public boolean next() {
            return reader.next();
        }

        @Override
        public byte[] data() {
            return reader.data();
        }

        @Override
        public int length() {
            return reader.length();
        }

        @Override
        public boolean isDone() {
            return reader.isData(DONE);
        }

        @Override
        public boolean isWhole() {
            return false;
        }

        @Override
        public void end(@Nullable Throwable error) {}
    }

    /** A body that is one object. */
    final class Whole implements EventSource {

        private final BodyDecoder<byte[]> body = BodyDecoder.whole();
        private byte[] data = {};

        @Override
        public void append(ByteBuf bytes) {
            body.append(bytes);
        }

        @Override
        public boolean next() {
            byte[] read = body.next();
            if (read != null) {
                data = read;
            }
            return read != null;
        }

        @Override
        public byte[] data() {
            return data;
        }

        @Override
        public int length() {
            return data.length;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public void end(@Nullable Throwable error) {
            body.end(error);
        }
    }
}
