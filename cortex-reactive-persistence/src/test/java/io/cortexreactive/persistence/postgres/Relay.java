package io.cortexreactive.persistence.postgres;

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
final class Relay {

    private final TcpClient server;
    private final Set<Disposable> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean silent;
    private DisposableServer listening;

    private Relay(TcpClient server) {
        this.server = server;
        this.listening = listen(0);
    }

    static Relay to(String host, int port) {
        return new Relay(TcpClient.newConnection().host(host).port(port));
    }

    int port() {
        return ((InetSocketAddress) listening.address()).getPort();
    }

    /** How many connections there have been. */
    int accepted() {
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
        accepted.incrementAndGet();
        return server.connect().flatMap(below -> {
            open.add(below);
            Mono<Void> back = out.send(audible(below.inbound())).then();
            Mono<Void> forth = below.outbound().send(audible(in)).then();
            return Mono.firstWithSignal(back, forth).doFinally(end -> below.dispose());
        });
    }

    private Flux<ByteBuf> audible(NettyInbound from) {
        return from.receive().filter(bytes -> !silent).map(ByteBuf::retain);
    }

    void silence(boolean on) {
        silent = on;
        if (!on) {
            open.forEach(Disposable::dispose);
        }
    }

    void stop() {
        listening.disposeNow();
        open.forEach(Disposable::dispose);
        open.clear();
    }

    void start() {
        listening = listen(port());
    }
}
