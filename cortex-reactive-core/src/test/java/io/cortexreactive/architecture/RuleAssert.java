package io.cortexreactive.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.assertj.core.api.ListAssert;

/** Shows that a rule bites. */
final class RuleAssert {

    private RuleAssert() {}

    /** What the rule says about these classes, of which at least one must break it. */
    static ListAssert<String> assertViolations(ArchRule rule, JavaClasses classes) {
        assertThat(classes).as("the fixture was loaded").isNotEmpty();
        List<String> details = rule.evaluate(classes).getFailureReport().getDetails();
        return assertThat(details).as(rule.getDescription()).isNotEmpty();
    }
}
