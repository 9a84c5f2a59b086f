package io.cortexreactive.agent.queue;

import io.cortexreactive.durable.StateJson;
import io.cortexreactive.memory.ConversationChangedException;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationSummary;
import io.cortexreactive.memory.StoredMessage;
import io.cortexreactive.message.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A conversation as one attempt at a run has it: what the run says is kept back, and put into the store as a whole,
 * once. A later attempt says it anew, from what the run has kept.
 */
final class StagedConversations implements ConversationStore {

    /** Metadata key of messages: the run that said them. */
    static final String RUN = "agentRun";

    private static final int TRIES = 5;

    private final ConversationStore store;
    private final String runId;
    private final Noted noted;
    private final List<Message> staged = new CopyOnWriteArrayList<>();
    private volatile @Nullable ConversationKey used;
    private volatile long before;

    /**
     * Behind which messages what a run said was about to be put.
     *
     * @param own by an attempt at this run; null if by none
     * @param earlier by the first of the runs that it repeats; null if by none
     */
    record Noted(@Nullable Long own, @Nullable Long earlier) {

        static final Noted NOWHERE = new Noted(null, null);

        Noted at(long position) {
            return new Noted(position, earlier);
        }

        /** What was noted up to now was by runs that this one repeats. */
        Noted byEarlier() {
            return new Noted(null, earlier == null ? own : earlier);
        }

        private @Nullable Long first() {
            return earlier == null ? own : earlier;
        }
    }

    /**
     * @param runId of the run, and of those that repeat it
     * @param noted by attempts before
     */
    StagedConversations(ConversationStore store, String runId, Noted noted) {
        this.store = store;
        this.runId = runId;
        this.noted = noted;
    }

    /** What an attempt before has put at the end is said anew, and so it is not there for this one. */
    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        if (!staged.isEmpty()) {
            return Mono.fromSupplier(() -> before + staged.size());
        }
        Long first = noted.first();
        Mono<Long> last = store.lastPosition(key);
        return (first == null ? last : last.flatMap(end -> behind(key, first).map(said -> isOwn(said) ? first : end)))
                .doOnNext(at -> before = at);
    }

    private Mono<List<StoredMessage>> behind(ConversationKey key, long position) {
        return store.read(key, position, Integer.MAX_VALUE).collectList();
    }

    private boolean isOwn(StoredMessage message) {
        return runId.equals(message.message().metadata().get(RUN));
    }

    private boolean isOwn(List<StoredMessage> said) {
        return said.stream().allMatch(this::isOwn);
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return store.read(key, after, limit).takeWhile(message -> message.position() <= before);
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        return Mono.fromSupplier(() -> {
            used = key;
            staged.addAll(messages);
            return before + staged.size();
        });
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return store.acquire(key, holder, ttl);
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return store.release(key, holder);
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return store.summary(key);
    }

    /** A summary of what is not in the store yet is made again by who needs it. */
    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        return summary.upTo() > before ? Mono.just(false) : store.summarize(key, expectedUpTo, summary);
    }

    @Override
    public Mono<Void> delete(ConversationKey key) {
        return store.delete(key);
    }

    /**
     * Puts what the run has said behind what is there, unless it is there. Of what runs that it repeats had put at the
     * end, nothing is put again.
     *
     * @param note notes behind which message it is about to be put
     */
    Mono<Void> settle(Function<Long, Mono<Void>> note) {
        return Mono.defer(() -> {
            ConversationKey key = used;
            return key == null ? Mono.empty() : settled(key, note);
        });
    }

    private Mono<Void> settled(ConversationKey key, Function<Long, Mono<Void>> note) {
        Long own = noted.own();
        Mono<Boolean> there = own == null
                ? Mono.just(false)
                : behind(key, own).map(said -> said.stream().anyMatch(this::isOwn));
        Mono<Void> put = Mono.defer(() -> put(key, note))
                .retryWhen(Retry.max(TRIES).filter(ConversationChangedException.class::isInstance));
        return there.flatMap(known -> known ? Mono.empty() : put);
    }

    private Mono<Void> put(ConversationKey key, Function<Long, Mono<Void>> note) {
        return store.lastPosition(key)
                .flatMap(last -> left(key)
                        .flatMap(left -> left.isEmpty()
                                ? Mono.empty()
                                : note.apply(last)
                                        .then(store.append(key, last, marked(left)))
                                        .then()));
    }

    /** What of it is not at the end by runs that this one repeats. */
    private Mono<List<Message>> left(ConversationKey key) {
        Long earlier = noted.earlier();
        return earlier == null
                ? Mono.just(staged)
                : behind(key, earlier)
                        .map(said -> isOwn(said) && begins(said) ? staged.subList(said.size(), staged.size()) : staged);
    }

    private boolean begins(List<StoredMessage> said) {
        return said.size() <= staged.size()
                && IntStream.range(0, said.size())
                        .allMatch(i -> content(said.get(i).message()).equals(content(staged.get(i))));
    }

    /** A store may give a number of an argument in another type. */
    private static String content(Message message) {
        return StateJson.hash(StateJson.plainMap(Map.of("role", message.role(), "content", message.content()), "said"));
    }

    private List<Message> marked(List<Message> messages) {
        return messages.stream()
                .map(message -> {
                    Map<String, Object> metadata = new HashMap<>(message.metadata());
                    metadata.put(RUN, runId);
                    return new Message(message.role(), message.content(), metadata);
                })
                .toList();
    }
}
