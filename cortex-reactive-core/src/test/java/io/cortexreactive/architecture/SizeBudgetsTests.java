package io.cortexreactive.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

class SizeBudgetsTests {

    @Test
    void nothingThatModulesShipIsTooLarge() {
        List<SourceFile> sources = Modules.sourcesOfAll();
        assertThat(sources).extracting(SourceFile::name).anyMatch(name -> name.endsWith("CortexException.java"));
        assertThat(SizeBudgets.violations(sources)).isEmpty();
    }

    @Test
    void aLongFileIsCaught() {
        String file = "class Long {}\n" + "\n".repeat(SizeBudgets.FILE_LINES - 1);
        assertCaught(file).containsExactly("Fixture.java:1: file has 600 lines, and must have less than 600");
    }

    @Test
    void aLongMethodIsCaught() {
        String file = "class Long {\n\n    void run() {\n" + statements(SizeBudgets.METHOD_LINES) + "    }\n}\n";
        assertCaught(file).containsExactly("Fixture.java:3: method run has 50 lines, and must have less than 50");
    }

    @Test
    void aLongConstructorIsCaught() {
        String file = "class Long {\n    Long() {\n" + statements(SizeBudgets.METHOD_LINES) + "    }\n}\n";
        assertCaught(file).containsExactly("Fixture.java:2: method <init> has 50 lines, and must have less than 50");
    }

    @Test
    void aLongLambdaIsCaught() {
        String file =
                "class Long {\n    Runnable run = () -> {\n" + statements(SizeBudgets.LAMBDA_LINES) + "    };\n}\n";
        assertCaught(file).containsExactly("Fixture.java:2: lambda has 20 lines, and must have less than 20");
    }

    @Test
    void aLongExpressionLambdaIsCaught() {
        String sum = IntStream.range(0, SizeBudgets.LAMBDA_LINES)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" +\n"));
        assertCaught("class Long {\n    IntSupplier sum = () -> " + sum + ";\n}\n")
                .containsExactly("Fixture.java:2: lambda has 20 lines, and must have less than 20");
    }

    @Test
    void aWideRecordIsCaught() {
        String file = "record Wide(" + variables(SizeBudgets.COMPONENTS) + ") {\n    static int other;\n}\n";
        assertCaught(file).containsExactly("Fixture.java:1: record Wide has 10 components, and must have less than 10");
    }

    @Test
    void aWideConstructorIsCaught() {
        String file = "class Wide {\n    Wide(" + variables(SizeBudgets.COMPONENTS) + ") {}\n}\n";
        assertCaught(file).containsExactly("Fixture.java:2: constructor has 10 parameters, and must have less than 10");
    }

    @Test
    void aCrowdedPackageIsCaught() {
        List<SourceFile> crowd = IntStream.range(0, SizeBudgets.TYPES_IN_PACKAGE)
                .mapToObj(
                        i -> SourceFile.of("Type" + i + ".java", "package crowd; class Type" + i + " { class In {} }"))
                .toList();
        assertThat(SizeBudgets.violations(crowd))
                .containsExactly("crowd: package has 35 types, and must have less than 35");
    }

    @Test
    void exceptionsDoNotCrowdAPackage() {
        List<SourceFile> crowd = IntStream.range(0, SizeBudgets.TYPES_IN_PACKAGE)
                .mapToObj(i -> SourceFile.of("E" + i + ".java", "package crowd; class E" + i + "Exception {}"))
                .toList();
        assertThat(SizeBudgets.violations(crowd)).isEmpty();
    }

    @Test
    void whatStaysBelowTheFiguresPasses() {
        String file = "record Fine(" + variables(SizeBudgets.COMPONENTS - 1) + ") {\n    void run() {\n"
                + statements(SizeBudgets.METHOD_LINES - 1) + "    }\n}\n";
        assertCaught(file).isEmpty();
    }

    private static ListAssert<String> assertCaught(String content) {
        return assertThat(SizeBudgets.violations(List.of(SourceFile.of("Fixture.java", content))));
    }

    private static String statements(int count) {
        return "        int x;\n".repeat(count);
    }

    private static String variables(int count) {
        return IntStream.range(0, count).mapToObj(i -> "int v" + i).collect(Collectors.joining(", "));
    }
}
