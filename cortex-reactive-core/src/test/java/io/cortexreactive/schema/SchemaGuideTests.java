package io.cortexreactive.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The snippets of docs/plugins/schema.md. */
class SchemaGuideTests {

    record Trip(String city, int days) {}

    record Hotel(
            @JsonPropertyDescription("As on the sign") @NotBlank
            String name,

            @Min(1) @Max(5) int stars,
            Optional<String> phone,
            List<Room> rooms) {}

    record Room(String number, Map<String, Integer> prices) {}

    private static Schema trip() {
        Schema trip = Schema.object()
                .property("city", Schema.string().description("Where to").minLength(2))
                .property("days", Schema.integer().minimum(1).maximum(10))
                .property("style", Schema.enumOf("calm", "wild").nullable())
                .required("city")
                .additionalProperties(false);
        return trip;
    }

    @Test
    void schemaIsRead() {
        Schema fromJson = Schema.fromJson("{\"type\": \"array\", \"items\": {\"type\": \"string\"}}");

        assertThat(fromJson).isEqualTo(Schema.array(Schema.string()));
    }

    @Test
    void classIsDescribed() {
        Schema hotel = Schema.fromClass(Hotel.class);

        assertThat(hotel.validate(Map.of("name", "Bristol", "stars", 6, "rooms", List.of()))
                        .errors())
                .containsExactly("$.stars: must be at most 5, is 6");
    }

    @Test
    void valuesAreCheckedAndCast() {
        Schema trip = trip();
        ValidationResult result = trip.validate(Map.of("city", "Oslo", "days", 12));
        Trip oslo = trip.cast(Map.of("city", "Oslo", "days", 3), Trip.class);

        assertThat(result.errors()).containsExactly("$.days: must be at most 10, is 12");
        assertThat(oslo).isEqualTo(new Trip("Oslo", 3));
    }

    @Test
    void reactiveFormsDoTheSame() {
        Schema trip = trip();
        Map<String, Object> value = Map.of("city", "Oslo", "days", 3);
        Mono<ValidationResult> checked = trip.validated(value);
        Mono<Trip> cast = trip.casting(value, Trip.class);
        Mono<Schema> described = Schema.forClass(Hotel.class);

        StepVerifier.create(checked).expectNext(ValidationResult.ok()).verifyComplete();
        StepVerifier.create(cast).expectNext(new Trip("Oslo", 3)).verifyComplete();
        StepVerifier.create(described).expectNext(Schema.fromClass(Hotel.class)).verifyComplete();
    }
}
