package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the tables have it: UTF-8. */
final class StoredJson {

    private static final JsonMapper JSON = ready(JsonMapper.shared());
    private static final String CODEC = "json";

    private StoredJson() {}

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private static JsonMapper ready(JsonMapper mapper) {
        ErrorInfo error = new ErrorInfo("code", "message", false);
        mapper.readValue(mapper.writeValueAsString(error), ErrorInfo.class);
        mapper.readValue(mapper.writeValueAsString(Message.user("text")), Message.class);
        return mapper;
    }

    /** Does nothing but load this. */
    static void load() {}

    static byte @Nullable [] bytesOrNull(@Nullable String json) {
        return json == null ? null : bytes(json);
    }

    /** Half a surrogate pair, which UTF-8 has no bytes for, is written as JSON can tell it. */
    static byte[] bytes(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (Character.isSurrogate(json.charAt(i))) {
                return escaped(json).getBytes(StandardCharsets.UTF_8);
            }
        }
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String json) {
        StringBuilder text = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(point -> {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                text.append("\\u").append(Integer.toHexString(point));
            } else {
                text.appendCodePoint(point);
            }
        });
        return text.toString();
    }

    static @Nullable String textOrNull(byte @Nullable [] bytes, @Nullable String codec) {
        return bytes == null ? null : text(bytes, codec);
    }

    /** @throws CorruptStateException if it is not of this library, or damaged */
    static String text(byte[] bytes, @Nullable String codec) {
        if (!CODEC.equals(codec)) {
            throw new CorruptStateException("It is written as '" + codec + "', which this version cannot read.", null);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptStateException("It is no text.", e);
        }
    }

    static @Nullable String error(@Nullable ErrorInfo error) {
        return error == null ? null : JSON.writeValueAsString(error);
    }

    static @Nullable ErrorInfo error(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, ErrorInfo.class);
        } catch (JacksonException e) {
            throw new CorruptStateException("Its error cannot be read.", e);
        }
    }

    /** Text for people, in a column that has no NUL. */
    static @Nullable String readable(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    static byte[] message(Message message) {
        try {
            return bytes(JSON.writeValueAsString(message));
        } catch (JacksonException e) {
            throw new StateNotStorableException("A message cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    static Message message(byte[] bytes, @Nullable String codec) {
        try {
            return JSON.readValue(text(bytes, codec), Message.class);
        } catch (JacksonException e) {
            throw new CorruptStateException("A message cannot be read.", e);
        }
    }
}
