package io.cortexreactive.examples.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownPassagesTests {

    private static List<Passage> split(String markdown) {
        return MarkdownPassages.of(new Document("a.md", markdown));
    }

    @Test
    void aParagraphIsCutIntoSentencesAcrossLines() {
        assertThat(split("One is\nhere. Two is not.\n"))
                .containsExactly(new Passage("a.md", "", List.of("One is here.", "Two is not.")));
    }

    @Test
    void paragraphsAreSeparatePassagesUnderTheirHeading() {
        assertThat(split("# Title\n\nFirst.\n\nSecond.\n\n## Next\nThird.\n"))
                .containsExactly(
                        new Passage("a.md", "Title", List.of("First.")),
                        new Passage("a.md", "Title", List.of("Second.")),
                        new Passage("a.md", "Next", List.of("Third.")));
    }

    @Test
    void aListBelongsToTheParagraphBeforeIt() {
        assertThat(split("Two things.\n\n- one\n  goes on\n- two\n\nAfter.\n"))
                .containsExactly(
                        new Passage("a.md", "", List.of("Two things.", "- one goes on", "- two")),
                        new Passage("a.md", "", List.of("After.")));
    }

    @Test
    void codeIsKeptAsItIs() {
        assertThat(split("Run this.\n\n```sh\n# no heading\n\nmvn verify\n```\n"))
                .containsExactly(
                        new Passage("a.md", "", List.of("Run this.", "```sh\n# no heading\n\nmvn verify\n```")));
    }

    @Test
    void linksImagesAndCommentsLeaveTheirTextOnly() {
        assertThat(split("See [the guide](guide.md). ![A chart](x.png)<!-- hidden -->\n"))
                .containsExactly(new Passage("a.md", "", List.of("See the guide.")));
    }

    @Test
    void rowsOfATableAreUnitsWithoutTheRule() {
        assertThat(split("| key | default |\n| --- | --- |\n| size | 1,024 |\n"))
                .containsExactly(new Passage("a.md", "", List.of("- key · default", "- size · 1,024")));
    }

    @Test
    void aPassageSaysWhereItStands() {
        assertThat(split("First.\n\n## When `it` *waits*: 2 s, `retry_after`\n\nLater.\n"))
                .extracting(Passage::source, Passage::title)
                .containsExactly(
                        tuple("a.md", "a.md"),
                        tuple("a.md#when-it-waits-2-s-retry_after", "When `it` *waits*: 2 s, `retry_after`"));
    }

    @Test
    void anUnfinishedCodeBlockLosesNothingBeforeIt() {
        assertThat(split("Text.\n```\ncode\n")).containsExactly(new Passage("a.md", "", List.of("Text.")));
    }
}
