package io.cortexreactive.testing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.FutureMono;

/** One call on one connection, from its last request byte to its end. */
final class DefaultWireCall implements WireCall {

    private final ScriptedCall call;
    private final Request request;
    private final AtomicLong frames = new AtomicLong();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final ChannelFutureListener clientLeft = future -> end(CloseReason.CLIENT_CLOSED);
    private volatile int status;

    DefaultWireCall(ScriptedCall call, Request request) {
        this.call = call;
        this.request = request;
        request.channel().closeFuture().addListener(clientLeft);
    }

    @Override
    public int number() {
        return call.number();
    }

    @Override
    public ScriptedCall call() {
        return call;
    }

    @Override
    public Map<String, String> headers() {
        return request.headers();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public String body() {
        return request.body();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long framesWritten() {
        return frames.get();
    }

    @Override
    public Mono<Long> waiting(Duration quiet) {
        return Mono.defer(() -> stuckFrom(progress(), quiet))
                .repeatWhenEmpty(again -> again)
                .map(Progress::frames)
                .takeUntilOther(closed.asMono());
    }

    /** Two looks, {@code quiet} apart, that find the same bytes unsent. */
    private Mono<Progress> stuckFrom(Progress before, Duration quiet) {
        return Mono.delay(quiet)
                .map(tick -> progress())
                .filter(after -> after.unsentBytes() > 0 && after.equals(before));
    }

    private Progress progress() {
        ChannelOutboundBuffer outbound = request.channel().unsafe().outboundBuffer();
        return new Progress(frames.get(), outbound == null ? 0 : outbound.totalPendingWriteBytes());
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    void status(int answered) {
        status = answered;
    }

    void frameWritten() {
        frames.incrementAndGet();
    }

    /** The first reason counts. */
    void end(CloseReason reason) {
        closed.tryEmitValue(reason);
        request.channel().closeFuture().removeListener(clientLeft);
    }

    /** Closes the connection hard: the client sees a reset. Cold. */
    Mono<Void> reset() {
        return FutureMono.deferFuture(() -> {
            end(CloseReason.FAULT);
            request.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            return request.channel().close();
        });
    }

    private record Progress(long frames, long unsentBytes) {}

    /**
     * What came, and the connection it came on.
     *
     * @param headers found in any case
     */
    record Request(Channel channel, String path, Map<String, String> headers, String body) {}
}
