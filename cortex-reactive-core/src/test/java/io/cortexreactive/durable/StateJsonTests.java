package io.cortexreactive.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cortexreactive.durable.StateJson.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

@SuppressWarnings("NullAway") // nulls are values, too
class StateJsonTests {

    private static final int LIMIT = 1024 * 1024;

    private static Object plain(Object value) {
        return PlainState.ofMap(map("x", value), "data").get("x");
    }

    private static Map<String, Object> map(String key, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        return map;
    }

    private static String json(Object value) {
        return StateJson.write(PlainState.ofMap(map("x", value), "data"), LIMIT).text();
    }

    /** What a store that keeps UTF-8 gives back. */
    private static Object kept(Object value) {
        String json = json(value);
        return StateJson.read(new String(json.getBytes(UTF_8), UTF_8)).get("x");
    }

    @Test
    void anyPlainValueIsReadAsWhatItWas() {
        for (long seed = 0; seed < 3_000; seed++) {
            Map<String, Object> value = new RandomValues(seed).map(5);
            Json json = StateJson.write(PlainState.ofMap(value, "data"), LIMIT);
            byte[] stored = json.text().getBytes(UTF_8);

            assertThat(StateJson.read(new String(stored, UTF_8)))
                    .as("seed %d", seed)
                    .isEqualTo(value);
            assertThat(json.bytes()).as("bytes of seed %d", seed).isEqualTo(stored.length);
        }
    }

    @Test
    void anyValueIsPlainAlreadyOnceItIsPlain() {
        for (long seed = 0; seed < 1_000; seed++) {
            Map<String, Object> value = new RandomValues(seed).map(5);

            assertThat(PlainState.ofMap(value, "data")).as("seed %d", seed).isEqualTo(value);
        }
    }

    @Test
    void decimalsKeepTheirTypeAndScale() {
        assertThat(kept(new BigDecimal("19.90"))).isEqualTo(new BigDecimal("19.90"));
        assertThat(kept(new BigDecimal("1E+400"))).isEqualTo(new BigDecimal("1E+400"));
        assertThat(kept(new BigDecimal("3"))).isEqualTo(new BigDecimal("3"));
        assertThat(kept(19.9)).isEqualTo(19.9);
        assertThat(kept(2.0)).isEqualTo(2.0);
        assertThat(kept(-0.0)).isEqualTo(-0.0);
        assertThat(kept(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
        assertThat(kept(0.1f)).isEqualTo(0.1);
    }

    @Test
    void decimalsThatSomebodyElseWroteLoseNothing() {
        assertThat(StateJson.read("{\"x\":0.25}")).containsEntry("x", 0.25);
        assertThat(StateJson.read("{\"x\":0.1234567890123456789}"))
                .containsEntry("x", new BigDecimal("0.1234567890123456789"));
        assertThat(StateJson.read("{\"x\":1.5e400}")).containsEntry("x", new BigDecimal("1.5e400"));
        assertThat(StateJson.read("{\"x\":1.5e-400}")).containsEntry("x", new BigDecimal("1.5e-400"));
        assertThat(StateJson.read("{\"x\":0.0}")).containsEntry("x", 0.0);
    }

    @Test
    void doublesOfAnySizeStayDoubles() {
        Random random = new Random(7);
        Map<String, Object> doubles = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            doubles.put("long" + i, (double) random.nextLong());
            doubles.put("any" + i, random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
        }
        String json = StateJson.write(PlainState.ofMap(doubles, "data"), Integer.MAX_VALUE)
                .text();

        assertThat(StateJson.read(json)).isEqualTo(doubles);
    }

    @Test
    void integersAreOfTheSmallestTypeBeforeAndAfter() {
        assertThat(plain(7L)).isEqualTo(7).isEqualTo(kept(7L));
        assertThat(plain((short) 7)).isEqualTo(7);
        assertThat(plain(1L << 40)).isEqualTo(1L << 40).isEqualTo(kept(1L << 40));
        assertThat(plain(BigInteger.TEN)).isEqualTo(10).isEqualTo(kept(BigInteger.TEN));
        assertThat(plain(new AtomicInteger(7))).isEqualTo(7);
    }

    @Test
    void nulAndLoneSurrogatesSurvive() {
        String text = "a\u0000b\ud800c\udc00d\ud83d\ude00";

        assertThat(kept(text)).isEqualTo(text);
        assertThat(kept(map("a\u0000b\ud83d\ude00", 1))).isEqualTo(map("a\u0000b\ud83d\ude00", 1));
        assertThat(json(text)).contains("\\u0000", "\\ud800", "\\udc00", "\ud83d\ude00");
    }

    enum Color {
        RED
    }

    record Address(@JsonProperty("town") String city, BigDecimal rent, List<Integer> numbers) {}

    static class Bean {
        public Bean next;
        public String name = "n";
    }

    @Test
    @SuppressWarnings("UnnecessaryStringBuilder") // it is what is written
    void whatIsNoPlainValueBecomesWhatJacksonWrites() {
        assertThat(plain(new Address("Ulm", new BigDecimal("10.50"), List.of(1))))
                .isEqualTo(Map.of("town", "Ulm", "rent", new BigDecimal("10.50"), "numbers", List.of(1)));
        assertThat(plain(Color.RED)).isEqualTo("RED");
        assertThat(plain(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(plain(Duration.ofSeconds(90))).isEqualTo("PT1M30S");
        assertThat(plain(new int[] {1, 2})).isEqualTo(List.of(1, 2));
        assertThat(plain(new Object[] {"a", null})).isEqualTo(Arrays.asList("a", null));
        assertThat(plain('c')).isEqualTo("c");
        assertThat(plain(new StringBuilder("text"))).isEqualTo("text");
        assertThat(plain(new LinkedHashSet<>(List.of(2, 1)))).isEqualTo(List.of(2, 1));
        assertThat(plain(Optional.of(Color.RED))).isEqualTo("RED");
        assertThat(plain(Optional.empty())).isNull();
        assertThat(plain(new EnumMap<>(Map.of(Color.RED, 1)))).isEqualTo(Map.of("RED", 1));
        assertThat(plain(Map.of(7, "seven"))).isEqualTo(Map.of("7", "seven"));
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    record Typed(String name) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    record Named(String name) {}

    @Test
    void noClassNameIsWritten() {
        assertThat(plain(new Typed("a"))).isEqualTo(Map.of("name", "a"));
        assertThat(plain(new Named("a"))).isEqualTo(Map.of("type", "Named", "name", "a"));
        assertThat(json(Map.of("a", List.of(new Typed("a"), new Bean())))).doesNotContain("cortexreactive");
    }

    @Test
    void mapsThatLookLikeTypesStayMaps() {
        Map<String, Object> hostile = Map.of("@class", "java.net.URL", "type", "text", "val", List.of("x", Map.of()));

        assertThat(kept(hostile)).isEqualTo(hostile);
    }

    @Test
    void valuesAreCopiedAndCannotBeChanged() {
        List<Object> mine = new ArrayList<>(List.of(1));
        Map<String, Object> plain = PlainState.ofMap(map("x", mine), "data");
        mine.add(2);

        assertThat(plain).containsEntry("x", List.of(1));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> plain.put("y", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ((List<?>) plain.get("x")).clear());
    }

    private static void assertRefused(Object value, String message) {
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> plain(value))
                .withMessageContaining(message);
    }

    @Test
    void whatIsNoValueIsRefusedByPlace() {
        assertRefused(Map.of("user", List.of(1, Double.NaN)), "'data.x.user[1]' is NaN");
        assertRefused(Float.POSITIVE_INFINITY, "'data.x' is Infinity");
        assertRefused(map("user", new Object()), "'data.x.user' is a Object");
        assertRefused(new double[] {Double.NaN}, "'data.x'");
        assertRefused(Mono.just(1), "'data.x' is a MonoJust, which is no value");
        assertRefused(Stream.of(1), "which is no value");
        assertRefused(new CompletableFuture<>(), "which is no value");
        assertRefused(BigInteger.TEN.pow(1_001), "more than 1000 digits");
        assertRefused(new BigDecimal(BigInteger.TEN.pow(1_001)), "more than 1000 digits");
        assertRefused(new HashMap<>(map(null, 1)), "'data.x' is a HashMap");
        assertRefused(Map.of("a\ud800", 1), "half of a surrogate pair");
        assertRefused(new HashMap<Object, Object>(Map.of(1, "a", "1", "b")), "Duplicate");
    }

    @Test
    void getterThatFailsIsRefused() {
        assertRefused(new Nameless(), "'data.x'");
    }

    @Test
    void cyclesAndDepthAreRefused() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        Map<String, Object> loop = new HashMap<>();
        loop.put("loop", loop);
        Bean bean = new Bean();
        bean.next = bean;

        assertRefused(self, "contains itself");
        assertRefused(loop, "…' is nested deeper than 500 levels");
        assertRefused(bean, "'data.x' is a Bean");
        assertRefused(nested(600), "500 levels");
        assertThat(kept(nested(498))).isEqualTo(nested(498));
    }

    @Test
    void deepestStateThatIsTakenCanBeReadWrapped() {
        Map<String, Object> deepest = map("x", nested(499));
        Map<String, Object> wrapped = map("data", StateJson.plainMap(deepest, "data"));
        String json = StateJson.write(wrapped, LIMIT).text();

        assertThat(StateJson.read(json)).isEqualTo(wrapped);
        assertRefused(nested(500), "500 levels");
    }

    private static Object nested(int levels) {
        Object value = 1;
        for (int i = 0; i < levels; i++) {
            value = List.of(value);
        }
        return value;
    }

    @Test
    void fewListsThatAreBillionsOfValuesAreRefused() {
        Object value = "a";
        for (int i = 0; i < 40; i++) {
            value = List.of(value, value);
        }
        assertRefused(value, "more than 2000000 values");
    }

    @Test
    void stateOverTheLimitIsRefusedWithItsSize() {
        Map<String, Object> state = PlainState.ofMap(Map.of("x", "é".repeat(100)), "data");
        Json fits = StateJson.write(state, 208);

        assertThat(fits.bytes()).isEqualTo(208);
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> StateJson.write(state, 207))
                .withMessage("A state of at least 208 bytes cannot be kept; it may have 207.");
    }

    @Test
    void textThatIsThereAThousandTimesIsNotWrittenAThousandTimes() {
        String megabyte = "a".repeat(1024 * 1024);
        List<String> gigabyte = Collections.nCopies(10_000, megabyte);
        Map<String, Object> state = PlainState.ofMap(Map.of("x", gigabyte), "data");

        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> StateJson.write(state, LIMIT))
                .withMessageContaining("at least 10485790007 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "no",
                "{",
                "{\"a\":1",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "[1]",
                "1",
                "null",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1.}",
                "{\"a\":1E99999999999}",
                "{a:1}",
                "{\"a\":NaN}"
            })
    void whatIsNoJsonObjectIsCorrupt(String json) {
        assertThatExceptionOfType(CorruptStateException.class).isThrownBy(() -> StateJson.read(json));
    }

    @Test
    void bottomlessJsonIsCorrupt() {
        assertThatExceptionOfType(CorruptStateException.class)
                .isThrownBy(() -> StateJson.read("{\"a\":" + "[".repeat(100_000)));
    }

    /** Has a getter that fails. */
    static final class Nameless {

        public String getName() {
            return List.<String>of().get(0);
        }
    }
}
