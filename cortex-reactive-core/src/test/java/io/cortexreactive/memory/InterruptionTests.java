package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterruptionTests {

    private static final String NO_RESULT = "The run was interrupted before this tool had ended.";

    private static ToolCall call(String id) {
        return ToolCall.of(id, "weather", Map.of());
    }

    private static ToolResultContent missing(String id) {
        return new ToolResultContent(id, NO_RESULT, true);
    }

    @Test
    void textThatBrokeOffIsKeptAndMarked() {
        Message partial = new Message(Role.ASSISTANT, List.of(new TextContent("The weat")), Map.of("model", "m"));

        assertThat(Interruption.of(partial, List.of()))
                .containsExactly(new Message(
                        Role.ASSISTANT,
                        List.of(new TextContent("The weat")),
                        Map.of("model", "m", "interrupted", true)))
                .allMatch(Interruption::marks);
        assertThat(Interruption.marks(partial)).isFalse();
    }

    @Test
    void everyCallHasAResultInTheOrderOfTheCalls() {
        Message answer = Message.assistant(new TextContent("Let me look."), call("a"), call("b"), call("c"));
        ToolResultContent a = new ToolResultContent("a", "Snow", false);
        ToolResultContent c = new ToolResultContent("c", "Rain", false);

        List<Message> left = Interruption.of(answer, List.of(c, a));

        assertThat(left).extracting(Message::role).containsExactly(Role.ASSISTANT, Role.TOOL);
        assertThat(left.get(0).content()).isEqualTo(answer.content());
        assertThat(left.get(1).content()).isEqualTo(List.of(a, missing("b"), c));
        assertThat(left).allMatch(Interruption::marks);
    }

    @Test
    void callsThatShareAnIdHaveAResultEach() {
        ToolResultContent first = new ToolResultContent("a", "Snow", false);

        List<Message> left = Interruption.of(Message.assistant(call("a"), call("a")), List.of(first));

        assertThat(left.get(1).content()).isEqualTo(List.of(first, missing("a")));
    }

    @Test
    void resultsOfOtherCallsAreLeftOut() {
        ToolResultContent other = new ToolResultContent("z", "Snow", false);

        List<Message> left = Interruption.of(Message.assistant(call("a")), List.of(other));

        assertThat(left.get(1).content()).isEqualTo(List.of(missing("a")));
    }

    @Test
    void thoughtThatWasCutIsLeftOut() {
        ReasoningContent whole = new ReasoningContent("Where?", "signed", false);
        ReasoningContent cut = new ReasoningContent("And wh", null, false);

        List<Message> left = Interruption.of(Message.assistant(whole, new TextContent("Oslo."), cut), List.of());

        assertThat(left.get(0).content()).isEqualTo(List.of(whole, new TextContent("Oslo.")));
    }

    @Test
    void nothingSaidLeavesNothing() {
        assertThat(Interruption.of(Message.assistant(), List.of())).isEmpty();
        assertThat(Interruption.of(Message.assistant(" "), List.of())).isEmpty();
        assertThat(Interruption.of(Message.assistant(new ReasoningContent("Hm", null, false)), List.of()))
                .isEmpty();
    }
}
