package io.cortexreactive.provider.openai;

import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.wire.WireJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** Reads the vectors, as numbers or as base64 of little-endian floats. One answer, one of these. */
final class EmbeddingReader {

    private static final int FIRST_SIZE = 1024;

    private final EmbeddingRequest request;
    private final WholeExchange exchange;
    private final float[] @Nullable [] vectors;
    private String model;
    private @Nullable Usage usage;
    private boolean failed;

    EmbeddingReader(EmbeddingRequest request, String model, WholeExchange exchange) {
        this.request = request;
        this.model = model;
        this.exchange = exchange;
        vectors = new float[request.texts().size()][];
    }

    EmbeddingResponse read(byte[] json) {
        try (JsonParser parser = WireJson.parser(json, 0, json.length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "The answer is no JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                readField(parser);
            }
        }
        if (failed) {
            byte[] masked = exchange.secrets().mask(json, 0, json.length);
            throw exchange.failed(ServiceReport.inAnswer(masked, masked.length), exchange.partial());
        }
        if (Arrays.asList(vectors).contains(null)) {
            throw broken("Of " + vectors.length + " vectors not all came");
        }
        return new EmbeddingResponse(Arrays.asList(vectors), usage == null ? estimate() : usage, model);
    }

    private Usage estimate() {
        return Usage.estimated(
                request.texts().stream().mapToLong(TokenEstimate::of).sum(), 0);
    }

    private RuntimeException broken(String message) {
        return new ProtocolException(message, exchange.failure(), null);
    }

    private void readField(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
            case "data" -> readVectors(parser);
            case "model" -> model = value == JsonToken.VALUE_STRING ? parser.getString() : model;
            case "usage" -> readUsage(parser);
            case "error" -> failed |= value != JsonToken.VALUE_NULL;
            default -> {}
        }
        parser.skipChildren();
    }

    private void readUsage(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean prompt = parser.currentName().equals("prompt_tokens");
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && prompt) {
                long tokens = WireJson.tokens(parser.getNumberValue());
                usage = tokens < 0 ? null : Usage.of(tokens, 0);
            }
            parser.skipChildren();
        }
    }

    private void readVectors(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        int place = 0;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            readVector(parser, place++);
        }
    }

    /** @param place where it belongs if it does not say */
    private void readVector(JsonParser parser, int place) {
        int index = place;
        float[] vector = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                index = parser.getIntValue();
            } else if (name.equals("embedding")) {
                vector = vector(parser);
            }
            parser.skipChildren();
        }
        if (index < 0 || index >= vectors.length || vectors[index] != null) {
            throw broken("A vector has the index " + index + ", of " + vectors.length);
        }
        vectors[index] = requireNumbers(vector);
    }

    /** One that is none would make every distance to the vector none. */
    private float @Nullable [] requireNumbers(float @Nullable [] vector) {
        for (int i = 0; vector != null && i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw broken("A vector has something in it that is no number");
            }
        }
        return vector;
    }

    private float @Nullable [] vector(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return floats(parser.getBinaryValue());
        }
        return parser.currentToken() == JsonToken.START_ARRAY ? numbers(parser) : null;
    }

    private float[] floats(byte[] bytes) {
        if (bytes.length % Float.BYTES != 0) {
            throw broken("A vector of " + bytes.length + " bytes is no list of floats");
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    private float[] numbers(JsonParser parser) {
        float[] vector = new float[FIRST_SIZE];
        int length = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric()) {
                throw broken("A vector has something in it that is no number");
            }
            if (length == vector.length) {
                vector = Arrays.copyOf(vector, length * 2);
            }
            vector[length++] = parser.getFloatValue();
        }
        return Arrays.copyOf(vector, length);
    }
}
