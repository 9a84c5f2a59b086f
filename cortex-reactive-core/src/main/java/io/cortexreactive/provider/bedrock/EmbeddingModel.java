package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.Purpose;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * A model that embeds: what InvokeModel is to send it, and how to read what it answers.
 *
 * @param id a model id, an inference profile or an ARN
 * @param options fields of its own request
 */
record EmbeddingModel(String id, Map<String, Object> options) {

    EmbeddingModel {
        options = Map.copyOf(options);
    }

    /** Of a setting. */
    static EmbeddingModel configured(String id, Map<String, Object> options) {
        EmbeddingModel model = new EmbeddingModel(id, options);
        if (model.family().isEmpty()) {
            throw new ProviderConfigurationException(
                    "Bedrock's embedding model: " + model.refusal(), "embedding_model");
        }
        return model;
    }

    /** Empty if it is no known one. */
    Optional<Family> family() {
        String base = ModelCatalog.baseId(id);
        if (base.startsWith("amazon.titan-embed-text")) {
            return Optional.of(Family.TITAN);
        }
        return base.startsWith("cohere.embed-") ? Optional.of(Family.COHERE) : Optional.empty();
    }

    /** Why it cannot be called. */
    String refusal() {
        return "'" + id + "' is no text embedding model of Amazon Titan (amazon.titan-embed-text-..) or Cohere"
                + " (cohere.embed-..).";
    }

    byte[] body(Family family, List<String> texts, Purpose purpose) {
        Map<String, Object> body = new LinkedHashMap<>(options);
        if (family == Family.TITAN) {
            body.put("inputText", texts.get(0));
        } else {
            body.put("texts", texts);
            body.put("input_type", purpose == Purpose.QUERY ? "search_query" : "search_document");
        }
        return WireJson.bytes(body);
    }

    /** Models that are called alike. */
    enum Family {
        TITAN(1),
        COHERE(96);

        private final int textsPerCall;

        Family(int textsPerCall) {
            this.textsPerCall = textsPerCall;
        }

        /** The texts of each call, in order. */
        List<List<String>> calls(List<String> texts) {
            List<List<String>> calls = new ArrayList<>();
            for (int from = 0; from < texts.size(); from += textsPerCall) {
                calls.add(texts.subList(from, Math.min(from + textsPerCall, texts.size())));
            }
            return calls;
        }
    }

    /**
     * What a model of Titan or Cohere answered to one call.
     *
     * @param vectors one for each text, in order
     * @param usage as it was told in the body, else in a header, else estimated
     */
    record Answer(List<float[]> vectors, Usage usage) {

        /** @param told the tokens, as a header tells them */
        static Answer read(byte[] json, List<String> texts, CallState call, @Nullable String told) {
            Reader reader = new Reader(call);
            try (JsonParser parser = WireJson.parser(json, 0, json.length)) {
                reader.read(parser);
            }
            if (reader.vectors.size() != texts.size()) {
                throw reader.broken("For " + texts.size() + " texts " + reader.vectors.size() + " vectors came");
            }
            long tokens = reader.tokens < 0 ? tokens(told) : reader.tokens;
            return new Answer(reader.vectors, tokens < 0 ? estimate(texts) : Usage.of(tokens, 0));
        }

        private static long tokens(@Nullable String told) {
            try {
                return told == null ? -1 : WireJson.tokens(Long.valueOf(told.strip()));
            } catch (NumberFormatException e) {
                return -1;
            }
        }

        private static Usage estimate(List<String> texts) {
            return Usage.estimated(texts.stream().mapToLong(TokenEstimate::of).sum(), 0);
        }

        /** Reads the numbers as they come, without an object for each. */
        private static final class Reader {

            private static final int FIRST_SIZE = 1024;

            private final CallState call;
            private final List<float[]> vectors = new ArrayList<>();
            private long tokens = -1;

            Reader(CallState call) {
                this.call = call;
            }

            RuntimeException broken(String message) {
                return new ProtocolException(message, call.failure(), null);
            }

            void read(JsonParser parser) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new StreamReadException(parser, "The answer is no JSON object");
                }
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    switch (name) {
                        case "embedding" -> vectors.add(vector(parser));
                        case "embeddings" -> readAll(parser);
                        case "inputTextTokenCount" -> readTokens(parser);
                        default -> {}
                    }
                    parser.skipChildren();
                }
            }

            private void readTokens(JsonParser parser) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    tokens = WireJson.tokens(parser.getNumberValue());
                }
            }

            /** A list of vectors, or one for each type of number that was asked for. */
            private void readAll(JsonParser parser) {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    readVectors(parser);
                } else if (parser.currentToken() == JsonToken.START_OBJECT) {
                    readTypes(parser);
                }
            }

            private void readTypes(JsonParser parser) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean floats = parser.currentName().equals("float");
                    if (parser.nextToken() == JsonToken.START_ARRAY && floats) {
                        readVectors(parser);
                    }
                    parser.skipChildren();
                }
            }

            private void readVectors(JsonParser parser) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    vectors.add(vector(parser));
                }
            }

            private float[] vector(JsonParser parser) {
                if (parser.currentToken() != JsonToken.START_ARRAY) {
                    throw broken("A vector is no list of numbers");
                }
                float[] vector = new float[FIRST_SIZE];
                int length = 0;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (length == vector.length) {
                        vector = Arrays.copyOf(vector, length * 2);
                    }
                    vector[length++] = number(parser);
                }
                if (length == 0) {
                    throw broken("A vector is empty");
                }
                return Arrays.copyOf(vector, length);
            }

            /** One that is none would make every distance to the vector none. */
            private float number(JsonParser parser) {
                float number = parser.currentToken().isNumeric() ? parser.getFloatValue() : Float.NaN;
                if (!Float.isFinite(number)) {
                    throw broken("A vector has something in it that is no number");
                }
                return number;
            }
        }
    }
}
