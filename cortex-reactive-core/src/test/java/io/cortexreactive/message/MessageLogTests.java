package io.cortexreactive.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageLogTests {

    private final MessageLog log = new MessageLog();

    private List<Message> appended(int count) {
        IntStream.range(0, count).forEach(i -> log.append(Message.user("m" + i)));
        return IntStream.range(0, count).mapToObj(i -> Message.user("m" + i)).toList();
    }

    @Test
    void viewHasWhatWasAppendedBefore() {
        List<Message> all = appended(100);

        assertThat(log.view()).isEqualTo(all);
        assertThat(log.size()).isEqualTo(100);
    }

    @Test
    void viewDoesNotSeeWhatIsAppendedLater() {
        List<Message> all = appended(15);
        List<Message> view = log.view();
        appended(100);

        assertThat(view).isEqualTo(all);
        assertThatThrownBy(() -> view.get(15)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> view.set(0, Message.user("other"))).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void requestOfAViewCopiesNothing() {
        appended(20);
        List<Message> view = log.view();
        ChatRequest request = ChatRequest.builder().messages(view).model("m").build();

        assertThat(request.messages()).isSameAs(view);
        assertThat(request.toBuilder().model("other").build().messages()).isSameAs(view);
    }

    @Test
    void addingToARequestOfAViewLeavesTheViewAlone() {
        List<Message> all = appended(20);
        ChatRequest more =
                ChatRequest.builder().messages(log.view()).user("more").build();

        assertThat(more.messages()).hasSize(21).startsWith(all.toArray(Message[]::new));
        assertThat(log.view()).hasSize(20);
    }
}
