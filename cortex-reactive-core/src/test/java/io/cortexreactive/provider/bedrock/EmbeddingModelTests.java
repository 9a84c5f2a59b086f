package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.bedrock.EmbeddingModel.Answer;
import io.cortexreactive.provider.bedrock.EmbeddingModel.Family;
import io.cortexreactive.provider.wire.CallState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingModelTests {

    private static final CallState CALL = new CallState() {
        @Override
        public ProviderFailure failure() {
            return ProviderFailure.of("bedrock", "m");
        }

        @Override
        public boolean responded() {
            return true;
        }

        @Override
        public Message partial() {
            return Message.assistant("");
        }
    };

    private static Usage usage(String json, @Nullable String told) {
        return Answer.read(json.getBytes(StandardCharsets.UTF_8), List.of("abcdefgh"), CALL, told)
                .usage();
    }

    @ParameterizedTest
    @CsvSource({
        "amazon.titan-embed-text-v1, TITAN",
        "amazon.titan-embed-text-v2:0, TITAN",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0, TITAN",
        "cohere.embed-english-v3, COHERE",
        "cohere.embed-multilingual-v3, COHERE",
        "global.cohere.embed-v4:0, COHERE",
        "amazon.titan-embed-image-v1,",
        "cohere.command-r-v1:0,"
    })
    void familyIsKnownByTheId(String id, @Nullable Family family) {
        assertThat(new EmbeddingModel(id, Map.of()).family().orElse(null)).isEqualTo(family);
    }

    @Test
    void textsArePartedForTheCalls() {
        assertThat(Family.TITAN.calls(List.of("a", "b"))).containsExactly(List.of("a"), List.of("b"));
        assertThat(Family.COHERE.calls(List.of("a", "b"))).containsExactly(List.of("a", "b"));
        assertThat(Family.COHERE.calls(List.of())).isEmpty();
    }

    @Test
    void tokensOfTheBodyCountBeforeThoseOfTheHeader() {
        assertThat(usage("{\"embedding\":[1],\"inputTextTokenCount\":5}", "7")).isEqualTo(Usage.of(5, 0));
    }

    @ParameterizedTest
    @CsvSource({"7, 7, false", "' 7 ', 7, false", "-1, 2, true", "many, 2, true", "9e99, 2, true", ", 2, true"})
    void tokensOfTheHeaderCountWhereTheyCanBeTrue(@Nullable String told, long tokens, boolean estimated) {
        assertThat(usage("{\"embeddings\":[[1]]}", told)).isEqualTo(new Usage(tokens, 0, 0, 0, estimated));
    }

    @Test
    void tokensThatCannotBeTrueAreEstimated() {
        assertThat(usage("{\"embedding\":[1],\"inputTextTokenCount\":-5}", null))
                .isEqualTo(Usage.estimated(2, 0));
        assertThat(usage("{\"embedding\":[1],\"inputTextTokenCount\":\"5\"}", null))
                .isEqualTo(Usage.estimated(2, 0));
    }
}
