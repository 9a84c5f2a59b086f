package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Conversations in a store, and whose turn it is in each. Keep one for a store. Thread-safe.
 *
 * <p>Runs of one process take turns in the order they come. Runs of several processes that share a store take turns by
 * a lease, for which they ask now and then, so that nobody is sure to be next. A run renews its lease with what it does
 * to its {@link Conversation}, and all along with {@link Conversation#during}. A process that dies loses it after a
 * while.
 */
public final class Conversations {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private final ConversationStore store;
    private final Duration lease;
    private final Scheduler timer;
    private final Turns turns = new Turns();

    Conversations(ConversationStore store, Duration lease, Scheduler timer) {
        MemoryConfigurationException.require(
                lease.compareTo(Duration.ofSeconds(1)) >= 0, "A lease must last a second at least.");
        this.store = store;
        this.lease = lease;
        this.timer = timer;
    }

    /** In the memory of this process, within the bounds of {@link ConversationStore#inMemory()}. */
    public static Conversations inMemory() {
        return on(ConversationStore.inMemory());
    }

    /** In a store, with leases of a minute. */
    public static Conversations on(ConversationStore store) {
        return on(store, LEASE);
    }

    /**
     * In a store.
     *
     * @param lease how long a conversation stays in the hands of a process that has died; a second or more
     */
    public static Conversations on(ConversationStore store, Duration lease) {
        return new Conversations(store, lease, Schedulers.parallel());
    }

    /** Where they are kept. */
    public ConversationStore store() {
        return store;
    }

    /** All that was said in a conversation of the tenant in the Reactor Context, whoever holds it. */
    public Flux<Message> history(String conversationId) {
        return Flux.deferContextual(context ->
                store.read(key(context, conversationId), 0, Integer.MAX_VALUE).map(StoredMessage::message));
    }

    /**
     * Forgets a conversation of the tenant in the Reactor Context. A run that holds it fails with
     * {@link ConversationChangedException} when it next adds to it.
     */
    public Mono<Void> delete(String conversationId) {
        return Mono.deferContextual(context -> store.delete(key(context, conversationId)));
    }

    /** Without a tenant, the conversation belongs to none. */
    static ConversationKey key(ContextView context, String conversationId) {
        return new ConversationKey(
                Tenancy.tenant(context).map(TenantContext::id).orElse(null), conversationId);
    }

    /**
     * Waits for the turn, then makes the conversation. Cancelled or failed at any point before that, nothing is held;
     * from then on, whoever gets the conversation closes it.
     */
    Mono<Conversation> open(
            ConversationKey key, WhenBusy whenBusy, Duration atMost, Function<Hold, Mono<Conversation>> begin) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new Hold(store, key, lease, timer, turns)),
                hold -> hold.take(whenBusy, atMost).then(Mono.defer(() -> begin.apply(hold))),
                hold -> Mono.empty(),
                (hold, error) -> hold.release(),
                Hold::release);
    }

    /** How many conversations somebody holds or waits for. */
    int inUse() {
        return turns.size();
    }
}
