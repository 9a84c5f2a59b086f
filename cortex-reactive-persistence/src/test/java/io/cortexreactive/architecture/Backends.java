package io.cortexreactive.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Stream;

/** One package is one backend. It knows core and its own driver, and nothing of another backend or its driver. */
final class Backends {

    private static final Map<String, List<String>> DRIVERS = Map.of(
            "postgres", List.of("io.r2dbc", "reactor.pool"),
            "redis", List.of("io.lettuce"));

    private static final List<String> EVERYBODYS = List.of(
            "java",
            "org.jspecify",
            "org.reactivestreams",
            "org.slf4j",
            "reactor.core",
            "reactor.util",
            "tools.jackson");

    private Backends() {}

    /** A rule for each backend below a package. */
    static Stream<ArchRule> rules(String base) {
        return DRIVERS.entrySet().stream().map(backend -> rule(base, backend));
    }

    private static ArchRule rule(String base, Entry<String, List<String>> backend) {
        String own = base + "." + backend.getKey();
        return noClasses()
                .that()
                .resideInAPackage(own + "..")
                .should()
                .dependOnClassesThat(describe(
                        "belong to another backend",
                        type -> !isKnown(type, base, own) && !isBelow(type, backend.getValue())))
                .allowEmptyShould(true)
                .as("backend " + backend.getKey() + " should know core and its own driver alone");
    }

    private static boolean isKnown(JavaClass type, String base, String own) {
        boolean isCore = isBelow(type, List.of(Classes.BASE)) && !isBelow(type, List.of(base));
        return isCore
                || isBelow(type, List.of(own))
                || isBelow(type, EVERYBODYS)
                || type.getPackageName().isEmpty();
    }

    private static boolean isBelow(JavaClass type, List<String> packages) {
        String name = type.getBaseComponentType().getPackageName();
        return packages.stream().anyMatch(above -> name.equals(above) || name.startsWith(above + "."));
    }
}
