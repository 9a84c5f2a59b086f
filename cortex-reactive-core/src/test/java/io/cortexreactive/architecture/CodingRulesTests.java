package io.cortexreactive.architecture;

import static io.cortexreactive.architecture.RuleAssert.assertViolations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodingRulesTests {

    /** Each rule with a fixture that breaks it, and with what the rule must say about that. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule(
                        CodingRules.NOTHING_BLOCKS,
                        "coding",
                        "Blocks.block(",
                        "Blocks.blockLast(",
                        "Blocks.blockByReference(",
                        "Blocks.toIterable(",
                        "Blocks.toStream("),
                rule(
                        CodingRules.NOTHING_WAITS,
                        "coding",
                        "Waits.sleep(",
                        "Waits.sleepByUnit(",
                        "Waits.join(",
                        "Waits.await(",
                        "Waits.bindNow("),
                rule(CodingRules.NO_RANDOM_UUID, "coding", "Careless.id("),
                rule(
                        CodingRules.nobodySubscribes(Allowances.SUBSCRIBING),
                        "coding",
                        "Subscribes.subscribe(",
                        "Subscribes.subscribeWith(",
                        "Subscribes.subscribeByReference("),
                rule(
                        CodingRules.nothingTenantScopedIsShared(Allowances.SHARING),
                        "coding",
                        "Shares.cache(",
                        "Shares.share(",
                        "Shares.publish(",
                        "Shares.replay("),
                rule(CodingRules.ONLY_EVENTS_GO_THROUGH_A_MANY_SINK, "coding", "Shares.sink("),
                rule(CodingRules.NO_JAVA_SERIALIZATION, "coding", "Careless.read("),
                rule(CodingRules.NO_MUTABLE_STATICS, "coding", "Careless.calls"),
                rule(CodingRules.PACKAGES_ARE_NAMED_AFTER_CAPABILITIES, "names", "Helper"),
                rule(CodingRules.PACKAGES_ARE_NULL_MARKED, "unmarked", "Unmarked"),
                rule(
                        CodingRules.ERRORS_TELL_WHETHER_TO_RETRY,
                        "errors",
                        "UndecidedException",
                        "ContradictoryException"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void coreKeepsTheRule(ArchRule rule) {
        rule.check(Classes.MAIN);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theFixtureIsCaught(ArchRule rule, String fixture, List<String> culprits) {
        assertViolations(rule, Classes.fixture(fixture))
                .allSatisfy(text -> assertThat(text).containsAnyOf(culprits.toArray(String[]::new)))
                .satisfies(texts -> assertThat(culprits)
                        .allSatisfy(culprit -> assertThat(texts).anyMatch(text -> text.contains(culprit))));
    }

    @Test
    void everyAllowanceToSubscribeIsNeeded() {
        assertAllNeeded(Allowances.SUBSCRIBING, CodingRules.nobodySubscribes(Allowances.NONE));
    }

    @Test
    void everyAllowanceToShareIsNeeded() {
        assertAllNeeded(Allowances.SHARING, CodingRules.nothingTenantScopedIsShared(Allowances.NONE));
    }

    private static void assertAllNeeded(Allowances allowances, ArchRule withoutThem) {
        List<String> violations =
                withoutThem.evaluate(Classes.MAIN).getFailureReport().getDetails();
        assertThat(allowances.reasons().keySet())
                .allSatisfy(name -> assertThat(violations).anyMatch(text -> text.contains("." + name + ".")));
    }

    private static Arguments rule(ArchRule rule, String fixture, String... culprits) {
        return argumentSet(rule.getDescription(), rule, fixture, List.of(culprits));
    }
}
