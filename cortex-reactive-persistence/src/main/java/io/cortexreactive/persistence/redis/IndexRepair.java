package io.cortexreactive.persistence.redis;

import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/** Goes through all runs, some at a time and round and round, and puts back into lists what they have lost. */
final class IndexRepair {

    private static final int KEYS_AT_ONCE = 100;

    private final RedisConnections connections;
    private final RunList list;
    private final KeyScanArgs which;
    private final AtomicReference<ScanCursor> at = new AtomicReference<>(ScanCursor.INITIAL);

    IndexRepair(RedisConnections connections, RunList list, String tag) {
        this.connections = connections;
        this.list = list;
        this.which =
                KeyScanArgs.Builder.matches(tag + ":run:*").limit(KEYS_AT_ONCE).type("hash");
    }

    /** Looks after the next ones. */
    Mono<Void> next() {
        return connections.on(this::scan).flatMap(this::repair);
    }

    /** Whether it begins again with the first ones. */
    boolean isThrough() {
        return ScanCursor.INITIAL.equals(at.get());
    }

    private Mono<KeyScanCursor<String>> scan(StatefulRedisConnection<String, String> connection) {
        return Mono.fromFuture(() -> connection.async().scan(at.get(), which).toCompletableFuture(), true);
    }

    private Mono<Void> repair(KeyScanCursor<String> found) {
        at.set(found.isFinished() ? ScanCursor.INITIAL : ScanCursor.of(found.getCursor()));
        if (found.getKeys().isEmpty()) {
            return Mono.empty();
        }
        Arguments keys = Arguments.of(found.getKeys().toArray());
        return list.scripts().run(RunScript.REPAIR, keys).doOnNext(list::unread).then();
    }
}
