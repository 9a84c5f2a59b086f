package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.SseReader;
import io.cortexreactive.provider.wire.TransportErrors;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Decodes an answer straight from the bytes of its stream. */
final class MessageDecoder implements BodyDecoder<ChatChunk> {

    private static final String ERROR = "error";
    private static final String END = "message_stop";

    private final MessageCall call;
    private final SseReader reader = new SseReader();
    private final MessageEvent event = new MessageEvent();
    private final Queue<ChatChunk> left = new ArrayDeque<>();
    private final ChunkAssembler assembler = new ChunkAssembler(left);

    /** Written by whoever feeds, read by whoever ends the stream. */
    private volatile boolean complete;

    MessageDecoder(MessageCall call) {
        this.call = call;
    }

    @Override
    public void append(ByteBuf bytes) {
        reader.append(bytes);
    }

    @Override
    public @Nullable ChatChunk next() {
        ChatChunk chunk = left.poll();
        while (chunk == null && !complete && reader.next()) {
            take();
            chunk = left.poll();
        }
        return chunk;
    }

    private void take() {
        if (reader.name().equals(ERROR)) {
            throw failed();
        }
        event.read(reader.data(), reader.length());
        switch (event.type()) {
            case ERROR -> throw failed();
            case END -> {
                left.add(call.completed(assembler.end()));
                complete = true;
            }
            default -> assembler.add(event);
        }
    }

    private RuntimeException failed() {
        byte[] json = call.secrets().mask(reader.data(), 0, reader.length());
        return call.failed(ServiceReport.inAnswer(json, json.length));
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (complete) {
            return;
        }
        if (error == null) {
            throw new IncompleteStreamException(
                    "The answer ended without a message_stop", call.failure(), call.partial(), null);
        }
        throw TransportErrors.translate(error, call);
    }

    /** Whether the service has said that the answer is whole. */
    boolean isAnswered() {
        return complete;
    }

    @Override
    public boolean isComplete() {
        return complete && left.isEmpty();
    }

    /** What a complete answer still has to tell when the connection went wrong. */
    List<ChatChunk> rest() {
        List<ChatChunk> rest = new ArrayList<>(left);
        left.clear();
        return rest;
    }
}
