package io.cortexreactive.testing;

import io.cortexreactive.testing.ReplyEvent.Struck;
import io.cortexreactive.testing.StreamFault.Failure;
import io.cortexreactive.testing.StreamFault.Garbage;
import io.cortexreactive.testing.StreamFault.Silent;
import io.cortexreactive.testing.StreamFault.Strike;
import io.cortexreactive.testing.WireProtocol.Answer;
import io.cortexreactive.testing.WireProtocol.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Writes the answer to one call, faults included. Whatever it returns ends when the client leaves. */
final class ReplyWriter {

    private static final byte[] NO_JSON = {0};

    private final WireProtocol protocol;
    private final DefaultWireCall call;
    private final HttpServerResponse response;

    ReplyWriter(WireProtocol protocol, DefaultWireCall call, HttpServerResponse response) {
        this.protocol = protocol;
        this.call = call;
        this.response = response;
    }

    Mono<Void> refuse(RefusedRequestException refusal) {
        return send(protocol.error(refusal.status(), refusal.type(), refusal.reason()));
    }

    Mono<Void> send(Answer answer) {
        return body(answer, Flux.just(answer.body()), answer.body().length).then(ended(CloseReason.COMPLETED));
    }

    Mono<Void> write(ScriptedReply reply) {
        Fault fault = reply.fault();
        if (fault instanceof ResponseFault.None silence) {
            return silence == ResponseFault.None.STALL ? Mono.never() : call.reset();
        }
        if (fault instanceof Fault.Status status) {
            Answer error = protocol.error(status.status(), status.errorType(), status.message());
            return fail(error.with(status.headers()));
        }
        if (fault instanceof ResponseFault.Garbage garbage) {
            byte[] body = garbage.body().getBytes(StandardCharsets.UTF_8);
            return fail(new Answer(garbage.status(), garbage.contentType(), Map.of(), body));
        }
        StreamFault struck = (StreamFault) fault;
        return call.call().streaming() ? stream(reply, struck) : whole(reply, struck);
    }

    private Mono<Void> fail(Answer answer) {
        return body(answer, Flux.just(answer.body()), answer.body().length).then(ended(CloseReason.FAULT));
    }

    private Mono<Void> stream(ScriptedReply reply, @Nullable StreamFault fault) {
        head(200, protocol.streamType(), reply.headers());
        FrameWriter frames =
                new FrameWriter(protocol.encoder(model(reply), call.call().request()), call);
        Flux<ByteBuf> bytes =
                ReplyEvents.play(reply, call.call().request()).handle((event, sink) -> frames.write(event, sink::next));
        // Paced frames go out one by one, as from a model; unpaced ones as many at a time as there are.
        Predicate<ByteBuf> flush = reply.chunkDelay().isZero() ? buffer -> false : buffer -> true;
        Flux<ByteBuf> end = fault == null || fault.goesOn() ? frames.end() : Flux.empty();
        return response.send(bytes.concatWith(end), flush).then().then(Mono.defer(() -> after(fault)));
    }

    private String model(ScriptedReply reply) {
        String told = reply.model();
        return told == null ? call.call().model() : told;
    }

    /** What follows the last byte written. */
    private Mono<Void> after(@Nullable StreamFault fault) {
        if (fault == null) {
            return ended(CloseReason.COMPLETED);
        }
        if (fault.is(Silent.CUT)) {
            return call.reset();
        }
        return fault.is(Silent.STALL) ? Mono.never() : ended(CloseReason.FAULT);
    }

    private Mono<Void> whole(ScriptedReply reply, @Nullable StreamFault fault) {
        return ReplyEvents.whole(reply, call.call().request())
                .collectList()
                .flatMap(events -> whole(protocol.whole(events, model(reply)), reply.headers(), fault));
    }

    private Mono<Void> whole(Answer plain, Map<String, String> headers, @Nullable StreamFault fault) {
        Answer answer = plain.with(headers);
        if (fault == null) {
            return send(answer);
        }
        if (fault.strike() instanceof Failure failure) {
            return fail(protocol.streamError(failure.type(), failure.message()).with(headers));
        }
        byte[] body = answer.body();
        if (fault.goesOn()) {
            byte[] garbage = fault.strike() instanceof Garbage bytes ? bytes.bytes() : NO_JSON;
            return body(answer, Flux.just(garbage, body), garbage.length + body.length)
                    .then(ended(CloseReason.FAULT));
        }
        byte[] half = Arrays.copyOf(body, body.length / 2);
        int length = fault.is(Silent.END) ? half.length : body.length;
        return body(answer, Flux.just(half), length).then(Mono.defer(() -> after(fault)));
    }

    private Mono<Void> body(Answer answer, Flux<byte[]> pieces, int length) {
        response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
        head(answer.status(), answer.contentType(), answer.headers());
        return response.send(pieces.map(Unpooled::wrappedBuffer)).then();
    }

    private void head(int status, String contentType, Map<String, String> headers) {
        call.status(status);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String requestId = new UUID(random.nextLong(), random.nextLong()).toString();
        response.status(status).header(HttpHeaderNames.CONTENT_TYPE, contentType);
        protocol.responseHeaders(requestId).forEach(response::header);
        headers.forEach(response::header);
    }

    private Mono<Void> ended(CloseReason reason) {
        return Mono.fromRunnable(() -> call.end(reason));
    }

    /** Turns the steps of one reply into bytes, the faulty ones too. Not thread-safe. */
    private static final class FrameWriter {

        private final FrameEncoder encoder;
        private final DefaultWireCall call;
        private boolean corruptNext;

        FrameWriter(FrameEncoder encoder, DefaultWireCall call) {
            this.encoder = encoder;
            this.call = call;
        }

        void write(ReplyEvent event, Consumer<ByteBuf> out) {
            if (event instanceof Struck struck) {
                strike(struck.fault().strike(), out);
                return;
            }
            byte[] frame = encoder.frame(event);
            if (frame != null) {
                emit(corruptNext ? encoder.corrupt(frame) : frame, out);
                corruptNext = false;
            }
        }

        /** What comes after the last step. */
        Flux<ByteBuf> end() {
            return Mono.fromSupplier(encoder::end)
                    .<ByteBuf>map(Unpooled::wrappedBuffer)
                    .flux();
        }

        private void strike(Strike strike, Consumer<ByteBuf> out) {
            if (strike instanceof Failure failure) {
                emit(encoder.error(failure.type(), failure.message()), out);
            } else if (strike instanceof Garbage garbage) {
                out.accept(Unpooled.wrappedBuffer(garbage.bytes()));
            } else {
                corruptNext = strike == Silent.BAD_CRC;
            }
        }

        private void emit(byte[] frame, Consumer<ByteBuf> out) {
            call.frameWritten();
            out.accept(Unpooled.wrappedBuffer(frame));
        }
    }
}
