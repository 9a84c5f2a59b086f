package io.cortexreactive.testing;

import io.cortexreactive.testing.ReplyEvent.Delta;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.json.JsonMapper;

/** Writes {@code application/vnd.amazon.eventstream}: prelude, headers, JSON payload, both checksums. */
final class BedrockFrameEncoder implements WireProtocol.FrameEncoder {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private final JsonMapper json;

    /** A repeated delta is encoded once. */
    private @Nullable Delta last;

    private byte[] lastFrame = {};

    BedrockFrameEncoder(JsonMapper json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // only the very same delta is known to be a repetition
    public byte @Nullable [] frame(ReplyEvent event) {
        if (event == last) {
            return lastFrame;
        }
        String type = BedrockReply.eventType(event);
        if (type == null) {
            return null;
        }
        byte[] frame = event(type, BedrockReply.payload(event));
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
