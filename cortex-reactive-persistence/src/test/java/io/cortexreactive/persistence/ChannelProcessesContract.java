package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who publishes and who follows are processes of their own. */
abstract class ChannelProcessesContract {

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int ITEMS = 3_200;
    private static final int AT_ONCE = 40;

    private final String channel = "answer-" + Tenancy.newCorrelationId();

    /** Where channels are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    private ForkedJvm fork() {
        ForkedJvm process = ForkedJvm.start(List.of(), ChannelProcess.class, address());
        process.await("ready");
        return process;
    }

    /** Keeps the publisher a little ahead of a follower, so that this one meets the end of the channel all the time. */
    private static IntConsumer feeding(ForkedJvm publisher) {
        publisher.tell("more " + AT_ONCE);
        return seen -> {
            if (seen % AT_ONCE == AT_ONCE / 2) {
                publisher.tell(seen + AT_ONCE < ITEMS ? "more " + AT_ONCE : "end");
            }
        };
    }

    private static List<Object> numbers() {
        return IntStream.range(0, ITEMS).mapToObj(Object.class::cast).toList();
    }

    @Test
    void aThousandReconnectsSeeEachMessageOnceWhereverTheyAre() {
        try (ForkedJvm publisher = fork();
                ForkedJvm other = fork();
                SharedChannels here = SharedChannels.at(address())) {
            other.tell("follow " + channel + " 2");
            publisher.tell("publish " + channel);
            ReconnectingFollower follower =
                    Objects.requireNonNull(new ReconnectingFollower(here.broadcaster(), channel, 1, feeding(publisher))
                            .toEnd()
                            .block(LONG));

            assertThat(follower.connections()).isGreaterThan(1_000);
            assertThat(follower.seen()).hasSize(ITEMS + 1);
            assertThat(follower.seen().subList(0, ITEMS))
                    .extracting(ChannelMessage::item)
                    .containsExactlyElementsOf(numbers());
            publisher.await("published");
            other.await(follower.told());
        }
    }

    @Test
    void whoeverFollowsElsewhereIsCounted() {
        try (ForkedJvm other = fork();
                SharedChannels here = SharedChannels.at(address())) {
            other.tell("follow " + channel + " 1");

            assertThat(here.broadcaster()
                            .followers(channel)
                            .takeUntil(count -> count == 1)
                            .last()
                            .block(LONG))
                    .isEqualTo(1);
        }
    }
}
