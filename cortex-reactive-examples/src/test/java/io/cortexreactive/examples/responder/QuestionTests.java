package io.cortexreactive.examples.responder;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import io.cortexreactive.retrieval.Augmentation;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionTests {

    @Test
    void theLastOneCounts() {
        List<Message> said = List.of(
                Message.user("One?"), Message.assistant("Yes."), Message.user("Two?"), Message.assistant("No."));

        assertThat(Question.last(said)).isEqualTo(new Question("Two?", ""));
    }

    @Test
    void whatWasLookedUpIsNoPartOfIt() {
        RetrievedContent found = RetrievedContent.of(
                RetrievedItem.of("**a.md**:\n\nOwls hunt.", 2), RetrievedItem.of("---\nBirds fly.", 1));
        Message asked = Augmentation.augmented(Message.user("When do owls hunt?"), found)
                .message();

        assertThat(Question.last(List.of(asked)))
                .isEqualTo(new Question("When do owls hunt?", "**a.md**:\n\nOwls hunt.\n\n---\nBirds fly."));
    }

    @Test
    void thereMayBeNone() {
        assertThat(Question.last(List.of(Message.assistant("Hello.")))).isEqualTo(new Question("", ""));
    }
}
