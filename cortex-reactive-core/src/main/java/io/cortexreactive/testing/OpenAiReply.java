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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A reply in OpenAI's words, as the events of a stream and as one JSON object. */
final class OpenAiReply {

    /** Names that are an error's type; all others are codes. */
    private static final List<String> TYPES = List.of("invalid_request_error", "server_error");

    private static final Map<StopReason, String> FINISH_REASONS = Map.of(
            StopReason.END_TURN, "stop",
            StopReason.STOP_SEQUENCE, "stop",
            StopReason.MAX_TOKENS, "length",
            StopReason.TOOL_USE, "tool_calls",
            StopReason.CONTENT_FILTERED, "content_filter");

    private OpenAiReply() {}

    static Map<String, Object> error(String name, String message) {
        boolean isType = TYPES.contains(name);
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", isType ? name : "invalid_request_error");
        error.put("param", null);
        error.put("code", isType ? null : name);
        return Map.of("error", error);
    }

    private static String finishReason(StopReason reason) {
        return FINISH_REASONS.getOrDefault(reason, reason.value());
    }

    /** OpenAI counts what was cached as part of the prompt; OpenRouter tells what was written, too. */
    private static Map<String, Object> usage(Usage usage) {
        long prompt = usage.inputTokens() + usage.cacheReadTokens() + usage.cacheWriteTokens();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("prompt_tokens", prompt);
        told.put("completion_tokens", usage.outputTokens());
        told.put("total_tokens", prompt + usage.outputTokens());
        told.put(
                "prompt_tokens_details",
                Map.of("cached_tokens", usage.cacheReadTokens(), "cache_write_tokens", usage.cacheWriteTokens()));
        return told;
    }

    private static Map<String, Object> head(String object, String model) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("id", "chatcmpl-simulated");
        head.put("object", object);
        head.put("created", 0);
        head.put("model", model);
        head.put("service_tier", "default");
        head.put("system_fingerprint", "fp_simulated");
        return head;
    }

    private static Map<String, Object> signed(String signature) {
        return Map.of("type", "reasoning.text", "signature", signature);
    }

    private static Map<String, Object> encrypted(String data) {
        return Map.of("type", "reasoning.encrypted", "data", data);
    }

    /** The body of a completion that is not streamed. */
    static Map<String, Object> whole(List<ReplyEvent> events, String model) {
        Answer answer = new Answer();
        events.forEach(answer::add);
        Map<String, Object> body = head("chat.completion", model);
        body.put("choices", List.of(answer.choice()));
        if (answer.usage != null) {
            body.put("usage", usage(answer.usage));
        }
        return body;
    }

    /** One message on its way from events to JSON. */
    private static final class Answer {

        private final Map<Kind, StringBuilder> texts = new LinkedHashMap<>();
        private final List<Map<String, Object>> details = new ArrayList<>();
        private final List<Map<String, Object>> calls = new ArrayList<>();
        private @Nullable CallStarted call;
        private String finishReason = "stop";
        private @Nullable Usage usage;

        void add(ReplyEvent event) {
            if (event instanceof Delta delta) {
                text(delta.kind()).append(delta.value());
            } else if (event instanceof CallStarted started) {
                call = started;
            } else if (event instanceof BlockStopped) {
                endBlock();
            } else if (event instanceof Stopped stopped) {
                finishReason = finishReason(stopped.reason());
            } else if (event instanceof Reported reported) {
                usage = reported.usage();
            }
        }

        private StringBuilder text(Kind kind) {
            return texts.computeIfAbsent(kind, k -> new StringBuilder());
        }

        private String take(Kind kind) {
            StringBuilder text = texts.remove(kind);
            return text == null ? "" : text.toString();
        }

        private void endBlock() {
            if (call != null) {
                Map<String, Object> function = Map.of("name", call.name(), "arguments", take(Kind.ARGUMENTS));
                calls.add(Map.of("id", call.id(), "type", "function", "function", function));
                call = null;
            }
            if (texts.containsKey(Kind.SIGNATURE)) {
                details.add(signed(take(Kind.SIGNATURE)));
            }
            if (texts.containsKey(Kind.REDACTED)) {
                details.add(encrypted(take(Kind.REDACTED)));
            }
        }

        Map<String, @Nullable Object> choice() {
            Map<String, @Nullable Object> message = new LinkedHashMap<>();
            message.put("role", "assistant");
            message.put("content", texts.containsKey(Kind.TEXT) ? take(Kind.TEXT) : null);
            message.put("refusal", null);
            if (texts.containsKey(Kind.REASONING)) {
                message.put("reasoning_content", take(Kind.REASONING));
            }
            if (!details.isEmpty()) {
                message.put("reasoning_details", details);
            }
            if (!calls.isEmpty()) {
                message.put("tool_calls", calls);
            }
            Map<String, @Nullable Object> choice = new LinkedHashMap<>();
            choice.put("index", 0);
            choice.put("message", message);
            choice.put("logprobs", null);
            choice.put("finish_reason", finishReason);
            return choice;
        }
    }

    /** Writes server-sent events, the last of which says that there are no more. */
    static final class Encoder implements WireProtocol.FrameEncoder {

        private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);
        private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

        private final JsonMapper json;
        private final String model;
        private final boolean withUsage;

        private int calls = -1;
        private final StringBuilder hidden = new StringBuilder();

        /** A repeated delta is encoded once. */
        private @Nullable Delta last;

        private byte[] lastFrame = {};

        /** @param withUsage whether the client asked for it; who does not is told none */
        Encoder(JsonMapper json, String model, boolean withUsage) {
            this.json = json;
            this.model = model;
            this.withUsage = withUsage;
        }

        @Override
        public byte @Nullable [] frame(ReplyEvent event) {
            if (event instanceof Delta delta) {
                return delta(delta);
            }
            if (event instanceof Started) {
                return choice(Map.of("role", "assistant", "content", ""), null);
            }
            if (event instanceof CallStarted call) {
                calls++;
                Map<String, Object> function = Map.of("name", call.name(), "arguments", "");
                return call(Map.of("index", calls, "id", call.id(), "type", "function", "function", function));
            }
            if (event instanceof Stopped stopped) {
                return choice(Map.of(), finishReason(stopped.reason()));
            }
            if (event instanceof BlockStopped && !hidden.isEmpty()) {
                String data = hidden.toString();
                hidden.setLength(0);
                return choice(Map.of("reasoning_details", List.of(encrypted(data))), null);
            }
            return event instanceof Reported reported && withUsage ? reported(reported.usage()) : null;
        }

        @SuppressWarnings("ReferenceEquality") // only the very same delta is known to be a repetition
        private byte @Nullable [] delta(Delta delta) {
            if (delta == last) {
                return lastFrame;
            }
            byte[] frame = switch (delta.kind()) {
                case TEXT -> choice(Map.of("content", delta.value()), null);
                case REASONING -> choice(Map.of("reasoning_content", delta.value()), null);
                case SIGNATURE -> choice(Map.of("reasoning_details", List.of(signed(delta.value()))), null);
                case ARGUMENTS -> call(Map.of("index", calls, "function", Map.of("arguments", delta.value())));
                case REDACTED -> {
                    hidden.append(delta.value());
                    yield null;
                }
            };
            if (frame != null) {
                last = delta;
                lastFrame = frame;
            }
            return frame;
        }

        private byte[] call(Map<String, Object> call) {
            return choice(Map.of("tool_calls", List.of(call)), null);
        }

        private byte[] choice(Map<String, Object> delta, @Nullable String finishReason) {
            Map<String, @Nullable Object> choice = new LinkedHashMap<>();
            choice.put("index", 0);
            choice.put("delta", delta);
            choice.put("logprobs", null);
            choice.put("finish_reason", finishReason);
            Map<String, Object> chunk = head("chat.completion.chunk", model);
            chunk.put("choices", List.of(choice));
            // The service pads its events, so that their length on the wire does not tell the text.
            chunk.put("obfuscation", LETTERS.substring(0, 1 + Math.floorMod(delta.hashCode(), LETTERS.length())));
            return event(chunk);
        }

        private byte[] reported(Usage usage) {
            Map<String, Object> chunk = head("chat.completion.chunk", model);
            chunk.put("choices", List.of());
            chunk.put("usage", usage(usage));
            return event(chunk);
        }

        private byte[] event(Map<String, Object> data) {
            return ("data: " + json.writeValueAsString(data) + "\n\n").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] error(String type, String message) {
            return event(OpenAiReply.error(type, message));
        }

        @Override
        public byte[] end() {
            return DONE.clone();
        }

        /** Without the brace that closes the object. */
        @Override
        public byte[] corrupt(byte[] frame) {
            byte[] broken = Arrays.copyOf(frame, frame.length - 1);
            broken[broken.length - 1] = '\n';
            broken[broken.length - 2] = '\n';
            return broken;
        }
    }
}
