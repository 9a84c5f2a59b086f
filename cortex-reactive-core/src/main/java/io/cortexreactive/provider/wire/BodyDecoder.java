package io.cortexreactive.provider.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one response body into elements, however the bytes are split. It is asked for one element at a
 * time, so that what nobody demands stays bytes. Never called by two threads at once.
 *
 * <p>What a method throws ends the stream with that error and closes the connection.
 *
 * @param <T> what the body is made of
 */
public interface BodyDecoder<T> {

    /** Gives the body as its one element when it is whole; at most 32 MiB. */
    static BodyDecoder<byte[]> whole() {
        return WholeBody.answer();
    }

    /** Takes more bytes. They belong to the caller again when this returns. */
    void append(ByteBuf bytes);

    /** The next element that the bytes make; null if it takes more bytes. */
    @Nullable
    T next();

    /**
     * Whether all elements have been given and no more bytes are needed, as after a protocol's own end marker. Bytes
     * that still come are not handed in.
     */
    default boolean isComplete() {
        return false;
    }

    /**
     * No more bytes will come. Afterwards {@link #next()} gives what is left, then null.
     *
     * @param error how the connection broke; null if the body was whole
     * @throws RuntimeException if the elements so far and those left are not the whole answer
     */
    void end(@Nullable Throwable error);
}
