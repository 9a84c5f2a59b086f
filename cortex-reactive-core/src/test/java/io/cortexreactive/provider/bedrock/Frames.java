package io.cortexreactive.provider.bedrock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Frames of an AWS event stream, right and wrong, made by AWS's own encoder. JSON has single quotes for double ones.
 */
final class Frames {

    private Frames() {}

    static byte[] event(String type, String json) {
        return of("event", type, json);
    }

    static byte[] event(String type, byte[] json) {
        return encode(headers("event", type), json);
    }

    /** @param kind {@code event}, {@code exception} or {@code error} */
    static byte[] of(String kind, String type, String json) {
        return encode(headers(kind, type), json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, HeaderValue> headers(String kind, String type) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(":message-type", HeaderValue.fromString(kind));
        headers.put(":" + (kind.equals("error") ? "error-code" : kind + "-type"), HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString("application/json"));
        return headers;
    }

    /** An event of no known type, with a header of each type of value. */
    static byte[] ofEveryHeader() {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put("true", HeaderValue.fromBoolean(true));
        headers.put("false", HeaderValue.fromBoolean(false));
        headers.put("byte", HeaderValue.fromByte((byte) -1));
        headers.put("short", HeaderValue.fromShort((short) -1));
        headers.put("int", HeaderValue.fromInteger(-1));
        headers.put("long", HeaderValue.fromLong(-1));
        headers.put("bytes", HeaderValue.fromByteArray(new byte[] {1, 2, 3}));
        headers.put("time", HeaderValue.fromTimestamp(Instant.EPOCH));
        headers.put("uuid", HeaderValue.fromUuid(new UUID(1, 2)));
        headers.put(":event-type", HeaderValue.fromString("unknown"));
        return encode(headers, new byte[] {'{', '}'});
    }

    private static byte[] encode(Map<String, HeaderValue> headers, byte[] json) {
        ByteBuffer bytes = new Message(headers, json).toByteBuffer();
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    /** With another last byte of its checksum. */
    static byte[] broken(byte[] frame) {
        byte[] broken = frame.clone();
        broken[broken.length - 1] ^= 1;
        return broken;
    }

    /** The head of a frame, with its own checksum right, and zeros in place of the rest. */
    static byte[] claiming(int length, int headers) {
        ByteBuffer frame = ByteBuffer.allocate(64).putInt(length).putInt(headers);
        return frame.putInt(crc(frame, 2 * Integer.BYTES)).array();
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }
}
