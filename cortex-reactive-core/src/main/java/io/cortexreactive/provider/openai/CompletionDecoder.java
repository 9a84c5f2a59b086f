package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.TransportErrors;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Decodes a chat completion straight from the bytes, streamed or whole. */
final class CompletionDecoder implements BodyDecoder<ChatChunk> {

    /** OpenRouter's word for an answer that broke off. */
    private static final String FAILED = "error";

    private final CompletionCall call;
    private final EventSource source;
    private final CompletionEvent event = new CompletionEvent();
    private final Queue<ChatChunk> left = new ArrayDeque<>();
    private final ChunkAssembler assembler;
    private boolean complete;

    private CompletionDecoder(CompletionCall call, String idPrefix, EventSource source) {
        this.call = call;
        this.source = source;
        assembler = new ChunkAssembler(left, idPrefix);
    }

    /** @param idPrefix begins the ids of tool calls that come without one */
    static CompletionDecoder stream(CompletionCall call, String idPrefix) {
        return new CompletionDecoder(call, idPrefix, new EventSource.Events());
    }

    /** @param idPrefix begins the ids of tool calls that come without one */
    static CompletionDecoder whole(CompletionCall call, String idPrefix) {
        return new CompletionDecoder(call, idPrefix, new EventSource.Whole());
    }

    @Override
    public void append(ByteBuf bytes) {
        source.append(bytes);
    }

    @Override
    public @Nullable ChatChunk next() {
        ChatChunk chunk = left.poll();
        while (chunk == null && !complete && source.next()) {
            take();
            chunk = left.poll();
        }
        return chunk;
    }

    private void take() {
        if (source.isDone()) {
            finish(null);
            return;
        }
        event.read(source.data(), source.length());
        if (event.hasError() || FAILED.equals(event.finishReason())) {
            failed();
            return;
        }
        assembler.add(event);
        if (source.isWhole()) {
            finish(null);
        } else if (event.isUsageAlone() && isAnswered()) {
            complete();
        }
    }

    /** After the answer has ended, nothing that goes wrong matters to it. */
    private void failed() {
        if (!isAnswered()) {
            byte[] json = call.secrets().mask(source.data(), 0, source.length());
            throw call.failed(ServiceReport.inAnswer(json, json.length));
        }
        complete();
    }

    @Override
    public boolean isComplete() {
        return complete && left.isEmpty();
    }

    @Override
    public void end(@Nullable Throwable error) {
        source.end(error);
        if (!complete && !source.isWhole()) {
            finish(error);
        }
    }

    private void finish(@Nullable Throwable error) {
        if (isAnswered()) {
            complete();
        } else if (error == null) {
            throw new IncompleteStreamException(
                    "The answer ended without a finish_reason", call.failure(), call.partial(), null);
        } else {
            throw TransportErrors.translate(error, call);
        }
    }

    /** Whether the model has said why it stopped. */
    boolean isAnswered() {
        return assembler.isEnded();
    }

    /** What an answered call still has to tell when the connection went wrong. */
    List<ChatChunk> rest() {
        if (!complete) {
            complete();
        }
        List<ChatChunk> rest = new ArrayList<>(left);
        left.clear();
        return rest;
    }

    private void complete() {
        complete = true;
        left.add(call.completed(assembler.end()));
    }
}
