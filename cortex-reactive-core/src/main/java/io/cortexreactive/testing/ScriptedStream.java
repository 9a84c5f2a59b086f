package io.cortexreactive.testing;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.UsageReported;
import io.cortexreactive.testing.ReplyEvent.BlockStopped;
import io.cortexreactive.testing.ReplyEvent.CallStarted;
import io.cortexreactive.testing.ReplyEvent.Delta;
import io.cortexreactive.testing.ReplyEvent.Reported;
import io.cortexreactive.testing.ReplyEvent.Stopped;
import io.cortexreactive.testing.ReplyEvent.Struck;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays one reply as the chunks a provider gives. One subscription; not thread-safe. */
final class ScriptedStream {

    private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};
    private static final JsonMapper JSON = ready(JsonMapper.shared());

    private final ScriptedReply reply;
    private final ChatRequest request;
    private final FaultErrors errors;
    private final ChatAccumulator soFar = new ChatAccumulator();
    private @Nullable CallStarted call;
    private final StringBuilder arguments = new StringBuilder();
    private StopReason stopReason = StopReason.END_TURN;

    ScriptedStream(ScriptedReply reply, ChatRequest request, FaultErrors errors) {
        this.reply = reply;
        this.request = request;
        this.errors = errors;
    }

    Flux<ChatChunk> chunks() {
        Flux<ChatChunk> answer = Flux.defer(this::answer);
        return reply.firstDelay().isZero() ? answer : answer.delaySubscription(reply.firstDelay());
    }

    private Flux<ChatChunk> answer() {
        Fault fault = reply.fault();
        if (fault == ResponseFault.None.STALL) {
            return Flux.never();
        }
        if (fault != null && !(fault instanceof StreamFault)) {
            return Flux.error(errors.beforeAnswer(fault));
        }
        Flux<ChatChunk> content = ReplyEvents.play(reply, request).handle(this::next);
        return content.concatWith(Mono.defer(this::end));
    }

    private Mono<ChatChunk> end() {
        boolean stalled = reply.fault() instanceof StreamFault fault && fault.is(StreamFault.Silent.STALL);
        return stalled ? Mono.never() : Mono.fromSupplier(this::completed);
    }

    private ChatChunk completed() {
        String model = reply.model() == null ? request.model() : reply.model();
        return new ChatCompleted(stopReason, soFar.usage(request), model, Map.of());
    }

    private void next(ReplyEvent event, SynchronousSink<ChatChunk> sink) {
        if (event instanceof Struck struck) {
            strike(struck.fault(), sink);
        } else if (event instanceof Stopped stopped) {
            stopReason = stopped.reason();
        } else if (event instanceof Reported report) {
            soFar.add(new UsageReported(report.usage()));
        } else {
            ChatChunk chunk = chunk(event);
            if (chunk != null) {
                soFar.add(chunk);
                sink.next(chunk);
            }
        }
    }

    private void strike(StreamFault fault, SynchronousSink<ChatChunk> sink) {
        if (!fault.is(StreamFault.Silent.STALL)) {
            sink.error(errors.inStream(fault.strike(), soFar.partialMessage()));
        }
    }

    private @Nullable ChatChunk chunk(ReplyEvent event) {
        if (event instanceof Delta delta) {
            return chunk(delta);
        }
        if (event instanceof CallStarted started) {
            call = started;
            arguments.setLength(0);
            return new ToolCallStarted(started.index(), started.id(), started.name());
        }
        if (event instanceof BlockStopped stopped && call != null) {
            CallStarted whole = call;
            call = null;
            return new ToolCallCompleted(stopped.index(), toolCall(whole, arguments.toString()));
        }
        return null;
    }

    private ChatChunk chunk(Delta delta) {
        return switch (delta.kind()) {
            case TEXT -> new TextDelta(delta.index(), delta.value());
            case REASONING -> new ReasoningDelta(delta.index(), delta.value(), null);
            case SIGNATURE -> new ReasoningDelta(delta.index(), "", delta.value());
            case REDACTED -> new ReasoningDelta(delta.index(), delta.value(), null, true);
            case ARGUMENTS -> {
                arguments.append(delta.value());
                yield new ToolCallDelta(delta.index(), delta.value());
            }
        };
    }

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private static JsonMapper ready(JsonMapper mapper) {
        mapper.convertValue(mapper.readTree("{\"a\":[1,1.5,true,null,\"b\"]}"), ARGUMENTS);
        return mapper;
    }

    /** No text at all is a call without arguments. */
    private static ToolCall toolCall(CallStarted started, String text) {
        JsonNode read;
        try {
            read = JSON.readTree(text.isEmpty() ? "{}" : text);
        } catch (JacksonException e) {
            return new ToolCall(started.id(), started.name(), Map.of(), text);
        }
        return read.isObject()
                ? ToolCall.of(started.id(), started.name(), JSON.convertValue(read, ARGUMENTS))
                : new ToolCall(started.id(), started.name(), Map.of(), text);
    }
}
