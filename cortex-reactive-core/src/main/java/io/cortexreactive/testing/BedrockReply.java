package io.cortexreactive.testing;

import io.cortexreactive.message.Usage;
import io.cortexreactive.testing.ReplyEvent.BlockStopped;
import io.cortexreactive.testing.ReplyEvent.CallStarted;
import io.cortexreactive.testing.ReplyEvent.Delta;
import io.cortexreactive.testing.ReplyEvent.Kind;
import io.cortexreactive.testing.ReplyEvent.Reported;
import io.cortexreactive.testing.ReplyEvent.Started;
import io.cortexreactive.testing.ReplyEvent.Stopped;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A reply in Bedrock's words, as the events of a stream and as one JSON object. */
final class BedrockReply {

    /** Nobody measures a scripted model, but the field is always there. */
    private static final Map<String, Object> METRICS = Map.of("latencyMs", 1);

    private BedrockReply() {}

    static @Nullable String eventType(ReplyEvent event) {
        if (event instanceof Delta) {
            return "contentBlockDelta";
        }
        if (event instanceof CallStarted) {
            return "contentBlockStart";
        }
        if (event instanceof BlockStopped) {
            return "contentBlockStop";
        }
        if (event instanceof Started) {
            return "messageStart";
        }
        if (event instanceof Stopped) {
            return "messageStop";
        }
        return event instanceof Reported ? "metadata" : null;
    }

    static Map<String, Object> payload(ReplyEvent event) {
        if (event instanceof Delta delta) {
            return Map.of("contentBlockIndex", delta.index(), "delta", delta(delta));
        }
        if (event instanceof CallStarted call) {
            Map<String, Object> start = Map.of("toolUse", Map.of("toolUseId", call.id(), "name", call.name()));
            return Map.of("contentBlockIndex", call.index(), "start", start);
        }
        if (event instanceof BlockStopped stop) {
            return Map.of("contentBlockIndex", stop.index());
        }
        if (event instanceof Stopped stop) {
            return Map.of("stopReason", stop.reason().value());
        }
        if (event instanceof Reported report) {
            return Map.of("usage", usage(report.usage()), "metrics", METRICS);
        }
        return Map.of("role", "assistant");
    }

    private static Map<String, Object> delta(Delta delta) {
        return switch (delta.kind()) {
            case TEXT -> Map.of("text", delta.value());
            case REASONING -> Map.of("reasoningContent", Map.of("text", delta.value()));
            case SIGNATURE -> Map.of("reasoningContent", Map.of("signature", delta.value()));
            case REDACTED -> Map.of("reasoningContent", Map.of("redactedContent", delta.value()));
            case ARGUMENTS -> Map.of("toolUse", Map.of("input", delta.value()));
        };
    }

    private static Map<String, Object> usage(Usage usage) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("inputTokens", usage.inputTokens());
        told.put("outputTokens", usage.outputTokens());
        told.put("totalTokens", usage.total());
        told.put("cacheReadInputTokens", usage.cacheReadTokens());
        told.put("cacheWriteInputTokens", usage.cacheWriteTokens());
        return told;
    }

    /** The body of a Converse response. */
    static Map<String, Object> whole(List<ReplyEvent> events) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("output", Map.of("message", Map.of("role", "assistant", "content", blocks(events))));
        for (ReplyEvent event : events) {
            if (event instanceof Stopped || event instanceof Reported) {
                body.putAll(payload(event));
            }
        }
        return body;
    }

    private static List<Object> blocks(List<ReplyEvent> events) {
        List<Object> blocks = new ArrayList<>();
        Block block = new Block();
        for (ReplyEvent event : events) {
            if (event instanceof CallStarted start) {
                block.call = start;
            } else if (event instanceof Delta delta) {
                block.add(delta);
            } else if (event instanceof BlockStopped) {
                blocks.add(block.content());
                block = new Block();
            }
        }
        return blocks;
    }

    /** One content block on its way from events to JSON. */
    private static final class Block {

        private final StringBuilder value = new StringBuilder();
        private Kind kind = Kind.TEXT;
        private @Nullable String signature;
        private @Nullable CallStarted call;

        void add(Delta delta) {
            if (delta.kind() == Kind.SIGNATURE) {
                signature = delta.value();
                return;
            }
            kind = delta.kind();
            value.append(delta.value());
        }

        Map<String, Object> content() {
            String text = value.toString();
            if (call != null) {
                return Map.of("toolUse", Map.of("toolUseId", call.id(), "name", call.name(), "input", arguments(text)));
            }
            if (kind == Kind.REDACTED) {
                return Map.of("reasoningContent", Map.of("redactedContent", text));
            }
            if (kind == Kind.REASONING || signature != null) {
                return Map.of("reasoningContent", Map.of("reasoningText", reasoning(text)));
            }
            return Map.of("text", text);
        }

        private Map<String, Object> reasoning(String text) {
            return signature == null ? Map.of("text", text) : Map.of("text", text, "signature", signature);
        }

        /** Arguments that are no JSON go out as a JSON text. */
        private static Object arguments(String text) {
            try {
                return JsonMapper.shared().readTree(text.isEmpty() ? "{}" : text);
            } catch (JacksonException e) {
                return text;
            }
        }
    }

    /** Writes {@code application/vnd.amazon.eventstream}: prelude, headers, JSON payload, both checksums. */
    static final class FrameEncoder implements WireProtocol.FrameEncoder {

        private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

        private final JsonMapper json;

        /** A repeated delta is encoded once. */
        private @Nullable Delta last;

        private byte[] lastFrame = {};

        FrameEncoder(JsonMapper json) {
            this.json = json;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // only the very same delta is known to be a repetition
        public byte @Nullable [] frame(ReplyEvent event) {
            if (event == last) {
                return lastFrame;
            }
            String type = eventType(event);
            if (type == null) {
                return null;
            }
            byte[] frame = event(type, payload(event));
            if (event instanceof Delta delta) {
                last = delta;
                lastFrame = frame;
            }
            return frame;
        }

        @Override
        public byte[] error(String type, String message) {
            return encode(headers("exception", ":exception-type", type), Map.of("message", message));
        }

        @Override
        public byte[] corrupt(byte[] frame) {
            byte[] broken = frame.clone();
            broken[broken.length - 1] ^= 0x55;
            return broken;
        }

        private byte[] event(String type, Map<String, Object> payload) {
            Map<String, Object> padded = new LinkedHashMap<>(payload);
            // The service pads its events, so that their length on the wire does not tell the text.
            padded.put("p", LETTERS.substring(0, 1 + Math.floorMod(payload.hashCode(), LETTERS.length())));
            return encode(headers("event", ":event-type", type), padded);
        }

        private static Map<String, HeaderValue> headers(String messageType, String typeHeader, String type) {
            Map<String, HeaderValue> headers = new LinkedHashMap<>();
            headers.put(typeHeader, HeaderValue.fromString(type));
            headers.put(":content-type", HeaderValue.fromString("application/json"));
            headers.put(":message-type", HeaderValue.fromString(messageType));
            return headers;
        }

        private byte[] encode(Map<String, HeaderValue> headers, Map<String, Object> payload) {
            ByteBuffer frame = new Message(headers, json.writeValueAsBytes(payload)).toByteBuffer();
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            return bytes;
        }
    }
}
