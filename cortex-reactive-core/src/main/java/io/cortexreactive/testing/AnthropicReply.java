package io.cortexreactive.testing;

import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import io.cortexreactive.testing.ReplyEvent.BlockStopped;
import io.cortexreactive.testing.ReplyEvent.CallStarted;
import io.cortexreactive.testing.ReplyEvent.Delta;
import io.cortexreactive.testing.ReplyEvent.Kind;
import io.cortexreactive.testing.ReplyEvent.Reported;
import io.cortexreactive.testing.ReplyEvent.Started;
import io.cortexreactive.testing.ReplyEvent.Stopped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A reply in Anthropic's words, as the events of a stream and as one JSON object. */
final class AnthropicReply {

    /** A name that is the code of an error, and not its type. */
    private static final String SPEND_LIMIT = "enforced_spend_limit_reached";

    private static final Map<Kind, String> BLOCKS = Map.of(
            Kind.TEXT, "text",
            Kind.REASONING, "thinking",
            Kind.SIGNATURE, "thinking",
            Kind.REDACTED, "redacted_thinking");

    private AnthropicReply() {}

    static Map<String, Object> error(String name, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", name.equals(SPEND_LIMIT) ? "rate_limit_error" : name);
        error.put("message", message);
        if (name.equals(SPEND_LIMIT)) {
            error.put("details", Map.of("error_code", name));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "error");
        body.put("error", error);
        return body;
    }

    private static String stopReason(StopReason reason) {
        return reason.equals(StopReason.CONTENT_FILTERED) ? "refusal" : reason.value();
    }

    private static Map<String, Object> usage(Usage usage) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("input_tokens", usage.inputTokens());
        told.put("cache_creation_input_tokens", usage.cacheWriteTokens());
        told.put("cache_read_input_tokens", usage.cacheReadTokens());
        told.put("output_tokens", usage.outputTokens());
        return told;
    }

    private static Map<String, @Nullable Object> message(
            String model, List<?> content, @Nullable String reason, @Nullable Usage usage) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("id", "msg_simulated");
        message.put("type", "message");
        message.put("role", "assistant");
        message.put("model", model);
        message.put("content", content);
        message.put("stop_reason", reason);
        message.put("stop_sequence", null);
        if (usage != null) {
            Map<String, Object> told = usage(usage);
            told.put("service_tier", "standard");
            message.put("usage", told);
        }
        return message;
    }

    private static Map<String, Object> call(CallStarted call, Object input) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "tool_use");
        block.put("id", call.id());
        block.put("name", call.name());
        block.put("input", input);
        return block;
    }

    /** A block that is not a call; empty where it begins. */
    private static Map<String, Object> block(String type, String value, String signature) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", type);
        block.put(type.equals("redacted_thinking") ? "data" : type, value);
        if (type.equals("thinking")) {
            block.put("signature", signature);
        }
        return block;
    }

    /** The body of an answer that is not streamed. */
    static Map<String, @Nullable Object> whole(JsonMapper json, List<ReplyEvent> events, String model) {
        Answer answer = new Answer(json);
        events.forEach(answer::add);
        return message(model, answer.content, answer.reason, answer.usage);
    }

    /** One message on its way from events to JSON. */
    private static final class Answer {

        private final JsonMapper json;
        private final List<Map<String, Object>> content = new ArrayList<>();
        private final Map<Kind, StringBuilder> texts = new EnumMap<>(Kind.class);
        private @Nullable CallStarted call;
        private @Nullable String reason;
        private @Nullable Usage usage;

        Answer(JsonMapper json) {
            this.json = json;
        }

        void add(ReplyEvent event) {
            if (event instanceof Delta delta) {
                texts.computeIfAbsent(delta.kind(), kind -> new StringBuilder()).append(delta.value());
            } else if (event instanceof CallStarted started) {
                call = started;
            } else if (event instanceof BlockStopped) {
                endBlock();
            } else if (event instanceof Stopped stopped) {
                reason = stopReason(stopped.reason());
            } else if (event instanceof Reported reported) {
                usage = reported.usage();
            }
        }

        private void endBlock() {
            String signature = take(Kind.SIGNATURE);
            if (call != null) {
                content.add(call(call, input(take(Kind.ARGUMENTS))));
                call = null;
            }
            for (Kind kind : List.copyOf(texts.keySet())) {
                content.add(block(BLOCKS.getOrDefault(kind, "text"), take(kind), signature));
            }
        }

        private String take(Kind kind) {
            StringBuilder text = texts.remove(kind);
            return text == null ? "" : text.toString();
        }

        /** The service gives an object whatever the model wrote. */
        private Object input(String arguments) {
            try {
                return json.readTree(arguments);
            } catch (JacksonException e) {
                return Map.of();
            }
        }
    }

    /** Writes server-sent events with their names. */
    static final class Encoder implements WireProtocol.FrameEncoder {

        private static final Map<String, Object> PING = Map.of("type", "ping");

        private final JsonMapper json;
        private final String model;

        /** The block that is open; -1 if there is none. */
        private int open = -1;

        private final StringBuilder hidden = new StringBuilder();
        private @Nullable Stopped stopped;

        /** A repeated delta is encoded once. */
        private @Nullable Delta last;

        private byte[] lastFrame = {};

        Encoder(JsonMapper json, String model) {
            this.json = json;
            this.model = model;
        }

        @Override
        public byte @Nullable [] frame(ReplyEvent event) {
            if (event instanceof Delta delta) {
                return delta(delta);
            }
            if (event instanceof Started started) {
                return started(started.usage());
            }
            if (event instanceof CallStarted call) {
                open = call.index();
                return join(begin(open, call(call, Map.of())), content(open, "input_json_delta", "partial_json", ""));
            }
            if (event instanceof BlockStopped block) {
                return stopped(block.index());
            }
            if (event instanceof Stopped now) {
                stopped = now;
                return null;
            }
            return event instanceof Reported reported ? ended(usage(reported.usage())) : null;
        }

        /** The service tells at the beginning what it has read, and of the answer as good as nothing. */
        private byte[] started(@Nullable Usage usage) {
            Usage soFar = usage == null
                    ? null
                    : new Usage(usage.inputTokens(), 1, usage.cacheReadTokens(), usage.cacheWriteTokens(), false);
            Map<String, Object> start = typed("message_start");
            start.put("message", message(model, List.of(), null, soFar));
            return join(event(start), event(PING));
        }

        @SuppressWarnings("ReferenceEquality") // only the very same delta is known to be a repetition
        private byte @Nullable [] delta(Delta delta) {
            if (delta == last) {
                return lastFrame;
            }
            if (delta.kind() == Kind.REDACTED) {
                hidden.append(delta.value());
                return null;
            }
            byte[] frame = content(delta);
            last = delta;
            lastFrame = frame;
            if (open == delta.index()) {
                return frame;
            }
            open = delta.index();
            return join(begin(open, block(BLOCKS.getOrDefault(delta.kind(), "text"), "", "")), frame);
        }

        private byte[] content(Delta delta) {
            return switch (delta.kind()) {
                case REASONING -> content(delta.index(), "thinking_delta", "thinking", delta.value());
                case SIGNATURE -> content(delta.index(), "signature_delta", "signature", delta.value());
                case ARGUMENTS -> content(delta.index(), "input_json_delta", "partial_json", delta.value());
                default -> content(delta.index(), "text_delta", "text", delta.value());
            };
        }

        private byte @Nullable [] stopped(int index) {
            if (!hidden.isEmpty()) {
                byte[] start = begin(index, block("redacted_thinking", hidden.toString(), ""));
                hidden.setLength(0);
                return join(start, stop(index));
            }
            if (open != index) {
                return null;
            }
            open = -1;
            return stop(index);
        }

        private byte[] begin(int index, Map<String, Object> block) {
            Map<String, Object> start = typed("content_block_start");
            start.put("index", index);
            start.put("content_block", block);
            return event(start);
        }

        private byte[] content(int index, String type, String field, String value) {
            Map<String, Object> delta = typed(type);
            delta.put(field, value);
            Map<String, Object> content = typed("content_block_delta");
            content.put("index", index);
            content.put("delta", delta);
            return event(content);
        }

        private byte[] stop(int index) {
            Map<String, Object> stop = typed("content_block_stop");
            stop.put("index", index);
            return event(stop);
        }

        private byte @Nullable [] ended(Map<String, Object> usage) {
            if (stopped == null) {
                return null;
            }
            Map<String, @Nullable Object> delta = new LinkedHashMap<>();
            delta.put("stop_reason", stopReason(stopped.reason()));
            delta.put("stop_sequence", null);
            stopped = null;
            Map<String, Object> change = typed("message_delta");
            change.put("delta", delta);
            change.put("usage", usage);
            return event(change);
        }

        @Override
        public byte[] error(String type, String message) {
            return event(AnthropicReply.error(type, message));
        }

        @Override
        public byte[] end() {
            byte[] change = ended(Map.of());
            byte[] stop = event(typed("message_stop"));
            return change == null ? stop : join(change, stop);
        }

        /** Without the brace that closes the object. */
        @Override
        public byte[] corrupt(byte[] frame) {
            byte[] broken = Arrays.copyOf(frame, frame.length - 1);
            broken[broken.length - 1] = '\n';
            broken[broken.length - 2] = '\n';
            return broken;
        }

        private static Map<String, Object> typed(String type) {
            Map<String, Object> typed = new LinkedHashMap<>();
            typed.put("type", type);
            return typed;
        }

        private byte[] event(Map<String, Object> data) {
            String text = "event: " + data.get("type") + "\ndata: " + json.writeValueAsString(data) + "\n\n";
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static byte[] join(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }
}
