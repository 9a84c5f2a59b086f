package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.memory.ConversationChangedException;
import io.cortexreactive.memory.ConversationKey;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.ConversationSummary;
import io.cortexreactive.memory.MessagePages;
import io.cortexreactive.memory.StoredMessage;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Keeps conversations in Redis, with all their messages. What a run store promises there, and does not, holds here. */
public final class RedisConversationStore implements ConversationStore {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RedisScripts<ConversationScript> scripts;

    RedisConversationStore(RedisConnections connections, RedisSettings settings) {
        scripts = new RedisScripts<>(
                connections, settings.tag(), "conversations", ConversationScript.class, UnaryOperator.identity());
    }

    /**
     * A store that connects when it is used first; see {@link RedisRunStore#create}.
     *
     * @param client this store's own, whose options it sets; it stays yours to shut down
     */
    public static RedisConversationStore create(RedisClient client, RedisSettings settings) {
        return new RedisConversationStore(new RedisConnections(client, settings), settings);
    }

    private static Arguments of(ConversationKey key) {
        return Arguments.of(key.tenantId(), key.conversationId());
    }

    @Override
    public Mono<Long> lastPosition(ConversationKey key) {
        return scripts.run(ConversationScript.LAST, of(key)).map(reply -> (Long) reply.get(0));
    }

    @Override
    public Flux<StoredMessage> read(ConversationKey key, long after, int limit) {
        return MessagePages.read(after, limit, (last, count) -> messages(key, last, count));
    }

    private Mono<List<StoredMessage>> messages(ConversationKey key, long after, int count) {
        return scripts.run(ConversationScript.READ, of(key).add(after, count)).map(reply -> {
            List<StoredMessage> found = new ArrayList<>();
            reply.forEach(json -> found.add(new StoredMessage(after + found.size() + 1, message(json.toString()))));
            return found;
        });
    }

    private static Message message(String json) {
        try {
            return JSON.readValue(json, Message.class);
        } catch (JacksonException e) {
            throw new CorruptStateException("A message is not as it was written.", e);
        }
    }

    private static String json(Message message) {
        try {
            return JSON.writeValueAsString(message);
        } catch (JacksonException e) {
            throw new StateNotStorableException("A message has a value that is no JSON.", e);
        }
    }

    @Override
    public Mono<Long> append(ConversationKey key, long expectedLast, List<Message> messages) {
        List<Message> more = List.copyOf(messages);
        return Mono.defer(() -> {
            Arguments arguments = of(key).add(expectedLast, Tenancy.newCorrelationId());
            more.forEach(message -> arguments.add(json(message)));
            return scripts.run(ConversationScript.APPEND, arguments)
                    .filter(reply -> !reply.isEmpty())
                    .map(reply -> (Long) reply.get(0))
                    .switchIfEmpty(Mono.error(() -> new ConversationChangedException(key)));
        });
    }

    @Override
    public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
        return scripts.run(ConversationScript.ACQUIRE, of(key).add(holder, ttl)).map(RedisConversationStore::done);
    }

    @Override
    public Mono<Void> release(ConversationKey key, String holder) {
        return scripts.run(ConversationScript.RELEASE, of(key).add(holder)).then();
    }

    @Override
    public Mono<ConversationSummary> summary(ConversationKey key) {
        return scripts.run(ConversationScript.SUMMARY, of(key))
                .filter(reply -> !reply.isEmpty())
                .map(reply -> new ConversationSummary(reply.get(0).toString(), (Long) reply.get(1)));
    }

    @Override
    public Mono<Boolean> summarize(ConversationKey key, long expectedUpTo, ConversationSummary summary) {
        return Mono.defer(() -> scripts.run(
                        ConversationScript.SUMMARIZE,
                        of(key).add(expectedUpTo, summary.text(), summary.upTo(), Tenancy.newCorrelationId())))
                .map(RedisConversationStore::done);
    }

    @Override
    public Mono<Void> delete(ConversationKey key) {
        return Mono.defer(() -> scripts.run(ConversationScript.DELETE, of(key).add(Tenancy.newCorrelationId())))
                .then();
    }

    private static boolean done(List<Object> reply) {
        return Replies.flag(reply, 0);
    }
}
