package io.cortexreactive.provider.wire;

import io.cortexreactive.error.LimitExceededException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keeps a body until it is whole. */
final class WholeBody implements BodyDecoder<byte[]> {

    static final int MAX_BYTES = 32 * 1024 * 1024;
    private static final int MAX_REFUSAL_BYTES = 8 * 1024;

    private final ByteWindow window = new ByteWindow();
    private final int limit;
    private final boolean beginningOnly;
    private boolean whole;

    private WholeBody(int limit, boolean beginningOnly) {
        this.limit = limit;
        this.beginningOnly = beginningOnly;
    }

    /** All of it, or an error. */
    static WholeBody answer() {
        return new WholeBody(MAX_BYTES, false);
    }

    /** As much of an error's body as is worth reading, also where the connection breaks in it. */
    static WholeBody refusal() {
        return new WholeBody(MAX_REFUSAL_BYTES, true);
    }

    @Override
    public void append(ByteBuf bytes) {
        long size = (long) window.size() + bytes.readableBytes();
        if (size > limit && !beginningOnly) {
            throw new LimitExceededException("Response body, bytes", limit, size);
        }
        window.append(bytes.slice(bytes.readerIndex(), Math.min(bytes.readableBytes(), limit - window.size())));
        whole = beginningOnly && window.size() == limit;
    }

    @Override
    public byte @Nullable [] next() {
        if (!whole) {
            return null;
        }
        whole = false;
        return Arrays.copyOfRange(window.array(), window.start(), window.end());
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (error != null && !beginningOnly) {
            throw BrokenConnectionException.of(error);
        }
        whole = true;
    }
}
