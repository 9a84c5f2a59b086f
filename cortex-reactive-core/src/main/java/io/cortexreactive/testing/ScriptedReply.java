package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import io.cortexreactive.testing.ReplyEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One scripted answer: its content, its pace, and what goes wrong. Immutable; {@link ScriptedProvider} and
 * {@link SimulatedModelServer} play the same reply.
 *
 * <pre>{@code
 * ScriptedReply.builder().text("Let me look.").toolCall("t1", "weather", Map.of("city", "Oslo")).build()
 * }</pre>
 */
public final class ScriptedReply {

    private final List<ReplyPart> parts;
    private final int chunkSize;
    private final Duration firstDelay;
    private final Duration chunkDelay;
    private final @Nullable Usage usage;
    private final boolean usageTold;
    private final @Nullable StopReason stopReason;
    private final @Nullable String model;
    private final Map<String, String> headers;
    private final @Nullable Fault fault;

    private ScriptedReply(ScriptedReply from, double pace) {
        parts = from.parts;
        chunkSize = from.chunkSize;
        firstDelay = scaled(from.firstDelay, pace);
        chunkDelay = scaled(from.chunkDelay, pace);
        usage = from.usage;
        usageTold = from.usageTold;
        stopReason = from.stopReason;
        model = from.model;
        headers = from.headers;
        fault = from.fault;
    }

    private static Duration scaled(Duration delay, double factor) {
        return Duration.ofNanos(Math.round(delay.toNanos() * factor));
    }

    private ScriptedReply(Builder from) {
        parts = List.copyOf(from.parts);
        chunkSize = from.chunkSize;
        firstDelay = from.firstDelay;
        chunkDelay = from.chunkDelay;
        usage = from.usage;
        usageTold = from.usageTold;
        stopReason = from.stopReason;
        model = from.model;
        headers = Map.copyOf(from.headers);
        fault = from.fault;
    }

    /** A text, then the end of the turn. */
    public static ScriptedReply text(String text) {
        return builder().text(text).build();
    }

    /** One tool call, then the wait for its result. */
    public static ScriptedReply toolCall(String id, String name, Map<String, Object> input) {
        return builder().toolCall(id, name, input).build();
    }

    /** Nothing but a fault. */
    public static ScriptedReply fail(Fault fault) {
        return builder().fault(fault).build();
    }

    /** Starts empty: no content, no delay, no fault. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The same reply at another pace: a script that takes its time for people can do without it in a test.
     *
     * @param factor what its delays are multiplied by; at 0 it has none
     * @throws IllegalArgumentException if the factor is negative or no number
     */
    public ScriptedReply withDelaysTimes(double factor) {
        if (!(factor >= 0)) {
            throw new IllegalArgumentException("Delays cannot be multiplied by " + factor + ": use 0 or more");
        }
        return new ScriptedReply(this, factor);
    }

    List<ReplyPart> parts() {
        return parts;
    }

    int chunkSize() {
        return chunkSize;
    }

    Duration firstDelay() {
        return firstDelay;
    }

    Duration chunkDelay() {
        return chunkDelay;
    }

    /** What the service tells at the end; null if it tells nothing. */
    @Nullable
    Usage usage(ChatRequest request) {
        if (!usageTold) {
            return null;
        }
        return usage != null
                ? usage
                : Usage.of(
                        TokenEstimate.of(request),
                        parts.stream().mapToLong(ReplyPart::tokens).sum());
    }

    StopReason stopReason() {
        if (stopReason != null) {
            return stopReason;
        }
        return parts.stream().anyMatch(ReplyPart.Call.class::isInstance) ? StopReason.TOOL_USE : StopReason.END_TURN;
    }

    @Nullable
    String model() {
        return model;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    Fault fault() {
        return fault;
    }

    /**
     * Collects a reply; not thread-safe. Each method that adds content adds one content block, and they are played in
     * the order they were added.
     */
    public static final class Builder {

        private static final int CHUNK_SIZE = 12;

        private final List<ReplyPart> parts = new ArrayList<>();
        private int chunkSize = CHUNK_SIZE;
        private Duration firstDelay = Duration.ZERO;
        private Duration chunkDelay = Duration.ZERO;
        private @Nullable Usage usage;
        private boolean usageTold = true;
        private @Nullable StopReason stopReason;
        private @Nullable String model;
        private final Map<String, String> headers = new HashMap<>();
        private @Nullable Fault fault;

        private Builder() {}

        /** Reasoning, with the service's proof if there is one. */
        public Builder reasoning(String text, @Nullable String signature) {
            return add(new ReplyPart.Reasoning(text, signature));
        }

        /** Reasoning that the service encrypted. */
        public Builder redactedReasoning(byte[] data) {
            return add(new ReplyPart.Whole(Kind.REDACTED, Base64.getEncoder().encodeToString(data)));
        }

        /** Text, cut into pieces of {@link #chunkSize}. */
        public Builder text(String text) {
            return add(new ReplyPart.Whole(Kind.TEXT, text));
        }

        /** Text in exactly these pieces. */
        public Builder chunks(String... pieces) {
            return add(new ReplyPart.Chunks(List.of(pieces)));
        }

        /** The same piece of text, this many times; made as it is asked for, so that it costs no memory. */
        public Builder repeat(String piece, long times) {
            if (times < 0) {
                throw new IllegalArgumentException("A piece cannot be repeated " + times + " times");
            }
            return add(new ReplyPart.Repeated(piece, times));
        }

        /** A call of a tool. */
        public Builder toolCall(String id, String name, Map<String, Object> input) {
            return invalidToolCall(id, name, JsonMapper.shared().writeValueAsString(input));
        }

        /** A call of a tool whose arguments are this text, which need not be JSON. */
        public Builder invalidToolCall(String id, String name, String rawArguments) {
            return add(new ReplyPart.Call(id, name, rawArguments));
        }

        private Builder add(ReplyPart part) {
            parts.add(part);
            return this;
        }

        /** The length of a piece of text, reasoning or arguments, in characters; 12 by default. */
        public Builder chunkSize(int characters) {
            if (characters < 1) {
                throw new IllegalArgumentException("A piece needs at least one character, not " + characters);
            }
            chunkSize = characters;
            return this;
        }

        /** The time before anything is answered, an HTTP error included; none by default. */
        public Builder firstDelay(Duration delay) {
            firstDelay = delay;
            return this;
        }

        /** The time before each piece of content but the first; none by default. */
        public Builder chunkDelay(Duration delay) {
            chunkDelay = delay;
            return this;
        }

        /** What the service tells of the usage; by default an estimate from request and reply. */
        public Builder usage(Usage told) {
            usage = told;
            usageTold = true;
            return this;
        }

        /** The service tells nothing of the usage. */
        public Builder withoutUsage() {
            usageTold = false;
            return this;
        }

        /** Why the model stops; by default {@code tool_use} where there is a tool call, else {@code end_turn}. */
        public Builder stopReason(StopReason reason) {
            stopReason = reason;
            return this;
        }

        /** The model that says it answered, where the protocol tells; by default the one that was asked. */
        public Builder model(String id) {
            model = id;
            return this;
        }

        /** A header that an answered HTTP response has besides the service's usual ones, such as its rate limits. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** What goes wrong. */
        public Builder fault(Fault what) {
            fault = what;
            return this;
        }

        /** The reply. */
        public ScriptedReply build() {
            return new ScriptedReply(this);
        }
    }
}
