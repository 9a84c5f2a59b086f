package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.LONG;
import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.transition;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static io.cortexreactive.persistence.redis.RedisRuns.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalInvariants;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.RunStore;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** A server that these tests break. */
class RedisFaultsIT {

    private static final RedisServer SERVER = RedisServer.start();

    @RegisterExtension
    final RedisStore store = new RedisStore(SERVER);

    private final RedisRunLog log = store.log();
    private final RedisRuns runs = new RedisRuns(log);

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    private List<JournalEntry> journal(RunRecord run) {
        return values(log.journal(run.key(), -1, 100));
    }

    private void pauseWrites() {
        CommandArgs<String, String> arguments =
                new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(50).add("WRITE");
        store.commands().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), arguments);
    }

    @Test
    void aCommitWhoseConnectionIsKilledIsMadeOnce() {
        RunRecord held = runs.startOn(runs.worker());
        for (int i = 0; i < 10; i++) {
            Transition advance = advance(held);
            pauseWrites();
            CompletableFuture<@Nullable Verdict> sent = log.commit(advance).toFuture();
            store.commands().clientKill(KillArgs.Builder.typeNormal().skipme());

            assertThat(value(Mono.fromFuture(sent))).isEqualTo(Verdict.COMMITTED);
            held = runs.load(held.key());
        }

        assertThat(held.progress().seq()).isEqualTo(10);
        JournalInvariants.check(held, journal(held));
    }

    /**
     * Sends scripts, and kills their connection before an answer comes; as long as there is none, they are sent again.
     */
    private <T> T cutOff(Mono<T> scripts) {
        pauseWrites();
        Retry again = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(10))
                .maxBackoff(Duration.ofMillis(100))
                .filter(StoreUnavailableException.class::isInstance);
        CompletableFuture<@Nullable T> sent = scripts.retryWhen(again).toFuture();
        store.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
        return value(Mono.fromFuture(sent));
    }

    /** What two make of a run who look at the same time. */
    private static Mono<List<Change>> byTwo(Flux<Swept> look, RunRecord run) {
        return Flux.merge(look, look)
                .filter(swept -> swept.key().equals(run.key()))
                .map(Swept::change)
                .collectList();
    }

    private void assertDeadLetterOnce(RunRecord run) {
        assertThat(runs.load(run.key()).status()).isEqualTo(RunStatus.FAILED);
        assertThat(journal(run)).extracting(JournalEntry::kind).containsOnlyOnce(JournalEntry.Kind.TERMINAL);
        assertThat(values(log.page(new Query("acme", null, RunStatus.FAILED, null, 100))))
                .extracting(RunRecord::key)
                .containsOnlyOnce(run.key());
        JournalInvariants.check(runs.load(run.key()), journal(run));
    }

    @Test
    void aRunThatFailsWhileItsConnectionIsKilledIsADeadLetterOnce() {
        for (int i = 0; i < 5; i++) {
            RunRecord held = runs.startOn(runs.worker());

            assertThat(cutOff(log.commit(transition(held, Move.FAIL, Duration.ZERO))))
                    .isEqualTo(Verdict.COMMITTED);

            assertDeadLetterOnce(held);
        }
    }

    @Test
    void aRunThatCrashedForTheLastTimeIsADeadLetterOnceWhoeverReclaimsIt() {
        for (int i = 0; i < 5; i++) {
            String gone = runs.worker();
            RunRecord held = runs.startOn(gone);
            store.commands().hset(store.key("run:4:acme" + held.key().runId()), "crashes", "9");
            log.leave(gone).block(LONG);

            assertThat(cutOff(byTwo(log.sweep(9), held))).hasSizeLessThan(2);

            assertThat(values(log.sweep(9))).isEmpty();
            assertDeadLetterOnce(held);
        }
    }

    @Test
    void aRunWhoseTimeIsUpIsADeadLetterOnce() {
        for (int i = 0; i < 5; i++) {
            NewRun plain = RedisRuns.run(RedisRuns.key(), null);
            NewRun.Terms terms = plain.terms();
            RunRecord late = value(log.start(new NewRun(
                            plain.key(),
                            plain.code(),
                            plain.node(),
                            plain.content(),
                            null,
                            plain.lineage(),
                            new NewRun.Terms(
                                    terms.commitId(), terms.queue(), terms.priority(), Duration.ZERO, null, null))))
                    .run();
            ErrorInfo why = new ErrorInfo("late", "Its time is up.", false);

            assertThat(cutOff(byTwo(log.expire(9, why), late))).hasSizeLessThan(2);

            assertThat(values(log.expire(9, why))).isEmpty();

            assertDeadLetterOnce(late);
        }
    }

    @Test
    void aServerThatIsKilledHasWhatItSaid() {
        RunRecord held = runs.startOn(runs.worker());
        held = runs.after(advance(held));

        SERVER.restart();

        RunRecord before = held;
        Mono<RunRecord> loaded = log.load(held.key())
                .retryWhen(Retry.indefinitely().filter(StoreUnavailableException.class::isInstance));
        assertThat(value(loaded)).isEqualTo(before);
        assertThat(runs.commit(advance(before))).isEqualTo(Verdict.COMMITTED);
        assertThat(journal(before)).hasSize(3);
    }

    @Test
    void aServerThatIsDownIsUnavailable() {
        RedisServer down = RedisServer.start();
        RedisStore gone = new RedisStore(down);
        RedisRuns its = new RedisRuns(gone.log());
        RunRecord run = its.start();
        down.stop();

        StepVerifier.create(its.log().load(run.key()))
                .expectError(StoreUnavailableException.class)
                .verify(LONG);
        RedisClient client = down.client();
        StepVerifier.create(RedisRunStore.create(client, gone.settings()).load(run.key()))
                .expectError(StoreUnavailableException.class)
                .verify(LONG);
        client.shutdown();
        gone.close();
    }

    @Test
    void aServerThatEvictsIsRefusedUntilItDoesNot() {
        store.commands().configSet("maxmemory-policy", "allkeys-lru");
        RedisClient client = SERVER.client();
        RunStore refused = RedisRunStore.create(client, store.settings());

        StepVerifier.create(refused.load(RedisRuns.key()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StoreFailedException.class)
                        .hasMessageContainingAll("allkeys-lru", "noeviction"))
                .verify(LONG);
        store.commands().configSet("maxmemory-policy", "noeviction");
        StepVerifier.create(refused.load(RedisRuns.key())).expectComplete().verify(LONG);
        client.shutdown();
    }

    @Test
    void aServerThatDoesNotTellItsPolicyIsRefused() {
        store.commands()
                .aclSetuser(
                        "mute",
                        AclSetuserArgs.Builder.on()
                                .addPassword("secret")
                                .allKeys()
                                .allCommands()
                                .removeCommand(CommandType.INFO));
        RedisClient client = SERVER.client("mute", "secret");

        StepVerifier.create(RedisRunStore.create(client, store.settings()).load(RedisRuns.key()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StoreFailedException.class)
                        .hasMessageContaining("run INFO")
                        .hasMessageNotContaining("secret"))
                .verify(LONG);
        client.shutdown();
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        RunRecord held = runs.startOn(runs.worker());
        store.commands().scriptFlush();

        assertThat(runs.commit(advance(held))).isEqualTo(Verdict.COMMITTED);
    }

    @Test
    void aFullServerPasses() {
        RunRecord held = runs.startOn(runs.worker());
        store.commands().configSet("maxmemory", "1");
        try {
            StepVerifier.create(log.commit(advance(held)))
                    .expectError(StoreUnavailableException.class)
                    .verify(LONG);
        } finally {
            store.commands().configSet("maxmemory", "0");
        }
        assertThat(runs.load(held.key())).isEqualTo(held);
    }
}
