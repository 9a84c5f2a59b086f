package io.cortexreactive.persistence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Publishes numbers to a channel, or follows it: {@code publish CHANNEL}, {@code more COUNT}, {@code end}, and
 * {@code follow CHANNEL SEED}.
 */
final class ChannelProcess {

    private final SharedChannels channels;
    private final Sinks.Many<Object> feed = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicInteger next = new AtomicInteger();

    private ChannelProcess(SharedChannels channels) {
        this.channels = channels;
    }

    public static void main(String[] arguments) throws IOException {
        ChannelProcess process = new ChannelProcess(SharedChannels.at(arguments[0]));
        say("ready");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            orders.lines().forEach(order -> process.obey(order.split(" ")));
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static void begin(Mono<?> work) {
        work.subscribe(done -> {}, error -> say("failed " + error));
    }

    private void obey(String... order) {
        switch (order[0]) {
            case "publish" ->
                begin(channels.broadcaster().publish(order[1], feed.asFlux()).doOnSuccess(nothing -> say("published")));
            case "more" -> {
                for (int i = 0; i < Integer.parseInt(order[1]); i++) {
                    feed.tryEmitNext(next.getAndIncrement());
                }
            }
            case "end" -> feed.tryEmitComplete();
            case "follow" ->
                begin(new ReconnectingFollower(channels.broadcaster(), order[1], Long.parseLong(order[2]), count -> {})
                        .toEnd()
                        .doOnNext(follower -> say(follower.told())));
            default -> say("unknown " + order[0]);
        }
    }
}
