package io.cortexreactive.benchmarks.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** How a protocol writes an answer. */
enum Wire {
    BEDROCK("application/vnd.amazon.eventstream") {
        @Override
        byte[] start() {
            return frame("messageStart", "{\"role\":\"assistant\",\"p\":\"abcdefgh\"}");
        }

        @Override
        byte[] chunk(String text) {
            return frame(
                    "contentBlockDelta",
                    "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"},\"p\":\"abcdefghijklmnop\"}");
        }

        @Override
        byte[] end() {
            return join(
                    frame("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abcd\"}"),
                    frame("messageStop", "{\"stopReason\":\"end_turn\",\"p\":\"abcd\"}"),
                    frame(
                            "metadata",
                            "{\"usage\":{\"inputTokens\":10,\"outputTokens\":400,\"totalTokens\":410},\"metrics\":{\"latencyMs\":100}}"));
        }
    },

    OPENAI("text/event-stream") {
        @Override
        byte[] start() {
            return event(
                    "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]", "");
        }

        @Override
        byte[] chunk(String text) {
            return event("[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]", "");
        }

        @Override
        byte[] end() {
            return join(
                    event("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", ""),
                    event("[]", ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":400,\"total_tokens\":410}"),
                    "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        }
    };

    final String contentType;

    Wire(String contentType) {
        this.contentType = contentType;
    }

    abstract byte[] start();

    abstract byte[] chunk(String text);

    abstract byte[] end();

    private static byte[] frame(String type, String payload) {
        Map<String, HeaderValue> headers = Map.of(
                ":event-type", HeaderValue.fromString(type),
                ":content-type", HeaderValue.fromString("application/json"),
                ":message-type", HeaderValue.fromString("event"));
        ByteBuffer frame = new Message(headers, payload.getBytes(StandardCharsets.UTF_8)).toByteBuffer();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] event(String choices, String more) {
        return ("data: {\"id\":\"chatcmpl-00000000000000\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                        + "\"model\":\"model\",\"choices\":" + choices + more + "}\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
