package io.cortexreactive.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class HookTests {

    private static final Hook<String> BEFORE_SEND = Hook.of("chat.before_send", String.class);

    private final PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

    @Test
    void lowerPrioritiesComeFirstAndEqualOnesInTheirOrder() {
        plugins.addHook(BEFORE_SEND, 10, text -> Mono.just(text + "d"));
        plugins.addHook(BEFORE_SEND, text -> Mono.just(text + "b"));
        plugins.addHook(BEFORE_SEND, -10, text -> Mono.just(text + "a"));
        plugins.addHook(BEFORE_SEND, text -> Mono.just(text + "c"));

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, ""))
                .expectNext("abcd")
                .verifyComplete();
    }

    @Test
    void orderHoldsWhileManyCallAtOnce() {
        for (int priority = 9; priority >= 0; priority--) {
            int digit = priority;
            plugins.addHook(
                    BEFORE_SEND,
                    priority,
                    text -> Mono.delay(Duration.ofNanos(digit)).map(tick -> text + digit));
        }

        Flux<String> calls = Flux.range(0, 500)
                .flatMap(call -> plugins.applyHooks(BEFORE_SEND, call + ":"), 500)
                .map(text -> text.substring(text.indexOf(':') + 1));

        StepVerifier.create(calls.distinct()).expectNext("0123456789").verifyComplete();
    }

    @Test
    void hooksMayBeAddedWhileOthersCall() {
        plugins.addHook(BEFORE_SEND, text -> Mono.just(text + "a"));
        Flux<String> calls = Flux.range(0, 200)
                .doOnNext(call -> plugins.addHook(BEFORE_SEND, text -> Mono.empty()))
                .flatMap(call -> plugins.applyHooks(BEFORE_SEND, ""), 20);

        StepVerifier.create(calls.distinct()).expectNext("a").verifyComplete();
    }

    @Test
    void emptyLeavesThePayloadAsItIs() {
        plugins.addHook(BEFORE_SEND, text -> Mono.empty());

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "as it is"))
                .expectNext("as it is")
                .verifyComplete();
    }

    @Test
    void vetoNamesThePluginAndStopsThoseAfterIt() {
        AtomicBoolean later = new AtomicBoolean();
        start(new TestPlugin("censor")
                .registering(manager ->
                        Mono.fromRunnable(() -> manager.addHook(BEFORE_SEND, text -> Hook.veto("not on a Sunday")))));
        plugins.addHook(BEFORE_SEND, 1, text -> Mono.fromRunnable(() -> later.set(true)));

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "hello"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(HookVetoedException.class)
                        .hasMessage("Plugin 'censor', hook 'chat.before_send': not on a Sunday"));
        assertThat(later).isFalse();
    }

    @Test
    void hookThatThrowsIsAnErrorThatNamesPluginAndHook() {
        start(new TestPlugin("broken")
                .registering(manager -> Mono.fromRunnable(() -> manager.addHook(BEFORE_SEND, text -> {
                    throw new IllegalStateException("oops");
                }))));

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "hello"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(HookFailedException.class)
                        .hasMessageContainingAll("'broken'", "'chat.before_send'", "oops"));
    }

    @Test
    void hookThatLacksAClassIsAnError() {
        plugins.addHook(BEFORE_SEND, text -> {
            throw new NoClassDefFoundError("gone/Away");
        });

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "hello")).verifyError(HookFailedException.class);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void payloadOfAnotherTypeIsAnError() {
        plugins.addHook(BEFORE_SEND, (HookHandler) text -> Mono.just(42));

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "hello")).verifyError(HookFailedException.class);
    }

    @Test
    void hookThatHangsIsCancelled() {
        AtomicBoolean cancelled = new AtomicBoolean();
        plugins.addHook(BEFORE_SEND, text -> Mono.<String>never().doOnCancel(() -> cancelled.set(true)));

        StepVerifier.withVirtualTime(() -> plugins.applyHooks(BEFORE_SEND, "hello"))
                .thenAwait(Duration.ofMinutes(1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(HookTimedOutException.class)
                        .hasMessageContainingAll("'application'", "'chat.before_send'"));
        assertThat(cancelled).isTrue();
    }

    @Test
    void cancelReachesTheHandler() {
        AtomicBoolean cancelled = new AtomicBoolean();
        plugins.addHook(BEFORE_SEND, text -> Mono.<String>never().doOnCancel(() -> cancelled.set(true)));

        StepVerifier.withVirtualTime(() -> plugins.applyHooks(BEFORE_SEND, "hello"))
                .thenAwait(Duration.ofSeconds(1))
                .thenCancel()
                .verify();
        assertThat(cancelled).isTrue();
    }

    @Test
    void handlersAreCalledWhereTheyMayBlock() {
        List<Boolean> nonBlocking = Collections.synchronizedList(new ArrayList<>());
        plugins.addHook(BEFORE_SEND, text -> {
            nonBlocking.add(Schedulers.isInNonBlockingThread());
            return Mono.just(text).publishOn(Schedulers.parallel());
        });
        plugins.addHook(BEFORE_SEND, text -> {
            nonBlocking.add(Schedulers.isInNonBlockingThread());
            return Mono.empty();
        });

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "").subscribeOn(Schedulers.parallel()))
                .expectNext("")
                .verifyComplete();
        assertThat(nonBlocking).containsExactly(false, false);
    }

    @Test
    void handlersSeeTheContext() {
        plugins.addHook(
                BEFORE_SEND, text -> Mono.deferContextual(context -> Mono.just(text + context.<String>get("tenant"))));

        StepVerifier.create(plugins.applyHooks(BEFORE_SEND, "hello ")
                        .contextWrite(context -> context.put("tenant", "acme")))
                .expectNext("hello acme")
                .verifyComplete();
    }

    @Test
    void withoutHandlersThePayloadPassesOnTheCallersThread() {
        assertThat(plugins.hasHooks(BEFORE_SEND)).isFalse();
        assertThat(plugins.applyHooks(BEFORE_SEND, "hello")).isInstanceOf(Callable.class);
    }

    @Test
    void oneNameHasOneType() {
        plugins.addHook(BEFORE_SEND, text -> Mono.empty());
        Hook<Integer> other = Hook.of("chat.before_send", Integer.class);

        assertThatThrownBy(() -> plugins.applyHooks(other, 1))
                .isInstanceOf(PluginConflictException.class)
                .hasMessageContainingAll("java.lang.String", "java.lang.Integer");
    }

    private void start(Plugin plugin) {
        StepVerifier.create(plugins.add(plugin).start()).verifyComplete();
    }
}
