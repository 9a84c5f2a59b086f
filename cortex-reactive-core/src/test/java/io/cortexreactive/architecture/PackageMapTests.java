package io.cortexreactive.architecture;

import static io.cortexreactive.architecture.RuleAssert.assertViolations;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PackageMapTests {

    @Test
    void theClassesOfCoreAreLoaded() {
        assertThat(Classes.MAIN).hasSizeGreaterThan(100);
        assertThat(Classes.MAIN.contain("io.cortexreactive.error.CortexException"))
                .isTrue();
        assertThat(Classes.MAIN.contain("io.cortexreactive.architecture.PackageMap"))
                .isFalse();
    }

    @Test
    void packagesImportOnlyWhatTheMapAllows() {
        PackageMap.arrows(Classes.BASE).check(Classes.MAIN);
    }

    @Test
    void packagesHaveNoCycles() {
        PackageMap.noCycles(Classes.BASE).check(Classes.MAIN);
    }

    @Test
    void anArrowThatPointsUpIsCaught() {
        assertViolations(PackageMap.arrows(Classes.fixtureBase("map")), Classes.fixture("map"))
                .anySatisfy(text -> assertThat(text).contains("no arrow 'error' -> 'message'"));
    }

    @Test
    void siblingsThatImportEachOtherAreCaught() {
        assertViolations(PackageMap.arrows(Classes.fixtureBase("map")), Classes.fixture("map"))
                .anySatisfy(text -> assertThat(text).contains("no arrow 'cache' -> 'usage'"));
    }

    @Test
    void importingTheFrontDoorIsCaught() {
        assertViolations(PackageMap.arrows(Classes.fixtureBase("map")), Classes.fixture("map"))
                .anySatisfy(text -> assertThat(text).contains("no arrow 'usage' -> ''"));
    }

    @Test
    void aPackageThatIsNotOnTheMapIsCaught() {
        assertViolations(PackageMap.arrows(Classes.fixtureBase("map")), Classes.fixture("map"))
                .anySatisfy(text -> assertThat(text).contains("package 'stranger' is not on the package map"));
    }

    @Test
    void arrowsOfTheMapAreNoViolation() {
        assertViolations(PackageMap.arrows(Classes.fixtureBase("map")), Classes.fixture("map"))
                .noneSatisfy(text -> assertThat(text).contains("-> 'error'"));
    }

    @Test
    void aCycleIsCaught() {
        assertViolations(PackageMap.noCycles(Classes.fixtureBase("cycle")), Classes.fixture("cycle"))
                .anySatisfy(text -> assertThat(text).contains("Cycle detected"));
    }
}
