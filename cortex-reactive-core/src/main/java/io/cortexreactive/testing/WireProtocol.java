package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How one kind of service talks over HTTP. Everything else of the server is the same for all of them. */
interface WireProtocol {

    /**
     * What a request asks for; null if the service has no such operation.
     *
     * @param headers found in any case
     */
    @Nullable
    Route route(String method, String path, Map<String, String> headers, String body);

    /**
     * The key the request was made with.
     *
     * @throws RefusedRequestException if there is none
     */
    String credential(Map<String, String> headers);

    /**
     * Reads a body back into the request it was made from.
     *
     * @throws RefusedRequestException if the real service would not take it
     */
    ChatRequest read(Route route, String body);

    /** Headers of every response, errors included. */
    Map<String, String> responseHeaders(String requestId);

    /** An error response in the service's own form. */
    Answer error(int status, String type, String message);

    /** The error response that says what an error inside a stream would have said. */
    Answer streamError(String type, String message);

    /** What the service calls an error of this status that it has no better name for. */
    String errorType(int status);

    /** The answer to an operation that is not scripted. */
    Answer direct(Route route, ChatRequest request);

    /** A whole answer, not streamed. */
    Answer whole(List<ReplyEvent> events, String model);

    /** The content type of a stream. */
    String streamType();

    /** A new encoder for one stream, of this model's answer to this request. */
    FrameEncoder encoder(String model, ChatRequest request);

    /** Turns steps into frames, in order. Not thread-safe. */
    interface FrameEncoder {

        /** The frame of a step; null if it has none in this protocol. */
        byte @Nullable [] frame(ReplyEvent event);

        /** The frame in which the service reports an error. */
        byte[] error(String type, String message);

        /** What follows a reply that came to its end; null if nothing does. */
        default byte @Nullable [] end() {
            return null;
        }

        /** The same frame, broken in a way that its checksum or its syntax shows. */
        byte[] corrupt(byte[] frame);
    }

    /** What is asked for, and of which model. */
    record Route(Operation operation, String model) {}

    /** What services can be asked for. The first two are scripted, the others need no model. */
    enum Operation {
        ANSWER,
        STREAM,
        COUNT,
        EMBED,
        LIST_MODELS;

        boolean isScripted() {
            return this == ANSWER || this == STREAM;
        }
    }

    /** A response that is not streamed. */
    @SuppressWarnings("ArrayRecordComponent") // made and sent here, never compared
    record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {

        /** This, with headers that count before all others. */
        Answer with(Map<String, String> own) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.putAll(own);
            return new Answer(status, contentType, all, body);
        }
    }

    /** Counts words by their hash, so that texts that share words are near each other. */
    final class Vectors {

        static final int USUAL_SIZE = 64;
        private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

        private Vectors() {}

        static float[] of(String text, int size) {
            float[] vector = new float[size];
            Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
            while (words.find()) {
                vector[Math.floorMod(words.group().hashCode() * 31, size)] += 1;
            }
            return unit(vector);
        }

        /** Of length 1, also where there is no word. */
        private static float[] unit(float[] vector) {
            double length = 0;
            for (float number : vector) {
                length += number * number;
            }
            if (length == 0) {
                vector[0] = 1;
                return vector;
            }
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / Math.sqrt(length));
            }
            return vector;
        }

        static String base64(float[] vector) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            return Base64.getEncoder().encodeToString(bytes.array());
        }
    }
}
