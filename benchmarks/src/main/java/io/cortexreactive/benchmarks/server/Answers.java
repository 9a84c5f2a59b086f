package io.cortexreactive.benchmarks.server;

import io.cortexreactive.benchmarks.client.Load;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The ways to answer in one protocol; encoded once. */
final class Answers {

    private static final int CHUNKS_AT_A_TIME = 8;
    private static final long STEADY_MILLIS = 20;

    private final ByteBuf start;
    private final ByteBuf chunk;
    private final List<ByteBuf> whole = new ArrayList<>();

    Answers(Wire wire) {
        byte[] piece = wire.chunk(" reactive streams");
        byte[] some = {};
        for (int i = 0; i < CHUNKS_AT_A_TIME; i++) {
            some = Wire.join(some, piece);
        }
        start = buffer(wire.start());
        chunk = buffer(piece);
        for (int i = 0; i < Load.CHUNKS; i += CHUNKS_AT_A_TIME) {
            whole.add(buffer(some));
        }
        whole.add(buffer(wire.end()));
    }

    /** All of it at once, a few chunks at a time. */
    void plain(ChannelHandlerContext stream) {
        send(stream, start.duplicate());
        whole.forEach(piece -> send(stream, piece.duplicate()));
        ChannelFuture unused = stream.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** One chunk, and then nothing. */
    void held(ChannelHandlerContext stream) {
        send(stream, Unpooled.wrappedBuffer(start.duplicate(), chunk.duplicate()));
    }

    /** For whoever sends the chunks. */
    void begin(ChannelHandlerContext stream) {
        send(stream, start.duplicate());
    }

    /** A chunk every 20 ms for as long as the connection is open. */
    void steady(ChannelHandlerContext stream, Call call) {
        begin(stream);
        Future<?> sending =
                stream.executor().scheduleAtFixedRate(() -> one(stream, call), 0, STEADY_MILLIS, TimeUnit.MILLISECONDS);
        call.whenClosed(micros -> sending.cancel(false));
    }

    /**
     * As many as the connection takes, until there have been {@link Load#FLOOD}; called again whenever it takes more.
     */
    void flood(ChannelHandlerContext stream, Call call) {
        while (call.sent() < Load.FLOOD && stream.channel().isWritable()) {
            one(stream, call);
        }
    }

    private void one(ChannelHandlerContext stream, Call call) {
        call.sentOne();
        send(stream, chunk.duplicate());
    }

    static void send(ChannelHandlerContext stream, ByteBuf bytes) {
        ChannelFuture unused = stream.writeAndFlush(new DefaultHttpContent(bytes));
    }

    private static ByteBuf buffer(byte[] bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes));
    }
}
