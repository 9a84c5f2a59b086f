package io.cortexreactive.examples.responder;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExtractiveResponderTests {

    private static final Document BIRDS = new Document("docs/birds.md", """
            # Birds

            Birds lay eggs. Most of them fly.

            ## Owls

            An owl hunts at night. It hears a mouse under snow.

            - Barn owls nest in barns
            - Snowy owls nest on the ground
            """);

    private static final Document BREAD = new Document("docs/bread.md", """
            # Bread

            Bread needs flour, water and salt.

            ## Rising

            Dough rises at night in a cool place. Knead it once:

            ```sh
            knead --once
            ```
            """);

    private final ExtractiveResponder responder = new ExtractiveResponder(List.of(BIRDS, BREAD));

    @Test
    void theAnswerFollowsTheQuestion() {
        assertThat(responder.answer("Where do barn owls nest?")).contains("Barn owls nest in barns");
        assertThat(responder.answer("What does bread need?")).contains("flour, water and salt");
    }

    @Test
    void theAnswerSaysWhereItStands() {
        assertThat(responder.answer("What does an owl hear?")).startsWith("**docs/birds.md**, “Owls”:\n\n");
    }

    @Test
    void endingsOfWordsDoNotMatter() {
        assertThat(responder.answer("kneading doughs")).contains("Dough rises");
    }

    @Test
    void codeComesWithTheTextBeforeIt() {
        assertThat(responder.answer("How do I knead dough?")).contains("```sh\nknead --once\n```");
    }

    @Test
    void listsStayLists() {
        assertThat(responder.answer("Where do snowy owls nest?"))
                .contains("\n- Barn owls nest in barns\n- Snowy owls nest on the ground");
    }

    @Test
    void aQuestionThatNothingMatchesIsToldSo() {
        assertThat(responder.answer("What is the capital of France?"))
                .startsWith("Nothing in the documentation matches")
                .contains("docs/birds.md, docs/bread.md");
    }

    @Test
    void oneCommonWordIsNoMatch() {
        assertThat(responder.answer("Which submarines dive at night?")).startsWith("Nothing in the documentation");
    }

    @Test
    void aQuestionOfNothingButCommonWordsMatchesNothing() {
        assertThat(responder.answer("What is that?")).startsWith("Nothing in the documentation");
        assertThat(responder.answer("?!")).startsWith("Nothing in the documentation");
    }

    @Test
    void ofALongPassageTheBestPartsAreQuotedInTheirOrder() {
        Document list = new Document(
                "docs/colours.md",
                "# Colours\n\n- red paint\n- red ink\n- a\n- b\n- c\n- blue sky\n- d\n- e\n- red sea\n- red wine\n");

        String answer = new ExtractiveResponder(List.of(list)).answer("Which colours are red?");

        assertThat(answer).containsSubsequence("red paint", "red ink", "red sea", "red wine");
    }

    @Test
    void agentsAreGivenPassagesWithTheirPlaces() {
        RetrievedContent found = Objects.requireNonNull(
                responder.retriever().retrieve("What does an owl hear?").block());

        RetrievedItem best = found.items().get(0);
        assertThat(best.content()).startsWith("**docs/birds.md**, “Owls”:").contains("It hears a mouse under snow.");
        assertThat(best.score()).isPositive();
        assertThat(best.metadata()).isEqualTo(Map.of("source", "docs/birds.md#owls", "title", "Owls"));
    }

    @Test
    void agentsAreGivenNothingWhereNothingMatches() {
        assertThat(responder
                        .retriever()
                        .retrieve("What is the capital of France?")
                        .block())
                .isEqualTo(RetrievedContent.NONE);
    }

    @Test
    void aPageIsGivenAsItIs() {
        assertThat(responder.page("docs/birds.md")).hasValue(BIRDS.markdown());
        assertThat(responder.page("birds.md")).isEmpty();
    }

    @Test
    void theProjectsOwnDocumentationIsThere() {
        assertThat(ExtractiveResponder.overProjectDocumentation().answer("How do I get started?"))
                .contains(".md**");
    }
}
