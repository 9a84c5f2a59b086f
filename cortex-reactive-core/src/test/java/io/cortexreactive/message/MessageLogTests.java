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
    void anotherMessageInItsPlaceCopiesNothingAndLeavesTheViewAlone() {
        List<Message> all = appended(20);
        List<Message> view = log.view();
        Message other = Message.user("other");
        List<Message> replaced = MessageLog.replaced(view, 3, other);

        assertThat(ChatRequest.builder().messages(replaced).build().messages()).isSameAs(replaced);
        assertThat(replaced)
                .hasSize(20)
                .startsWith(all.get(0), all.get(1), all.get(2), other, all.get(4))
                .endsWith(all.get(19));
        assertThat(view).isEqualTo(all);
    }

    @Test
    void severalAndThoseOfAnyListMayBeReplaced() {
        List<Message> all = appended(3);
        Message other = Message.user("other");

        assertThat(MessageLog.replaced(MessageLog.replaced(log.view(), 0, other), 2, other))
                .containsExactly(other, all.get(1), other);
        assertThat(MessageLog.replaced(all, 1, other)).containsExactly(all.get(0), other, all.get(2));
        assertThatThrownBy(() -> MessageLog.replaced(all, 3, other)).isInstanceOf(IndexOutOfBoundsException.class);
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
