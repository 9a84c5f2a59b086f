package io.cortexreactive.architecture;

import static io.cortexreactive.architecture.RuleAssert.assertViolations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Core's coding rules hold here, too; that they bite is shown there. */
class PersistenceRulesTests {

    private static final String BASE = Classes.BASE + ".persistence";
    private static final String FIXTURE = Classes.BASE + ".architecture.fixture.backends";

    private static final Allowances SUBSCRIBING = new Allowances(Map.of(
            "persistence.postgres.Database",
            "One statement serves several subscribers, and goes on when they have left."));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    static Stream<Arguments> codingRules() {
        return Stream.of(
                        CodingRules.NOTHING_BLOCKS,
                        CodingRules.NOTHING_WAITS,
                        CodingRules.NO_RANDOM_UUID,
                        CodingRules.nobodySubscribes(SUBSCRIBING),
                        CodingRules.nothingTenantScopedIsShared(Allowances.NONE),
                        CodingRules.ONLY_EVENTS_GO_THROUGH_A_MANY_SINK,
                        CodingRules.NO_JAVA_SERIALIZATION,
                        CodingRules.NO_MUTABLE_STATICS,
                        CodingRules.PACKAGES_ARE_NAMED_AFTER_CAPABILITIES,
                        CodingRules.PACKAGES_ARE_NULL_MARKED,
                        CodingRules.ERRORS_TELL_WHETHER_TO_RETRY)
                .map(rule -> argumentSet(rule.getDescription(), rule));
    }

    static Stream<Arguments> backends() {
        return Backends.rules(BASE).map(rule -> argumentSet(rule.getDescription(), rule));
    }

    @Test
    void theClassesOfPersistenceAreLoaded() {
        assertThat(MAIN.contain(BASE + ".postgres.R2dbcRetriever")).isTrue();
        assertThat(MAIN.contain(BASE + ".postgres.R2dbcRetrieverIT")).isFalse();
    }

    @ParameterizedTest
    @MethodSource({"codingRules", "backends"})
    void persistenceKeepsTheRule(ArchRule rule) {
        rule.check(MAIN);
    }

    @Test
    void aBackendThatKnowsAnotherOrItsDriverIsCaught() {
        JavaClasses wrong = new ClassFileImporter().importPackages(FIXTURE);

        assertThat(Backends.rules(FIXTURE))
                .allSatisfy(rule -> assertViolations(rule, wrong)
                        .allSatisfy(text -> assertThat(text).containsAnyOf("KnowsRedis", "KnowsTheDriverOfPostgres")));
    }
}
