package io.cortexreactive.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DecodedBodyTests {

    /** Gives each letter; a {@code !} breaks it, and without a final dot the body is not whole. */
    private static class Letters implements BodyDecoder<String> {

        private final Queue<String> letters = new ArrayDeque<>();
        private boolean whole;

        @Override
        public void append(ByteBuf bytes) {
            bytes.toString(StandardCharsets.UTF_8)
                    .chars()
                    .forEach(letter -> letters.add(Character.toString((char) letter)));
        }

        @Override
        public @Nullable String next() {
            String letter = letters.poll();
            if ("!".equals(letter)) {
                throw new IllegalStateException("garbled");
            }
            if (".".equals(letter)) {
                whole = true;
                return next();
            }
            return letter;
        }

        @Override
        public void end(@Nullable Throwable error) {
            if (!whole) {
                throw new IllegalStateException("not whole", error);
            }
            letters.add("end");
        }
    }

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<ByteBuf> buffers = new ArrayList<>();
    private final AtomicLong requested = new AtomicLong();
    private final TestPublisher<ByteBuf> source = TestPublisher.create();

    private Flux<String> decoded() {
        return DecodedBody.of(source.flux().doOnRequest(requested::addAndGet), new Letters());
    }

    private ByteBuf bytes(String text) {
        ByteBuf buffer = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        buffers.add(buffer);
        return buffer;
    }

    /** Reactor Netty, who made them, still has its own reference to each. */
    @AfterEach
    void everyBufferWasGivenBack() {
        assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 1);
    }

    @Test
    void bytesAreAskedForOnlyWhenWhatCameIsNotEnough() {
        StepVerifier.create(decoded(), 0)
                .then(() -> assertThat(requested).hasValue(0))
                .thenRequest(2)
                .then(() -> assertThat(requested).hasValue(1))
                .then(() -> source.next(bytes("abc")))
                .expectNext("a", "b")
                .then(() -> assertThat(requested).hasValue(1))
                .thenRequest(1)
                .expectNext("c")
                .then(() -> assertThat(requested).hasValue(1))
                .thenRequest(1)
                .then(() -> assertThat(requested).hasValue(2))
                .thenCancel()
                .verify(LONG);
        source.assertCancelled();
    }

    @Test
    void endIsToldAfterWhatIsLeftOfIt() {
        StepVerifier.create(decoded(), 1)
                .then(() -> source.next(bytes("ab.")).complete())
                .expectNext("a")
                .thenRequest(1)
                .expectNext("b")
                .thenRequest(1)
                .expectNext("end")
                .verifyComplete();
    }

    @Test
    void errorComesAfterWhatCameBeforeIt() {
        StepVerifier.create(decoded(), 1)
                .then(() -> source.next(bytes("ab")).error(new IOException("cut")))
                .expectNext("a")
                .thenRequest(1)
                .expectNext("b")
                .verifyErrorSatisfies(
                        error -> assertThat(error).hasMessage("not whole").hasRootCauseMessage("cut"));
    }

    @Test
    void brokenConnectionDoesNotMatterToAWholeBody() {
        StepVerifier.create(decoded())
                .then(() -> source.next(bytes("a.")).error(new IOException("cut")))
                .expectNext("a", "end")
                .verifyComplete();
    }

    @Test
    void bytesAfterACompleteAnswerAreGivenBackUnread() {
        AtomicBoolean complete = new AtomicBoolean();
        BodyDecoder<String> letters = new Letters() {
            @Override
            public boolean isComplete() {
                return complete.get();
            }
        };
        StepVerifier.create(DecodedBody.of(source.flux(), letters))
                .then(() -> source.next(bytes("a.")))
                .expectNext("a")
                .then(() -> complete.set(true))
                .then(() -> source.next(bytes("b!")).complete())
                .expectNext("end")
                .verifyComplete();
    }

    @Test
    void whatCannotBeDecodedEndsTheStreamAndTheSource() {
        StepVerifier.create(decoded())
                .then(() -> source.next(bytes("a!b")))
                .expectNext("a")
                .verifyErrorMessage("garbled");
        source.assertCancelled();
    }

    @Test
    void bytesThatComeAfterACancelAreGivenBack() {
        TestPublisher<ByteBuf> late = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        StepVerifier.create(DecodedBody.of(late.flux(), new Letters()))
                .then(() -> late.next(bytes("a")))
                .expectNext("a")
                .thenCancel()
                .verify(LONG);
        late.next(bytes("b"));
    }

    @Test
    void nothingIsLostBetweenThreads() {
        int pieces = 20_000;
        Flux<ByteBuf> many = Flux.range(0, pieces)
                .map(i -> bytes(i == pieces - 1 ? "xy." : "xy"))
                .publishOn(Schedulers.parallel(), 1);
        List<String> letters = DecodedBody.of(many, new Letters())
                .publishOn(Schedulers.parallel(), 3)
                .collectList()
                .block(LONG);

        assertThat(String.join("", Objects.requireNonNull(letters))).isEqualTo("xy".repeat(pieces) + "end");
    }
}
