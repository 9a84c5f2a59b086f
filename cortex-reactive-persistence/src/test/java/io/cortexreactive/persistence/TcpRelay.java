package io.cortexreactive.persistence;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** Stands between a client and a server, and can be stopped, started again and fall silent. */
public final class TcpRelay {

    private final TcpClient server;
    private final Set<Disposable> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger deaf = new AtomicInteger();
    private volatile boolean silent;
    private DisposableServer listening;

    private TcpRelay(TcpClient server) {
        this.server = server;
        this.listening = listen(0);
    }

    public static TcpRelay to(String host, int port) {
        return new TcpRelay(TcpClient.newConnection().host(host).port(port));
    }

    public int port() {
        return ((InetSocketAddress) listening.address()).getPort();
    }

    /** How many connections there have been. */
    public int accepted() {
        return accepted.get();
    }

    private DisposableServer listen(int port) {
        return TcpServer.create()
                .host("localhost")
                .port(port)
                .doOnConnection(open::add)
                .handle(this::relay)
                .bindNow();
    }

    private Publisher<Void> relay(NettyInbound in, NettyOutbound out) {
        int number = accepted.incrementAndGet();
        return server.connect().flatMap(below -> {
            open.add(below);
            Mono<Void> back = out.send(audible(below.inbound(), number)).then();
            Mono<Void> forth = below.outbound().send(audible(in, number)).then();
            return Mono.firstWithSignal(back, forth).doFinally(end -> below.dispose());
        });
    }

    private Flux<ByteBuf> audible(NettyInbound from, int number) {
        return from.receive().filter(bytes -> !silent && number > deaf.get()).map(ByteBuf::retain);
    }

    /** The connections there are carry nothing any more, and stay open; those to come do. */
    public void forgetConnections() {
        deaf.set(accepted.get());
    }

    /** Whether connections carry nothing, until it ends, which closes them. */
    public void silence(boolean on) {
        silent = on;
        if (!on) {
            open.forEach(Disposable::dispose);
        }
    }

    public void stop() {
        listening.disposeNow();
        open.forEach(Disposable::dispose);
        open.clear();
    }

    public void start() {
        listening = listen(port());
    }
}
