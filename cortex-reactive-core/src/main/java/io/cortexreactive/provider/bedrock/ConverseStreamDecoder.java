package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.wire.BodyDecoder;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.EventStreamReader;
import io.cortexreactive.provider.wire.TransportErrors;
import io.cortexreactive.provider.wire.WireJson;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decodes ConverseStream straight from the bytes. */
final class ConverseStreamDecoder implements BodyDecoder<ChatChunk> {

    private final EventStreamReader frames = new EventStreamReader();
    private final ContentDelta delta = new ContentDelta();
    private final ChunkAssembler assembler = new ChunkAssembler();
    private final Queue<ChatChunk> left = new ArrayDeque<>();
    private final DirectCall call;
    private final Function<AnswerEnd, ChatCompleted> completed;

    /** Set when nothing more can change it; null again when it was told. */
    private @Nullable AnswerEnd ending;

    private boolean complete;

    /** @param completed makes the last chunk */
    ConverseStreamDecoder(DirectCall call, Function<AnswerEnd, ChatCompleted> completed) {
        this.call = call;
        this.completed = completed;
    }

    @Override
    public void append(ByteBuf bytes) {
        frames.append(bytes);
    }

    @Override
    public @Nullable ChatChunk next() {
        ChatChunk chunk = left.poll();
        while (chunk == null && !complete && frames.next()) {
            chunk = frame();
        }
        return chunk == null ? completion() : chunk;
    }

    private @Nullable ChatChunk completion() {
        AnswerEnd end = ending;
        ending = null;
        return end == null ? null : completed.apply(end);
    }

    @Override
    public boolean isComplete() {
        return complete && left.isEmpty() && ending == null;
    }

    @Override
    public void end(@Nullable Throwable error) {
        if (complete) {
            return;
        }
        if (isAnswered()) {
            complete();
        } else if (error == null) {
            throw new IncompleteStreamException(
                    "The answer ended before Bedrock said that it was complete", call.failure(), call.partial(), null);
        } else {
            throw TransportErrors.translate(error, call);
        }
    }

    /** Whether the end marker has come. After it nothing that goes wrong matters to the answer. */
    boolean isAnswered() {
        return assembler.end() != null;
    }

    /** What an answered call still has to tell when the connection went wrong. */
    List<ChatChunk> rest() {
        if (!complete) {
            complete();
        }
        List<ChatChunk> rest = new ArrayList<>();
        for (ChatChunk chunk = next(); chunk != null; chunk = next()) {
            rest.add(chunk);
        }
        return rest;
    }

    private void complete() {
        complete = true;
        left.addAll(assembler.open());
        ending = assembler.end();
    }

    private @Nullable ChatChunk frame() {
        // Nearly all of them, so it is not made a text first.
        if (frames.hasHeader(":event-type", "contentBlockDelta")) {
            return delta();
        }
        String event = frames.header(":event-type");
        if (event == null) {
            throw failed();
        }
        return switch (event) {
            case "contentBlockStart" -> start(fields());
            case "contentBlockStop" -> stop(fields());
            case "messageStop" -> {
                assembler.ended(fields());
                yield null;
            }
            case "metadata" -> metadata(fields());
            default -> null;
        };
    }

    private @Nullable ChatChunk delta() {
        TextDelta plain = ContentDelta.Plain.read(frames.array(), frames.payloadFrom(), frames.payloadTo());
        if (plain != null) {
            return plain;
        }
        delta.read(frames.array(), frames.payloadFrom(), frames.payloadTo());
        if (!delta.isWhole()) {
            throw new ProtocolException(
                    "A content delta came without its index or without content", call.failure(), null);
        }
        return delta.addTo(assembler);
    }

    private @Nullable ChatChunk start(Map<String, Object> fields) {
        if (!(inner(fields, "start").get("toolUse") instanceof Map<?, ?> tool)
                || "server_tool_use".equals(tool.get("type"))) {
            return null;
        }
        if (fields.get("contentBlockIndex") instanceof Integer index
                && index >= 0
                && tool.get("toolUseId") instanceof String id
                && tool.get("name") instanceof String name) {
            return assembler.callStarted(index, id, name);
        }
        throw new ProtocolException("A tool call began without its index, id or name", call.failure(), null);
    }

    private static Map<?, ?> inner(Map<String, Object> fields, String name) {
        return fields.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private @Nullable ChatChunk stop(Map<String, Object> fields) {
        return fields.get("contentBlockIndex") instanceof Integer index ? assembler.stopped(index) : null;
    }

    /** Nothing comes after it but the end of the body. */
    private @Nullable ChatChunk metadata(Map<String, Object> fields) {
        assembler.metadata(fields);
        if (isAnswered()) {
            complete();
        }
        return left.poll();
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = WireJson.object(frames.array(), frames.payloadFrom(), frames.payloadTo());
        return fields == null ? Map.of() : fields;
    }

    /** The error that a frame without an event tells: a modelled exception, or one of the service's framework. */
    private RuntimeException failed() {
        String code = frames.header(":exception-type");
        if (code == null) {
            code = frames.header(":error-code");
        }
        if (code == null) {
            return new ProtocolException("A frame is neither an event nor an exception", call.failure(), null);
        }
        CallSecrets secrets = call.secrets();
        String message = frames.header(":error-message");
        return call.failed(ServiceReport.inStream(
                secrets.mask(code),
                message == null ? null : secrets.mask(message),
                secrets.mask(frames.array(), frames.payloadFrom(), frames.payloadTo())));
    }
}
