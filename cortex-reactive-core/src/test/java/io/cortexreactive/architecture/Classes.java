package io.cortexreactive.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The classes that rules are held against. */
final class Classes {

    static final String BASE = "io.cortexreactive";

    /** What core ships. */
    static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    private static final String FIXTURES = "io.cortexreactive.architecture.fixture.";
    private static final Map<String, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

    private Classes() {}

    /** The base package of a fixture, where each class breaks a rule on purpose. */
    static String fixtureBase(String name) {
        return FIXTURES + name;
    }

    /** The classes of a fixture. */
    static JavaClasses fixture(String name) {
        return IMPORTED.computeIfAbsent(name, fixture -> new ClassFileImporter().importPackages(fixtureBase(fixture)));
    }
}
