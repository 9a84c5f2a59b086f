package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.WireProtocol.Operation;
import io.cortexreactive.testing.WireProtocol.Route;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Reads one request, writes it in the journal, and has it answered. */
final class ModelServerHandler {

    private final List<WireProtocol> protocols;
    private final ReplyQueue replies;
    private final CallJournal<DefaultWireCall> journal;

    /** @param protocols asked in this order whether a request is theirs */
    ModelServerHandler(List<WireProtocol> protocols, ReplyQueue replies, CallJournal<DefaultWireCall> journal) {
        this.protocols = List.copyOf(protocols);
        this.replies = replies;
        this.journal = journal;
    }

    Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .defaultIfEmpty("")
                .flatMap(
                        body -> answer(received(request, body), request.method().name(), response));
    }

    /** The first protocol that has such an operation answers. */
    private Mono<Void> answer(DefaultWireCall.Request request, String method, HttpServerResponse response) {
        for (WireProtocol protocol : protocols) {
            Route route = protocol.route(method, request.path(), request.headers(), request.body());
            if (route != null) {
                return new Answering(protocol, route).answer(request, response);
            }
        }
        return response.sendNotFound();
    }

    private static DefaultWireCall.Request received(HttpServerRequest request, String body) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.requestHeaders()
                .forEach(header -> headers.merge(header.getKey(), header.getValue(), (a, b) -> a + ", " + b));
        return new DefaultWireCall.Request(channel(request), request.uri(), Collections.unmodifiableMap(headers), body);
    }

    private static Channel channel(HttpServerRequest request) {
        Channel[] found = new Channel[1];
        request.withConnection(connection -> found[0] = connection.channel());
        return found[0];
    }

    /** One call, in the words of its protocol. */
    private final class Answering {

        private final WireProtocol protocol;
        private final Route route;

        Answering(WireProtocol protocol, Route route) {
            this.protocol = protocol;
            this.route = route;
        }

        Mono<Void> answer(DefaultWireCall.Request request, HttpServerResponse response) {
            Understood understood = understand(request);
            // Before the call is told of, so that whoever waited for it can count on the next reply.
            ScriptedReply queued = understood.refusal() == null ? queued() : null;
            DefaultWireCall call = journal.open(number -> new DefaultWireCall(understood.call(number, route), request));
            ReplyWriter writer = new ReplyWriter(protocol, call, response);
            RefusedRequestException refusal = understood.refusal();
            if (refusal != null) {
                return writer.refuse(refusal);
            }
            return route.operation().isScripted()
                    ? Mono.defer(() -> play(queued == null ? next(call.call()) : queued, writer))
                            .onErrorResume(RefusedRequestException.class, writer::refuse)
                    : direct(call, queued, writer);
        }

        private @Nullable ScriptedReply queued() {
            return route.operation().isScripted() ? replies.queued() : replies.queuedFault();
        }

        private Mono<Void> direct(DefaultWireCall call, @Nullable ScriptedReply fault, ReplyWriter writer) {
            return fault == null
                    ? writer.send(protocol.direct(route, call.call().request()))
                    : play(fault, writer);
        }

        private Mono<Void> play(ScriptedReply reply, ReplyWriter writer) {
            return reply.firstDelay().isZero()
                    ? writer.write(reply)
                    : Mono.delay(reply.firstDelay()).then(Mono.defer(() -> writer.write(reply)));
        }

        private ScriptedReply next(ScriptedCall call) {
            ScriptedReply reply;
            try {
                reply = replies.next(call);
            } catch (RuntimeException e) {
                throw new RefusedRequestException(500, protocol.errorType(500), "The script failed: " + e);
            }
            if (reply == null) {
                throw new RefusedRequestException(400, protocol.errorType(400), ReplyQueue.missing(call.number()));
            }
            return reply;
        }

        private Understood understand(DefaultWireCall.Request request) {
            String credential = "";
            ChatRequest asked = ChatRequest.builder().model(route.model()).build();
            try {
                credential = protocol.credential(request.headers());
                asked = protocol.read(route, request.body());
                return new Understood(credential, asked, null);
            } catch (RefusedRequestException refusal) {
                return new Understood(credential, asked, refusal);
            }
        }
    }

    /**
     * What a request meant.
     *
     * @param refusal why the service would not serve it; null if it would
     */
    private record Understood(
            String credential,
            ChatRequest request,
            @Nullable RefusedRequestException refusal) {

        ScriptedCall call(int number, Route route) {
            return new ScriptedCall(number, route.model(), credential, route.operation() == Operation.STREAM, request);
        }
    }
}
