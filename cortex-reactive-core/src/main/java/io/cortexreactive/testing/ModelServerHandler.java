package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.testing.WireProtocol.Operation;
import io.cortexreactive.testing.WireProtocol.Route;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Reads one request, writes it in the journal, and has it answered. */
final class ModelServerHandler {

    private final WireProtocol protocol;
    private final ReplyQueue replies;
    private final CallJournal<DefaultWireCall> journal;

    ModelServerHandler(WireProtocol protocol, ReplyQueue replies, CallJournal<DefaultWireCall> journal) {
        this.protocol = protocol;
        this.replies = replies;
        this.journal = journal;
    }

    Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        Route route = protocol.route(request.method().name(), request.uri());
        if (route == null) {
            return response.sendNotFound();
        }
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .defaultIfEmpty("")
                .flatMap(body -> answer(route, received(request, body), response));
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

    private Mono<Void> answer(Route route, DefaultWireCall.Request request, HttpServerResponse response) {
        Understood understood = understand(route, request);
        DefaultWireCall call = journal.open(number -> new DefaultWireCall(understood.call(number, route), request));
        ReplyWriter writer = new ReplyWriter(protocol, call, response);
        RefusedRequestException refusal = understood.refusal();
        if (refusal != null) {
            return writer.refuse(refusal);
        }
        if (route.operation() == Operation.COUNT) {
            return writer.send(protocol.count(TokenEstimate.of(call.call().request())));
        }
        return Mono.defer(() -> scripted(call, writer)).onErrorResume(RefusedRequestException.class, writer::refuse);
    }

    private Mono<Void> scripted(DefaultWireCall call, ReplyWriter writer) {
        ScriptedReply reply = next(call.call());
        return reply.firstDelay().isZero()
                ? writer.write(reply)
                : Mono.delay(reply.firstDelay()).then(Mono.defer(() -> writer.write(reply)));
    }

    private ScriptedReply next(ScriptedCall call) {
        ScriptedReply reply;
        try {
            reply = replies.next(call);
        } catch (RuntimeException e) {
            throw new RefusedRequestException(500, "InternalServerException", "The script failed: " + e);
        }
        if (reply == null) {
            throw new RefusedRequestException(400, "ValidationException", ReplyQueue.missing(call.number()));
        }
        return reply;
    }

    private Understood understand(Route route, DefaultWireCall.Request request) {
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
