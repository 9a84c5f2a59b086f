package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class MessagePagesTests {

    private static final Message HELLO = Message.user("Hello");

    private final List<String> asked = new ArrayList<>();

    /** Of a conversation with so many messages. */
    private Flux<StoredMessage> read(int kept, long after, int limit) {
        return MessagePages.read(
                after,
                limit,
                (last, count) -> Mono.fromSupplier(() -> {
                    asked.add(last + "+" + count);
                    return LongStream.rangeClosed(last + 1, Math.min(kept, last + count))
                            .mapToObj(position -> new StoredMessage(position, HELLO))
                            .toList();
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "450, 0, 1000, 450, '[0+200, 200+200, 400+200]'",
        "450, 10, 300, 300, '[10+200, 210+100]'",
        "450, 0, 200, 200, '[0+200]'",
        "150, 0, 200, 150, '[0+200]'",
        "0, 0, 10, 0, '[0+10]'",
        "10, 0, 0, 0, '[]'"
    })
    void everyMessageComesOnceAndNoPageIsAskedForInVain(int kept, long after, int limit, int read, String pages) {
        StepVerifier.create(
                        read(kept, after, limit).map(StoredMessage::position).collectList())
                .expectNext(
                        LongStream.rangeClosed(after + 1, after + read).boxed().toList())
                .verifyComplete();

        assertThat(asked).hasToString(pages);
    }

    @Test
    void aPageIsAskedForWhenTheOneBeforeIsTaken() {
        StepVerifier.create(read(450, 0, 1000), 199)
                .expectNextCount(199)
                .then(() -> assertThat(asked).hasToString("[0+200]"))
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> assertThat(asked).hasToString("[0+200, 200+200]"))
                .thenCancel()
                .verify();
    }
}
