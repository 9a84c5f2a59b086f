package io.cortexreactive.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

class PublicDocsTests {

    @Test
    void everythingPublicInCoreIsDocumented() {
        List<SourceFile> sources = Modules.sourcesOf("cortex-reactive-core");
        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(PublicDocs.violations(sources)).isEmpty();
    }

    @Test
    void everythingPublicInPersistenceIsDocumented() {
        List<SourceFile> sources = Modules.sourcesOf("cortex-reactive-persistence");
        assertThat(sources).extracting(SourceFile::name).anyMatch(name -> name.endsWith("R2dbcRetriever.java"));
        assertThat(PublicDocs.violations(sources)).isEmpty();
    }

    @Test
    void aPublicTypeWithoutJavadocIsCaught() {
        assertCaught("public class Bare {}").containsExactly("Fixture.java:1: type Bare has no javadoc");
    }

    @Test
    void anEmptyJavadocIsCaught() {
        assertCaught("/** */ public class Bare {}").containsExactly("Fixture.java:1: type Bare has no javadoc");
    }

    @Test
    void aPublicMethodWithoutJavadocIsCaught() {
        assertCaught("/** Doc. */ public class Type {\n  public void run() {}\n}")
                .containsExactly("Fixture.java:2: method run has no javadoc");
    }

    @Test
    void aMethodOfAnInterfaceWithoutJavadocIsCaught() {
        assertCaught("/** Doc. */ public interface Type {\n  void run();\n  private void hidden() {}\n}")
                .containsExactly("Fixture.java:2: method run has no javadoc");
    }

    @Test
    void aPublicConstructorWithoutJavadocIsCaught() {
        assertCaught("/** Doc. */ public class Type {\n  public Type() {}\n}")
                .containsExactly("Fixture.java:2: method <init> has no javadoc");
    }

    @Test
    void aConstantWithoutJavadocIsCaught() {
        assertCaught("/** Doc. */ public interface Type {\n  int ONE = 1;\n}")
                .containsExactly("Fixture.java:2: field ONE has no javadoc");
    }

    @Test
    void aNestedTypeWithoutJavadocIsCaught() {
        assertCaught("/** Doc. */ public interface Type {\n  record Part() {}\n}")
                .containsExactly("Fixture.java:2: type Part has no javadoc");
    }

    @Test
    void aPackageWithoutJavadocIsCaught() {
        assertThat(PublicDocs.violations(List.of(SourceFile.of("package-info.java", "package bare;"))))
                .containsExactly("package-info.java:1: package bare has no javadoc");
    }

    @Test
    void whatIsNotPublicNeedsNone() {
        assertCaught("class Hidden { public void run() {} public static class Inner {} }")
                .isEmpty();
    }

    @Test
    void whatIsInheritedNeedsNone() {
        assertCaught("/** Doc. */ public record Type(int x) { public Type {} @Override public String toString() {"
                        + " return \"\"; } }")
                .isEmpty();
    }

    private static ListAssert<String> assertCaught(String content) {
        return assertThat(PublicDocs.violations(List.of(SourceFile.of("Fixture.java", content))));
    }
}
